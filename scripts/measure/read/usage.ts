import { readFileSync } from "node:fs";

/** What one process used over a load. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  /** Of its main thread alone: where JavaScript runs. */
  readonly mainThreadSeconds: number;
  /**
   * Resident memory at the end, by how much it grew, and the most that was seen at any second (of several processes
   * together: at the beginning or the end), in MiB.
   */
  readonly memoryMiB: number;
  readonly grownMiB: number;
  readonly maximumMiB: number;
  /** Bytes given to write calls, sockets and files alike. */
  readonly writtenBytes: number;
}

/** By process: the services by their names, "postgres" for all of a server's processes, and "load". */
export type Usage = Readonly<Record<string, ProcessUsage>>;

/** The processes to read, by name; several ids for one name are summed. */
export type Pids = ReadonlyMap<string, () => readonly number[]>;

interface Reading {
  readonly cpuSeconds: number;
  readonly mainThreadSeconds: number;
  readonly memoryMiB: number;
  readonly writtenBytes: number;
}

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)). */
const TICKS_PER_SECOND = 100;
const PAGES_PER_MIB = 256;
const KIB_PER_MIB = 1_024;
const SAMPLE_MS = 1_000;

function read(pid: number, name: string): string {
  return readFileSync(`/proc/${pid}/${name}`, "utf8");
}

const numberIn = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);

/** Fields 14 to 17 of proc(5)'s stat, in seconds: its own time, and that of its children that have ended. */
function secondsIn(stat: string): number {
  // Counted after the command's closing bracket: a command may have spaces in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_PER_SECOND;
}

/** Cheap enough to be read every second. */
function residentMiB(pid: number): number {
  return Number(read(pid, "statm").split(" ")[1] ?? 0) / PAGES_PER_MIB;
}

/** The same; 0 of a process that has just ended. */
function residentNowMiB(pid: number): number {
  try {
    return residentMiB(pid);
  } catch {
    return 0;
  }
}

/** What several processes share is counted once among them. It takes the system tens of milliseconds to find out. */
function proportionalMiB(pid: number): number {
  return numberIn(read(pid, "smaps_rollup"), /^Pss:\s+(\d+)/m) / KIB_PER_MIB;
}

function readProcess(pid: number): Reading {
  return {
    cpuSeconds: secondsIn(read(pid, "stat")),
    mainThreadSeconds: secondsIn(read(pid, `task/${pid}/stat`)),
    memoryMiB: residentMiB(pid),
    writtenBytes: numberIn(read(pid, "io"), /^wchar: (\d+)/m),
  };
}

const NOTHING: Reading = { cpuSeconds: 0, mainThreadSeconds: 0, memoryMiB: 0, writtenBytes: 0 };

function readOne(pids: readonly number[]): Reading {
  return pids.reduce((sum, pid) => {
    try {
      const each = readProcess(pid);
      const memoryMiB = pids.length > 1 ? proportionalMiB(pid) : each.memoryMiB;
      return {
        cpuSeconds: sum.cpuSeconds + each.cpuSeconds,
        mainThreadSeconds: sum.mainThreadSeconds + each.mainThreadSeconds,
        memoryMiB: sum.memoryMiB + memoryMiB,
        writtenBytes: sum.writtenBytes + each.writtenBytes,
      };
    } catch {
      // It ended between being listed and being read: its time has gone to its parent.
      return sum;
    }
  }, NOTHING);
}

/** A process and its direct children: a PostgreSQL server is one for each connection. */
export function withChildren(pid: number): number[] {
  try {
    const children = read(pid, `task/${pid}/children`).trim();
    return [pid, ...children.split(" ").filter(Boolean).map(Number)];
  } catch {
    return [];
  }
}

const readAll = (pids: Pids) =>
  new Map([...pids].map(([name, list]): [string, Reading] => [name, readOne(list())]));

/** Watches processes from now on; calling the result ends it and tells what each has used meanwhile. */
export function watchUsage(pids: Pids): () => Usage {
  const before = readAll(pids);
  const maximum = new Map([...before].map(([name, { memoryMiB }]) => [name, memoryMiB]));
  const noteMaximum = (name: string, memoryMiB: number) => {
    maximum.set(name, Math.max(memoryMiB, maximum.get(name) ?? 0));
  };
  const timer = setInterval(() => {
    for (const [name, list] of pids) {
      const [pid, ...others] = list();
      if (pid !== undefined && others.length === 0) {
        noteMaximum(name, residentNowMiB(pid));
      }
    }
  }, SAMPLE_MS).unref();
  return () => {
    clearInterval(timer);
    const after = readAll(pids);
    for (const [name, { memoryMiB }] of after) noteMaximum(name, memoryMiB);
    return Object.fromEntries(
      [...after].map(([name, reading]): [string, ProcessUsage] => {
        const start = before.get(name) ?? NOTHING;
        return [
          name,
          {
            cpuSeconds: reading.cpuSeconds - start.cpuSeconds,
            mainThreadSeconds: reading.mainThreadSeconds - start.mainThreadSeconds,
            memoryMiB: Math.round(reading.memoryMiB),
            grownMiB: Math.round(reading.memoryMiB - start.memoryMiB),
            maximumMiB: Math.round(maximum.get(name) ?? reading.memoryMiB),
            writtenBytes: reading.writtenBytes - start.writtenBytes,
          },
        ];
      }),
    );
  };
}

/** CPU seconds of everything that belongs to a corridor, the load generator too. */
export function cpuOfAll(usage: Usage): number {
  return Object.values(usage).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** CPU seconds of everything but the load generator. */
export function cpuOfServices(usage: Usage): number {
  return Object.entries(usage).reduce(
    (sum, [name, { cpuSeconds }]) => (name === "load" ? sum : sum + cpuSeconds),
    0,
  );
}

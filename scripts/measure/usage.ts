import { readFileSync } from "node:fs";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";

/** CPU seconds used and memory held by each process of the corridor. */
export type Usage = Readonly<
  Record<string, { readonly cpuSeconds: number; readonly memoryMiB: number }>
>;

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)). */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

function usageOf(pid: number) {
  // Fields 14, 15 and 24 of proc(5)'s stat, counted after the command's closing bracket.
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number);
  return {
    cpuSeconds: ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND,
    memoryMiB: Math.round(((pages ?? 0) * PAGE_BYTES) / 2 ** 20),
  };
}

/** Reads what every process has used since it began, this one as "load". */
export function readUsage(corridor: LocalCorridor): Usage {
  const pids = [...corridor.services].flatMap(([name, { pid }]) =>
    pid === undefined ? [] : ([[name, pid]] as const),
  );
  return Object.fromEntries(
    [...pids, ["load", process.pid] as const].map(([name, pid]) => [name, usageOf(pid)]),
  );
}

/** What was used between two readings. */
export function usageBetween(before: Usage, after: Usage): Usage {
  return Object.fromEntries(
    Object.entries(after).map(([name, { cpuSeconds, memoryMiB }]) => [
      name,
      { cpuSeconds: cpuSeconds - (before[name]?.cpuSeconds ?? 0), memoryMiB },
    ]),
  );
}

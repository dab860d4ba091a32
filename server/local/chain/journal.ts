import { closeSync, fdatasync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";

/** What a state-changing command was: its JSON-RPC method and parameters. */
export type JournaledCommand = readonly ["call", string, readonly unknown[]];
/** What a command led to: a block's number and hash, for replay to compare. */
export type JournaledBlock = readonly ["block", number, string];
export type JournalEntry = JournaledCommand | JournaledBlock;

/** Which chain a journal belongs to; replayed into another one it would mean nothing. */
export interface JournalHeader {
  /** The simulator and its version: another one may build other blocks from the same commands. */
  readonly client: string;
  /** Unix seconds of the genesis block. */
  readonly genesisTime: number;
}

/** A chain's disk: everything that changed it, in order, and what came of it. One process writes it. */
export interface ChainJournal extends Disposable {
  /**
   * Writes commands ahead of their effect; resolves once they are on disk.
   * @throws when they cannot be written; then nothing more can: a torn line ends the journal.
   */
  append(commands: readonly JournaledCommand[]): Promise<void>;
  /** Notes a block, without waiting for the disk: were it lost, replay would make the same block unchecked. */
  note(block: JournaledBlock): void;
}

const sync = promisify(fdatasync);
const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** A line is its JSON's checksum, a space and the JSON. */
function toLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}

/** A line's value, or undefined when the line was torn or changed. */
function fromLine(line: string): unknown {
  const json = line.slice(9);
  const sum = line.slice(0, 8);
  if (line[8] !== " " || crc32(json).toString(16).padStart(8, "0") !== sum) return undefined;
  return JSON.parse(json);
}

/** Every whole line with the offset that it ends at, however long the file. */
function* linesOf(fd: number): Generator<{ readonly text: string; readonly end: number }> {
  let rest = Buffer.alloc(0);
  let position = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const size = readSync(fd, chunk, 0, CHUNK_BYTES, position);
    if (size === 0) return;
    position += size;
    const bytes = Buffer.concat([rest, chunk.subarray(0, size)]);
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, start)) {
      yield { text: bytes.toString("utf8", start, at), end: position - bytes.length + at + 1 };
      start = at + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
}

/**
 * Reads what a journal holds, entry by entry, and cuts off a torn last line.
 * @throws when a line in the middle was changed: what follows it cannot be trusted.
 */
function* readEntries(fd: number, path: string): Generator<unknown> {
  let whole = 0;
  let torn = false;
  for (const { text, end } of linesOf(fd)) {
    if (torn) throw new Error(`${path} is damaged at byte ${whole}: begin anew with --fresh`);
    const entry = fromLine(text);
    if (entry === undefined) torn = true;
    else {
      whole = end;
      yield entry;
    }
  }
  ftruncateSync(fd, whole);
}

/** An opened journal: what it holds has to be read to its end before anything is written. */
export interface OpenedJournal {
  readonly journal: ChainJournal;
  /** Of an earlier run; undefined for a journal that is new. */
  readonly header: JournalHeader | undefined;
  readonly entries: Iterable<JournalEntry>;
  /** Begins a new journal. */
  begin(header: JournalHeader): void;
}

/** Opens a chain's journal, or makes an empty one. */
export function openJournal(path: string): OpenedJournal {
  const fd = openSync(path, "a+", 0o600);
  const stored = readEntries(fd, path);
  const first = stored.next();
  const header = first.done ? undefined : (first.value as JournalHeader);
  let broken: unknown;
  function write(text: string): void {
    if (broken !== undefined) throw new Error("the journal cannot be written", { cause: broken });
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    } catch (error) {
      broken = error;
      throw error;
    }
  }
  return {
    header,
    entries: stored as Generator<JournalEntry>,
    begin: (made) => write(toLine(made)),
    journal: {
      async append(commands) {
        write(commands.map(toLine).join(""));
        await sync(fd).catch((error: unknown) => {
          broken = error;
          throw error;
        });
      },
      note: (block) => write(toLine(block)),
      [Symbol.dispose]: () => closeSync(fd),
    },
  };
}

import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type JournalEntry, openJournal } from "../../../server/local/chain/journal.ts";

const HEADER = { client: "simulator/1", genesisTime: 1_700_000_000 };
const CALLS: readonly JournalEntry[] = [
  ["call", "eth_sendRawTransaction", ["0x02f8"]],
  ["call", "evm_mine", [1_700_000_001]],
  ["block", 1, `0x${"ab".repeat(32)}`],
];

describe("a chain's journal", () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "journal-"));
    path = join(directory, "journal");
    const opened = openJournal(path);
    expect([opened.header, [...opened.entries]]).to.deep.equal([undefined, []]);
    opened.begin(HEADER);
    const [first, second, block] = CALLS;
    await opened.journal.append([first, second] as never);
    opened.journal.note(block as never);
    opened.journal[Symbol.dispose]();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function read() {
    const opened = openJournal(path);
    const entries = [...opened.entries];
    return { ...opened, entries };
  }

  it("holds what was written, in order, and goes on from there", async () => {
    const { header, entries, journal } = read();
    expect(header).to.deep.equal(HEADER);
    expect(entries).to.deep.equal(CALLS);
    await journal.append([["call", "evm_snapshot", []]]);
    journal[Symbol.dispose]();
    expect(read().entries).to.deep.equal([...CALLS, ["call", "evm_snapshot", []]]);
  });

  it("drops a torn last line, wherever it was torn, and writes over it", async () => {
    const whole = readFileSync(path);
    const last = whole.lastIndexOf("\n", whole.length - 2) + 1;
    for (let end = last + 1; end < whole.length; end++) {
      writeFileSync(path, whole.subarray(0, end));
      const { entries, journal } = read();
      expect(entries, `torn at ${end}`).to.deep.equal(CALLS.slice(0, 2));
      expect(statSync(path).size).to.equal(last);
      journal.note(CALLS[2] as never);
      journal[Symbol.dispose]();
      expect(readFileSync(path)).to.deep.equal(whole);
    }
  });

  it("drops a last line that the disk filled with something else", () => {
    appendFileSync(path, `${"\0".repeat(40)}\n`);
    expect(read().entries).to.deep.equal(CALLS);
  });

  it("refuses a change in the middle: what follows it cannot be trusted", () => {
    writeFileSync(path, readFileSync(path, "utf8").replace("0x02f8", "0x02f9"));
    expect(() => read()).to.throw(/damaged.*--fresh/);
  });

  it("reads more than fits in one piece", async () => {
    const many = Array.from({ length: 3_000 }, (_, index): readonly ["call", string, string[]] => [
      "call",
      "eth_sendRawTransaction",
      [`0x${index.toString(16).padStart(1_000, "0")}`],
    ]);
    const { journal } = read();
    await journal.append(many);
    expect(read().entries.slice(CALLS.length)).to.deep.equal(many);
  });
});

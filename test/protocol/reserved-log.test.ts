import { expect } from "chai";
import { hexlify } from "ethers";
import fc from "fast-check";
import { corridorAbi } from "../../protocol/contract-abi.ts";
import { readReservedLog } from "../../protocol/reserved-log.ts";

const hex = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => hexlify(bytes));
const instructions = fc.array(
  fc.record({
    commitment: hex(32),
    amounts: fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
  }),
  { maxLength: 20 },
);

describe("a reservation's log, read word by word", () => {
  it("says what the general decoder reads in it", () => {
    fc.assert(
      fc.property(hex(32), hex(20), hex(32), instructions, (batchId, party, quoteHash, list) => {
        const args = [batchId, party, party, quoteHash, list];
        const log = corridorAbi.encodeEventLog("BatchReserved", args);
        const read = readReservedLog(log);
        const decoded = corridorAbi.parseLog(log);
        expect(read?.batchId).to.equal(decoded?.args["batchId"]);
        expect(read?.quoteHash).to.equal(decoded?.args["quoteHash"]);
        expect(read?.instructions()).to.deep.equal(list);
      }),
      { numRuns: 300 },
    );
  });

  it("is none of any other event", () => {
    const log = corridorAbi.encodeEventLog("BatchExpired", [`0x${"11".repeat(32)}`]);
    expect(readReservedLog(log)).to.equal(undefined);
  });
});

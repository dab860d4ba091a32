import { expect } from "chai";
import { hexlify } from "ethers";
import fc from "fast-check";
import { corridorAbi } from "../../protocol/contract-abi.ts";
import { readSettledLog } from "../../protocol/settled-log.ts";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hexlify(bytes));
const amount = fc.bigInt({ min: 0n, max: (1n << 96n) - 1n });

describe("a settlement's log, read word by word", () => {
  it("says what the general decoder reads in it", () => {
    fc.assert(
      fc.property(bytes32, amount, amount, fc.nat(500), (batchId, send, receive, rejected) => {
        const log = corridorAbi.encodeEventLog("BatchSettled", [batchId, send, receive, rejected]);
        const decoded = corridorAbi.parseLog(log);
        expect(readSettledLog(log)).to.deep.equal({
          batchId: decoded?.args["batchId"],
          sendSettled: decoded?.args["sendSettled"],
          receiveSettled: decoded?.args["receiveSettled"],
        });
      }),
      { numRuns: 300 },
    );
  });

  it("is none of any other event", () => {
    const log = corridorAbi.encodeEventLog("BatchExpired", [`0x${"11".repeat(32)}`]);
    expect(readSettledLog(log)).to.equal(undefined);
  });
});

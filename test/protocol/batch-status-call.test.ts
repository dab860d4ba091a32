import { expect } from "chai";
import { hexlify } from "ethers";
import fc from "fast-check";
import { decodeBatchStatus, encodeBatchStatusCall } from "../../protocol/batch-status-call.ts";
import { BATCH_STATUSES, corridorAbi } from "../../protocol/contract-abi.ts";
import type { BatchId } from "../../protocol/messages.ts";

const ids = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => hexlify(bytes) as BatchId);
const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

describe("asking the chain what it holds of a batch, word by word", () => {
  it("asks and understands as the general encoder does", () => {
    const states = fc.nat(BATCH_STATUSES.length - 1);
    fc.assert(
      fc.property(ids, states, uint(48), uint(96), uint(96), (id, state, until, send, receive) => {
        expect(encodeBatchStatusCall(id)).to.equal(
          corridorAbi.encodeFunctionData("batchStatusOf", [id]),
        );
        const values = [state, until, send, receive];
        const answer = corridorAbi.encodeFunctionResult("batchStatusOf", values);
        const expected = { status: BATCH_STATUSES[state], settleUntil: until };
        expect(decodeBatchStatus(answer)).to.deep.equal(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("does not take an empty or a short answer for a batch that was never reserved", () => {
    for (const answer of ["0x", `0x${"00".repeat(32)}`, `0x${"00".repeat(127)}zz`]) {
      expect(() => decodeBatchStatus(answer), answer).to.throw(TypeError);
    }
  });
});

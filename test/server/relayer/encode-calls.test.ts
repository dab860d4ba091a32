import { expect } from "chai";
import { corridorAbi } from "../../../protocol/contract-abi.ts";
import type { Batch, BatchId, Quote } from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { packRejections } from "../../../protocol/rejections.ts";
import { encodeCall, packCalls } from "../../../server/relayer/chain/encode-calls.ts";
import type { ChainCall } from "../../../server/relayer/ports/chain.ts";

const address = `0x${"11".repeat(20)}` as Quote["bank"];
const hash = `0x${"22".repeat(32)}`;
const signature = `0x${"33".repeat(65)}` as never;
const quote = {
  bank: address,
  payer: address,
  payee: address,
  sendToken: address,
  receiveToken: address,
  rate: 1n as Quote["rate"],
  maxSend: minorUnits(1n),
  validUntil: 1n,
  settleUntil: 2n,
  returnUntil: 3n,
  salt: 4n,
};
const batch = {
  root: hash,
  quoteHash: hash as Batch["quoteHash"],
  sendTotal: minorUnits(1n),
  count: 1,
};
const batchId = hash as BatchId;
const instructions = (count: number) =>
  Array.from({ length: count }, () => ({ commitment: hash, amounts: 1n }));

const reserve = (count: number): ChainCall => ({
  kind: "reserve",
  batchId,
  quote,
  quoteSignature: signature,
  batch,
  batchSignature: signature,
  instructions: instructions(count),
});
const settle = (count: number, rejected: number): ChainCall => ({
  kind: "settle",
  batchId,
  quote,
  batch,
  rejections: packRejections(
    Array.from({ length: rejected }, (_, index) => ({ index, reason: "AC04" })),
  ),
  outcomeSignature: signature,
  instructions: instructions(count),
});
const functionOf = (call: ChainCall) =>
  corridorAbi.parseTransaction({ data: encodeCall(call).data })?.name;

describe("packing calls for the chain", () => {
  it("keeps every pack within 120,000 bytes and 16,000,000 gas, and fills it", () => {
    for (const calls of [
      Array.from({ length: 300 }, () => reserve(1)),
      Array.from({ length: 20 }, () => reserve(500)),
      Array.from({ length: 300 }, () => settle(1, 0)),
      [reserve(500), ...Array.from({ length: 200 }, () => settle(500, 0))],
    ]) {
      const encoded = calls.map(encodeCall);
      const packed = packCalls(encoded);
      expect(packed.data.length / 2).to.be.at.most(120_000);
      expect(Number(packed.gasLimit)).to.be.at.most(16_000_000);
      const isFull = packed.data.length / 2 > 90_000 || Number(packed.gasLimit) > 14_000_000;
      expect(isFull, `only ${packed.count} of ${calls.length} fit`).to.equal(true);
    }
  });

  it("sends a call that is alone too large anyway, so that it fails and is seen", () => {
    const huge = { gasLimit: 20_000_000, data: `0x${"00".repeat(130_000)}` };
    expect(packCalls([huge, huge]).count).to.equal(1);
  });

  it("proves a few rejections, and shows the whole list where proofs would be larger", () => {
    expect(functionOf(settle(500, 0))).to.equal("settle");
    expect(functionOf(settle(500, 3))).to.equal("settle");
    expect(functionOf(settle(500, 500))).to.equal("settleWithList");
    expect(encodeCall(settle(500, 500)).data.length / 2).to.be.below(120_000);
  });
});

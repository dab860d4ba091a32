import { expect } from "chai";
import { toBeHex, toUtf8String } from "ethers";
import fc from "fast-check";
import { packAmounts, unpackAmounts } from "../../protocol/amounts.ts";
import {
  type Instruction,
  provesInstruction,
  rootOf,
  siblingsOf,
  treeOf,
} from "../../protocol/batch-tree.ts";
import {
  type Address,
  type Batch,
  batchIdOf,
  outcomeDigestOf,
  type Quote,
  quoteHashOf,
  returnDigestOf,
} from "../../protocol/messages.ts";
import { type MinorUnits, minorUnits } from "../../protocol/money.ts";
import { obeysQuote, type Rate, receiveFor, sendFor } from "../../protocol/rate.ts";
import { packRejections, rejectionsHashOf } from "../../protocol/rejections.ts";
import { connectChain } from "./corridor-fixture.ts";

/** Cases per call of the harness, and calls: 10,000 cases of everything. */
const CASES = 500;
const CALLS = 20;

const chain = await connectChain();
const harness = await chain.ethers.deployContract("AgreementHarness");
const domain = { chainId: 31_337n, corridor: (await harness.getAddress()) as Address };

const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const bytes = (size: number) => uint(8 * size).map((value) => toBeHex(value, size));
const address = bytes(20);
const amount = uint(96).map(minorUnits);
const reason = fc.string({
  unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
  minLength: 4,
  maxLength: 4,
});
const instruction = fc.record({ commitment: bytes(32), amounts: uint(256) });
const batchOf = (maxLength: number) => fc.array(instruction, { minLength: 1, maxLength });

const quote = fc.record({
  bank: address,
  payer: address,
  payee: address,
  sendToken: address,
  receiveToken: address,
  rate: uint(64),
  maxSend: amount,
  validUntil: uint(48),
  settleUntil: uint(48),
  returnUntil: uint(48),
  salt: uint(256),
}) as fc.Arbitrary<Quote>;

const batch = fc.record({
  root: bytes(32),
  quoteHash: bytes(32),
  sendTotal: amount,
  count: fc.nat({ max: 0xffff }),
}) as fc.Arbitrary<Batch>;

/** Holds 20 calls of 500 random cases each against the contract. */
async function forManyCases<Case>(
  cases: fc.Arbitrary<Case>,
  check: (cases: Case[]) => Promise<void>,
): Promise<void> {
  const many = fc.array(cases, { minLength: CASES, maxLength: CASES });
  await fc.assert(fc.asyncProperty(many, check), { numRuns: CALLS, endOnFailure: true });
}

/** Amounts near the edge of what a rate allows, where an off-by-one would show. */
const rateCase = fc
  .record({
    rate: fc.oneof(uint(64), fc.bigInt({ min: 1n, max: 10n ** 14n })).map((it) => it as Rate),
    send: fc.oneof(uint(96), fc.bigInt({ min: 0n, max: 10n ** 7n })),
    offset: fc.bigInt({ min: -2n, max: 2n }),
    anySum: uint(96),
    near: fc.boolean(),
  })
  .map(({ rate, send, offset, anySum, near }) => {
    const exact = (send * rate) / 10n ** 12n + offset;
    const inside = near && exact >= 0n && exact < 1n << 96n;
    return { rate, send: minorUnits(send), receive: minorUnits(inside ? exact : anySum) };
  });

async function judged(cases: readonly { rate: Rate; send: MinorUnits; receive: MinorUnits }[]) {
  return await harness.judge(
    cases.map(({ rate, send, receive }) => ({ rate, sendAmount: send, receiveAmount: receive })),
  );
}

describe("TypeScript and Solidity agree, over 10,000 random cases each,", function () {
  this.timeout(180_000);

  it("on the digest of a quote", async () => {
    await forManyCases(quote, async (quotes) => {
      const expected = quotes.map((it) => quoteHashOf(domain, it));
      expect([...(await harness.quoteDigests(quotes))]).to.deep.equal(expected);
    });
  });

  it("on a batch's id", async () => {
    await forManyCases(batch, async (batches) => {
      const expected = batches.map((it) => batchIdOf(domain, it));
      expect([...(await harness.batchDigests(batches))]).to.deep.equal(expected);
    });
  });

  it("on the digest of an outcome and the packing of its rejections", async () => {
    const list = fc
      .uniqueArray(fc.nat({ max: 499 }), { maxLength: 8 })
      .chain((indexes) =>
        fc.tuple(...indexes.sort((a, b) => a - b).map((i) => fc.tuple(fc.constant(i), reason))),
      );
    const outcome = fc.record({ batchId: batch.map((it) => batchIdOf(domain, it)), list });
    await forManyCases(outcome, async (outcomes) => {
      const cases = outcomes.map(({ batchId, list: items }) => {
        const rejections = items.map(([index, code]) => ({ index, reason: code }));
        return { batchId, rejections };
      });
      const digests = await harness.outcomeDigests(
        cases.map(({ batchId, rejections }) => ({
          batchId,
          rejections: packRejections(rejections),
        })),
      );
      const expected = cases.map(({ batchId, rejections }) =>
        outcomeDigestOf(domain, { batchId, rejectionsHash: rejectionsHashOf(rejections) }),
      );
      expect([...digests]).to.deep.equal(expected);
      const [longest] = cases.sort((a, b) => b.rejections.length - a.rejections.length);
      const rejections = longest?.rejections ?? [];
      const { indexes, reasons } = await harness.unpackRejections(packRejections(rejections));
      const read = indexes.map((index, at) => {
        return { index: Number(index), reason: toUtf8String(reasons[at] ?? "0x") };
      });
      expect(read).to.deep.equal(rejections);
    });
  });

  it("on the digest of a return", async () => {
    const returned = fc.record({
      batchId: batch.map((it) => batchIdOf(domain, it)),
      index: fc.nat({ max: 0xffff }),
      reason: bytes(4),
    });
    await forManyCases(returned, async (cases) => {
      const expected = cases.map((it) => returnDigestOf(domain, it));
      expect([...(await harness.returnDigests(cases))]).to.deep.equal(expected);
    });
  });

  it("on the root of a batch", async () => {
    await forManyCases(batchOf(9), async (batches) => {
      const roots = await harness.rootsOf(batches);
      expect([...roots]).to.deep.equal(batches.map(rootOf));
    });
  });

  it("on the root of a batch of any size up to 500", async () => {
    const big = fc.array(instruction, { minLength: 1, maxLength: 500, size: "max" });
    const property = fc.asyncProperty(big, async (instructions) => {
      const [root] = await harness.rootsOf([instructions]);
      expect(root).to.equal(rootOf(instructions));
    });
    await fc.assert(property, { numRuns: 30, endOnFailure: true });
  });

  it("on which proofs are valid", async () => {
    const proof = fc
      .record({
        batch: batchOf(9),
        at: fc.nat(),
        shown: fc.nat(),
        spoiled: instruction,
        lie: fc.nat({ max: 3 }),
      })
      .map(({ batch: instructions, at, shown, spoiled, lie }) => {
        const levels = treeOf(instructions);
        const index = at % instructions.length;
        const other = shown % instructions.length;
        const right = instructions[index] as Instruction;
        const path = siblingsOf(levels, lie === 1 ? other : index);
        return {
          root: levels.at(-1)?.[0] ?? "",
          index: lie === 2 ? other : index,
          instruction: lie === 3 ? spoiled : right,
          siblings: path,
        };
      });
    await forManyCases(proof, async (cases) => {
      const expected = cases.map(provesInstruction);
      expect([...(await harness.verify(cases))]).to.deep.equal(expected);
      expect(new Set(expected)).to.deep.equal(new Set([true, false]));
    });
  });

  it("on the packing of amounts and on which a rate allows", async () => {
    await forManyCases(rateCase, async (cases) => {
      const { packed, allowed } = await judged(cases);
      expect([...packed]).to.deep.equal(cases.map(packAmounts));
      expect(packed.map(unpackAmounts)).to.deep.equal(
        cases.map(({ send, receive }) => ({ send, receive })),
      );
      const expected = cases.map(obeysQuote);
      expect([...allowed]).to.deep.equal(expected);
      expect(new Set(expected)).to.deep.equal(new Set([true, false]));
    });
  });

  it("on what a fixed send amount receives and a fixed receive amount costs", async () => {
    const bill = fc.record({
      rate: fc.bigInt({ min: 10n ** 9n, max: 10n ** 15n }).map((it) => it as Rate),
      sum: fc.bigInt({ min: 10n ** 3n, max: 10n ** 12n }).map(minorUnits),
      fixed: fc.constantFrom("send", "receive"),
    });
    await forManyCases(bill, async (bills) => {
      const cases = bills.map(({ rate, sum, fixed }) =>
        fixed === "send"
          ? { rate, send: sum, receive: receiveFor({ send: sum, rate }) }
          : { rate, send: sendFor({ receive: sum, rate }), receive: sum },
      );
      const generous = cases.map((it) => ({ ...it, receive: minorUnits(it.receive + 1n) }));
      expect(new Set((await judged(cases)).allowed)).to.deep.equal(new Set([true]));
      const offered = await judged(generous);
      // One unit more is within the rate only where the payer's own rounding up has paid for it.
      expect([...offered.allowed]).to.deep.equal(generous.map(obeysQuote));
    });
  });
});

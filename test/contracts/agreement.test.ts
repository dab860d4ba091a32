import { expect } from "chai";
import { toUtf8String } from "ethers";
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
  batchIdOf,
  outcomeDigestOf,
  quoteHashOf,
  returnDigestOf,
} from "../../protocol/messages.ts";
import { type MinorUnits, minorUnits } from "../../protocol/money.ts";
import { obeysQuote, type Rate, receiveFor, sendFor } from "../../protocol/rate.ts";
import { packRejections, rejectionsHashOf } from "../../protocol/rejections.ts";
import {
  arrayOf,
  bytesOf,
  callWithArrays,
  type DynamicArgument,
  highWord,
  lowWord,
  numberWord,
} from "./agreement-calls.ts";
import {
  batch,
  batchIds,
  batchOf,
  bytes,
  instruction,
  quote,
  rateCase,
  reason,
} from "./agreement-cases.ts";
import { connectChain } from "./corridor-fixture.ts";

/** Cases per call of the harness, and calls: 10,000 cases of everything. */
const CASES = 500;
const CALLS = 20;

const chain = await connectChain();
const harness = await chain.ethers.deployContract("AgreementHarness");
const to = await harness.getAddress();
const domain = { chainId: 31_337n, corridor: to as Address };

type Computation =
  | "quoteDigests"
  | "batchDigests"
  | "outcomeDigests"
  | "returnDigests"
  | "rootsOf"
  | "verify"
  | "judge";

/** Has the contract compute, and returns the words of each array it answers with. */
async function computed(name: Computation, ...values: DynamicArgument[]): Promise<string[][]> {
  const signature = harness.interface.getFunction(name).format("sighash");
  return await callWithArrays(chain, { to, signature, values });
}

/** The same, of a computation that answers with hashes alone. */
async function hashes(name: Computation, ...values: DynamicArgument[]): Promise<string[]> {
  const [answer = []] = await computed(name, ...values);
  return answer.map((word) => `0x${word}`);
}

const isTrue = (word: string) => word === numberWord(1);
const wordsOf = ({ commitment, amounts }: Instruction) => lowWord(commitment) + numberWord(amounts);

/** Holds 20 calls of 500 random cases each against the contract. */
async function forManyCases<Case>(
  cases: fc.Arbitrary<Case>,
  check: (cases: Case[]) => Promise<void>,
): Promise<void> {
  const many = fc.array(cases, { minLength: CASES, maxLength: CASES });
  await fc.assert(fc.asyncProperty(many, check), { numRuns: CALLS, endOnFailure: true });
}

async function judged(cases: readonly { rate: Rate; send: MinorUnits; receive: MinorUnits }[]) {
  const rows = cases.map(({ rate, send, receive }) =>
    [send, receive, rate].map(numberWord).join(""),
  );
  const [packed = [], allowed = []] = await computed("judge", arrayOf(rows));
  return { packed: packed.map((word) => BigInt(`0x${word}`)), allowed: allowed.map(isTrue) };
}

async function contractRoots(batches: readonly (readonly Instruction[])[]): Promise<string[]> {
  const counts = arrayOf(batches.map((instructions) => numberWord(instructions.length)));
  return await hashes("rootsOf", counts, arrayOf(batches.flat().map(wordsOf)));
}

describe("TypeScript and Solidity agree, over 10,000 random cases each,", function () {
  this.timeout(180_000);

  it("on the digest of a quote", async () => {
    await forManyCases(quote, async (quotes) => {
      const expected = quotes.map((it) => quoteHashOf(domain, it));
      const rows = quotes.map((it) => {
        const parties = [it.bank, it.payer, it.payee, it.sendToken, it.receiveToken];
        const clocks = [it.validUntil, it.settleUntil, it.returnUntil];
        const numbers = [it.rate, it.maxSend, ...clocks, it.salt];
        return [...parties.map(lowWord), ...numbers.map(numberWord)].join("");
      });
      expect(await hashes("quoteDigests", arrayOf(rows))).to.deep.equal(expected);
    });
  });

  it("on a batch's id", async () => {
    await forManyCases(batch, async (batches) => {
      const expected = batches.map((it) => batchIdOf(domain, it));
      const rows = batches.map(({ root, quoteHash, sendTotal, count }) =>
        [lowWord(root), lowWord(quoteHash), numberWord(sendTotal), numberWord(count)].join(""),
      );
      expect(await hashes("batchDigests", arrayOf(rows))).to.deep.equal(expected);
    });
  });

  it("on the digest of an outcome and the packing of its rejections", async () => {
    const list = fc
      .uniqueArray(fc.nat({ max: 499 }), { maxLength: 8 })
      .chain((indexes) =>
        fc.tuple(...indexes.sort((a, b) => a - b).map((i) => fc.tuple(fc.constant(i), reason))),
      );
    const outcome = fc.record({ batchId: batchIds, list });
    await forManyCases(outcome, async (outcomes) => {
      const cases = outcomes.map(({ batchId, list: items }) => {
        const rejections = items.map(([index, code]) => ({ index, reason: code }));
        return { batchId, rejections };
      });
      const packed = cases.map(({ rejections }) => packRejections(rejections).slice(2));
      const digests = await hashes(
        "outcomeDigests",
        arrayOf(cases.map(({ batchId }) => lowWord(batchId))),
        arrayOf(packed.map((hex) => numberWord(hex.length / 2))),
        bytesOf(packed.join("")),
      );
      const expected = cases.map(({ batchId, rejections }) =>
        outcomeDigestOf(domain, { batchId, rejectionsHash: rejectionsHashOf(rejections) }),
      );
      expect(digests).to.deep.equal(expected);
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
      batchId: batchIds,
      index: fc.nat({ max: 0xffff }),
      reason: bytes(4),
    });
    await forManyCases(returned, async (cases) => {
      const expected = cases.map((it) => returnDigestOf(domain, it));
      const rows = cases.map(
        (it) => lowWord(it.batchId) + numberWord(it.index) + highWord(it.reason),
      );
      expect(await hashes("returnDigests", arrayOf(rows))).to.deep.equal(expected);
    });
  });

  it("on the root of a batch of any size up to 500", async () => {
    const big = fc.array(instruction, { minLength: 1, maxLength: 500, size: "max" });
    const property = fc.asyncProperty(big, async (instructions) => {
      expect(await contractRoots([instructions])).to.deep.equal([rootOf(instructions)]);
    });
    await fc.assert(property, { numRuns: 30, endOnFailure: true });
  });

  it("on the root of a batch and on which proofs of its transfers are valid", async () => {
    const proof = fc
      .record({
        batch: fc.oneof({ weight: 9, arbitrary: batchOf(4) }, batchOf(9)),
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
          batch: instructions,
          root: levels.at(-1)?.[0] ?? "",
          index: lie === 2 ? other : index,
          instruction: lie === 3 ? spoiled : right,
          siblings: path,
        };
      });
    await forManyCases(proof, async (cases) => {
      const roots = cases.map(({ root }) => root);
      expect(await contractRoots(cases.map((it) => it.batch))).to.deep.equal(roots);
      const expected = cases.map(provesInstruction);
      const rows = cases.map(({ root, index, instruction: shown, siblings }) =>
        [lowWord(root), numberWord(index), wordsOf(shown), numberWord(siblings.length)].join(""),
      );
      const paths = arrayOf(cases.flatMap(({ siblings }) => siblings).map(lowWord));
      const [valid = []] = await computed("verify", arrayOf(rows), paths);
      expect(valid.map(isTrue)).to.deep.equal(expected);
      expect(new Set(expected)).to.deep.equal(new Set([true, false]));
    });
  });

  it("on the packing of amounts and on which a rate allows", async () => {
    await forManyCases(rateCase, async (cases) => {
      const { packed, allowed } = await judged(cases);
      expect(packed).to.deep.equal(cases.map(packAmounts));
      expect(packed.map(unpackAmounts)).to.deep.equal(
        cases.map(({ send, receive }) => ({ send, receive })),
      );
      const expected = cases.map(obeysQuote);
      expect(allowed).to.deep.equal(expected);
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
      expect(offered.allowed).to.deep.equal(generous.map(obeysQuote));
    });
  });
});

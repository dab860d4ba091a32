import { hexlify, randomBytes } from "ethers";
import { packAmounts } from "../../../protocol/amounts.ts";
import { type Instruction, rootOf, siblingsOf, treeOf } from "../../../protocol/batch-tree.ts";
import {
  type Batch,
  batchIdOf,
  outcomeDigestOf,
  returnDigestOf,
} from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { receiveFor } from "../../../protocol/rate.ts";
import { reasonToBytes4, statusReason } from "../../../protocol/reason-codes.ts";
import { packRejections, rejectionsHashOf } from "../../../protocol/rejections.ts";
import { localSigner } from "../../../protocol/signature.ts";
import type { FxQuoteAnswer } from "../../../protocol/wire/bank.ts";
import { KEYS, type TestChain } from "./chain-fixture.ts";

/** A batch of fixed-send transfers under a bank's quote, with what each party signs for it. */
export async function makeOrder(
  chain: TestChain,
  { quote, quoteHash, signature }: FxQuoteAnswer,
  sends: readonly bigint[],
) {
  const deployment = { chainId: chain.network.chainId, corridor: chain.network.corridor };
  const legs = sends.map((send) => {
    const sent = minorUnits(send);
    return { send: sent, receive: receiveFor({ send: sent, rate: quote.rate }) };
  });
  const instructions: Instruction[] = legs.map((amounts) => ({
    commitment: hexlify(randomBytes(32)),
    amounts: packAmounts(amounts),
  }));
  const batch: Batch = {
    root: rootOf(instructions),
    quoteHash,
    sendTotal: minorUnits(sends.reduce((sum, send) => sum + send, 0n)),
    count: sends.length,
  };
  const batchId = batchIdOf(deployment, batch);
  const payerSignature = await localSigner(KEYS.payerSigner).signDigest(batchId);
  const payee = localSigner(KEYS.payeeSigner);
  const siblings = (index: number) => siblingsOf(treeOf(instructions), index);
  return {
    batchId,
    legs,
    reserveValues: [quote, signature, batch, payerSignature, instructions],
    expireValues: [quote, batch],
    /** The arguments of `settle` when the payee refuses the named transfers. */
    async settleValues(rejected: readonly number[]) {
      const reason = statusReason("AC04");
      const list = rejected.map((index) => ({ index, reason }));
      const outcome = { batchId, rejectionsHash: rejectionsHashOf(list) };
      const outcomeSignature = await payee.signDigest(outcomeDigestOf(deployment, outcome));
      const proofs = rejected.map((index) => ({
        instruction: instructions[index],
        siblings: siblings(index),
      }));
      return [quote, batch, packRejections(list), proofs, outcomeSignature];
    },
    /** The arguments of `returnTransfer` for one settled transfer. */
    async returnValues(index: number) {
      const reason = reasonToBytes4("FOCR");
      const returned = { batchId, index, reason };
      const returnSignature = await payee.signDigest(returnDigestOf(deployment, returned));
      return [quote, batch, index, instructions[index], siblings(index), reason, returnSignature];
    },
  };
}

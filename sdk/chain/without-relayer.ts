import { type Instruction, rootOf } from "../../protocol/batch-tree.ts";
import { corridorAbi } from "../../protocol/contract-abi.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { Address } from "../../protocol/messages.ts";
import { reasonToBytes4 } from "../../protocol/reason-codes.ts";
import { unpackRejections } from "../../protocol/rejections.ts";
import { encodeSettleCall } from "../../protocol/settle-call.ts";
import { type Receipt, receiptSchema, type WireReceipt } from "../../protocol/wire/receipt.ts";
import type { ChainSender, MinedCall } from "./chain-sender.ts";

/**
 * The way out without the relayer: a receipt, a node and gas are all that it takes to see a transfer through. Each call
 * is refused by the contract, with its reason, when it is too early, too late or done already.
 */
function read({ chain }: ChainSender, document: WireReceipt): Receipt {
  const receipt = receiptSchema.parse(document);
  const { chainId, corridor } = chain.deployment;
  if (receipt.chainId === chainId.toString() && receipt.corridorContract === corridor) {
    return receipt;
  }
  throw new ProtocolError("quote", "the receipt is of another chain or contract", {
    field: "/chainId",
    remedy: "connect to the deployment that the receipt names, if it is the one you pin",
  });
}

const lacking = (what: string, remedy: string) =>
  new ProtocolError("quote", `the receipt has no ${what}`, { field: `/${what}`, remedy });

/** The whole batch, for one that was partly rejected: the rejected amounts must be shown. */
function listFor(receipt: Receipt, stored: readonly Instruction[] | undefined): Instruction[] {
  const rejected = unpackRejections(receipt.outcome?.rejections ?? "0x");
  if (rejected.length === 0) return [receipt.instruction];
  if (receipt.batch.count === 1) return [receipt.instruction];
  if (stored && rootOf(stored) === receipt.batch.root) return [...stored];
  throw new ProtocolError("tree", "a batch that was partly rejected needs all its instructions", {
    field: "/instructions",
    remedy: "give the batch's instructions, which its payer stored when it signed it",
  });
}

/**
 * Settles the receipt's whole batch with the payee's signed outcome, payment versus payment. Only where some of a
 * batch was rejected does it need the batch's instructions beside the receipt. Throws `ChainRefused`, such as
 * `SettlementClosed` from the quote's `settleUntil` on or `BatchNotReserved`.
 */
export async function settleOnChain(
  sender: ChainSender,
  document: WireReceipt,
  stored: { readonly instructions?: readonly Instruction[] } = {},
): Promise<MinedCall> {
  const receipt = read(sender, document);
  const { quote, batch, outcome } = receipt;
  if (!outcome) throw lacking("outcome", "ask the payee for its signed outcome, or wait to expire");
  const data = encodeSettleCall({
    quote,
    batch,
    instructions: listFor(receipt, stored.instructions),
    rejections: outcome.rejections,
    outcomeSignature: outcome.signature,
  });
  return sender.send(data);
}

/** Gives both legs of the receipt's batch back, from `settleUntil` on. Throws `ChainRefused`, such as `SettlementStillOpen`. */
export async function expireOnChain(
  sender: ChainSender,
  document: WireReceipt,
): Promise<MinedCall> {
  const { quote, batch } = read(sender, document);
  return sender.send(corridorAbi.encodeFunctionData("expire", [quote, batch]));
}

/**
 * Gives the receipt's settled transfer back by the payee's signed return, before `returnUntil`. Throws `ChainRefused`,
 * such as `InsufficientPosition` while the payee's position is short.
 */
export async function returnOnChain(
  sender: ChainSender,
  document: WireReceipt,
): Promise<MinedCall> {
  const { quote, batch, index, instruction, siblings, signedReturn } = read(sender, document);
  if (!signedReturn) throw lacking("signedReturn", "ask the payee to sign a return");
  const { reason, signature } = signedReturn;
  const args = [quote, batch, index, instruction, siblings, reasonToBytes4(reason), signature];
  return sender.send(corridorAbi.encodeFunctionData("returnTransfer", args));
}

/**
 * Takes money out of the sender's own position, as tokens of the bank to the same account. `amountMinor` is in minor
 * units of the token's currency. Throws `ChainRefused`, such as `InsufficientPosition`.
 */
export async function withdraw(
  sender: ChainSender,
  order: { readonly token: Address; readonly amountMinor: bigint },
): Promise<MinedCall> {
  const args = [order.token, order.amountMinor];
  return sender.send(corridorAbi.encodeFunctionData("withdraw", args));
}

/** The verifier, loaded once the page stands: it is the SDK's own, and asks nobody but the node. */

import { unpackAmounts } from "../../../../protocol/amounts.ts";
import type { Address } from "../../../../protocol/messages.ts";
import { type Receipt, receiptSchema } from "../../../../protocol/wire/receipt.ts";
import { ChainUnreachable } from "../../../../sdk/chain/chain-reader.ts";
import { hashesOf, type Opening, type ReceiptStep } from "../../../../sdk/verify/receipt-checks.ts";
import { verifyReceipt } from "../../../../sdk/verify/verify-receipt.ts";

/** What a page pins: never taken from the receipt. */
export interface PinnedRail {
  readonly chainId: string;
  readonly corridor: string;
}

/** What a receipt says of itself, in words that a page can show; true only when every step holds. */
export interface ReceiptFacts {
  readonly batchId: string;
  readonly index: number;
  readonly count: number;
  readonly payer: string;
  readonly payee: string;
  readonly bank: string;
  readonly sendToken: string;
  readonly receiveToken: string;
  readonly sendMinor: string;
  readonly receiveMinor: string;
  readonly commitment: string;
  readonly chain: Receipt["chain"];
}

/** What came of checking a receipt, for the page to show. */
export interface Checked {
  readonly valid: boolean;
  readonly steps: readonly ReceiptStep[];
  readonly facts?: ReceiptFacts;
  /** Where the contract holds it now. */
  readonly onChain?: string;
  readonly rejectedFor?: string;
  readonly returnedFor?: string;
}

function factsOf(
  receipt: Receipt,
  deployment: { chainId: bigint; corridor: Address },
): ReceiptFacts {
  const { quote, batch, index, instruction, chain } = receipt;
  const { send, receive } = unpackAmounts(instruction.amounts);
  return {
    batchId: hashesOf(receipt, deployment).batchId,
    index,
    count: batch.count,
    payer: quote.payer,
    payee: quote.payee,
    bank: quote.bank,
    sendToken: quote.sendToken,
    receiveToken: quote.receiveToken,
    sendMinor: `${send}`,
    receiveMinor: `${receive}`,
    commitment: instruction.commitment,
    chain,
  };
}

/** Checks a receipt against a rail and a node. Undefined when the node gives no usable answer. */
export async function check(
  document: unknown,
  opening: Opening | undefined,
  { rail, rpcUrl }: { readonly rail: PinnedRail; readonly rpcUrl: string },
): Promise<Checked | undefined> {
  const deployment = { chainId: BigInt(rail.chainId), corridor: rail.corridor as Address };
  try {
    const reader = { deployment, rpcUrl, ...(opening && { opening }) };
    const { valid, steps, proves } = await verifyReceipt(document, reader);
    const parsed = receiptSchema.safeParse(document);
    return {
      valid,
      steps,
      ...(parsed.success && { facts: factsOf(parsed.data, deployment) }),
      ...(proves?.onChain && { onChain: proves.onChain }),
      ...(proves?.payee.answered === "rejected" && { rejectedFor: proves.payee.reason }),
      ...(proves?.returnReason && { returnedFor: proves.returnReason }),
    };
  } catch (error) {
    if (error instanceof ChainUnreachable) return undefined;
    throw error;
  }
}

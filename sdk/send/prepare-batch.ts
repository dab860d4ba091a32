import { hexlify } from "ethers";
import { packAmounts } from "../../protocol/amounts.ts";
import { type Instruction, rootOf } from "../../protocol/batch-tree.ts";
import { commitmentTo } from "../../protocol/commitment.ts";
import {
  type Batch,
  type BatchId,
  batchIdOf,
  type Deployment,
  type QuoteHash,
  type Signature,
} from "../../protocol/messages.ts";
import { type MinorUnits, minorUnits } from "../../protocol/money.ts";

import type { PaymentDetails } from "../../protocol/wire/payment-details.ts";
import { type PartySigner, signMessage } from "../keys/signer.ts";

/** One payment to put into a batch, its amounts as quoted. */
export interface PaymentToSend {
  readonly details: PaymentDetails;
  readonly send: MinorUnits;
  readonly receive: MinorUnits;
}

/** A signed batch and everything that opens it. Store it before it is sent. */
export interface PreparedBatch {
  readonly batchId: BatchId;
  readonly batch: Batch;
  readonly signature: Signature;
  readonly instructions: readonly Instruction[];
  /** One salt per payment, in order. */
  readonly salts: readonly string[];
}

/** 32 random bytes, new for each transfer. */
export function newSalt(): string {
  return hexlify(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Makes commitments, tree and Batch for payments under one bank quote, and has the payer's signer sign it. Only
 * the payer does this: a relayer never makes a commitment, a root or a Batch.
 */
export async function prepareBatch(
  signer: PartySigner,
  order: {
    readonly deployment: Deployment;
    readonly quoteHash: QuoteHash;
    readonly payments: readonly PaymentToSend[];
  },
): Promise<PreparedBatch> {
  const salts = order.payments.map(() => newSalt());
  const instructions = order.payments.map(
    ({ details, send, receive }, index): Instruction => ({
      commitment: commitmentTo(details, salts[index] ?? ""),
      amounts: packAmounts({ send, receive }),
    }),
  );
  const batch: Batch = {
    root: rootOf(instructions),
    quoteHash: order.quoteHash,
    sendTotal: minorUnits(order.payments.reduce((sum, payment) => sum + payment.send, 0n)),
    count: instructions.length,
  };
  const batchId = batchIdOf(order.deployment, batch);
  const signature = await signMessage(signer, order.deployment, { type: "Batch", message: batch });
  return { batchId, batch, signature, instructions, salts };
}

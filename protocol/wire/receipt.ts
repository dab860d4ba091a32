import { z } from "zod";
import { batchMessageSchema, instructionSchema, quoteMessageSchema } from "./messages.ts";
import { addressSchema, bytes32Schema, hexSchema, signatureSchema } from "./primitives.ts";

/** Levels of a tree of 500 leaves. */
const MAX_SIBLINGS = 9;

const referenceSchema = z.strictObject({
  transactionHash: bytes32Schema,
  blockNumber: z.int().min(0),
});

/**
 * `GET /v1/transfers/{uetr}/receipt`: everything that proves one transfer to anybody, and that a party needs to see it
 * through on chain by itself. It names no person: what the commitment stands for, and its salt, are the wallets'.
 */
export const receiptSchema = z.strictObject({
  version: z.literal(1),
  chainId: z.string().regex(/^[1-9][0-9]*$/),
  corridorContract: addressSchema,
  quote: quoteMessageSchema,
  /** By the bank, over the quote. */
  quoteSignature: signatureSchema,
  batch: batchMessageSchema,
  /** By the payer, over the batch. */
  batchSignature: signatureSchema,
  /** The transfer's place in its batch, and the way from there to the batch's root. */
  index: z.int().min(0),
  instruction: instructionSchema,
  siblings: z.array(bytes32Schema).max(MAX_SIBLINGS),
  /** By the payee, over the batch and whom it rejects (packed); absent until it has answered. */
  outcome: z.strictObject({ rejections: hexSchema, signature: signatureSchema }).optional(),
  /** By the payee, over this transfer and why it gives it back. */
  signedReturn: z
    .strictObject({ reason: z.string().regex(/^[A-Z0-9]{4}$/), signature: signatureSchema })
    .optional(),
  /** Where on chain it happened. */
  chain: z.strictObject({
    reserved: referenceSchema.optional(),
    settled: referenceSchema.optional(),
    expired: referenceSchema.optional(),
    returned: referenceSchema.optional(),
  }),
});
export type Receipt = z.output<typeof receiptSchema>;
export type WireReceipt = z.input<typeof receiptSchema>;

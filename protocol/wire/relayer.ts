import { z } from "zod";
import { MAX_COUNT } from "../batch-tree.ts";
import { TRANSFER_STATES } from "../transfer-state.ts";
import { batchMessageSchema, quoteMessageSchema } from "./messages.ts";
import { accountSchema, countrySchema, paymentDetailsSchema } from "./payment-details.ts";
import {
  addressSchema,
  amountSchema,
  batchIdSchema,
  bytes32Schema,
  hexSchema,
  quoteHashSchema,
  signatureSchema,
  textSchema,
  timeSchema,
  uetrSchema,
  uuidSchema,
} from "./primitives.ts";
import { problemSchema } from "./problem.ts";

export const quoteIdSchema = uuidSchema;

/** `POST /v1/quotes`: what would it cost to pay this person, or what would they get? */
export const quoteRequestSchema = z.strictObject({
  corridor: z.string().min(1).max(64),
  /** Which side the amount fixes: what the sender's wallet sends, or what the recipient gets. */
  fixedSide: z.enum(["send", "receive"]),
  amount: amountSchema,
  debtor: z.strictObject({ name: textSchema(140), country: countrySchema.optional() }),
  creditor: z.strictObject({ account: accountSchema, name: textSchema(140).optional() }),
});
export type QuoteRequest = z.output<typeof quoteRequestSchema>;
export type WireQuoteRequest = z.input<typeof quoteRequestSchema>;

/** The mid-market rate that a quote is compared with: where it is from, and of when. */
export const midRateSchema = z.strictObject({
  value: z.string(),
  source: z.string(),
  date: z.string(),
});

/** What the payer checks against its own configuration and then signs over. */
export const signedQuoteSchema = z.strictObject({
  chainId: z.string().regex(/^[1-9][0-9]*$/),
  corridorContract: addressSchema,
  quote: quoteMessageSchema,
  quoteHash: quoteHashSchema,
  signature: signatureSchema,
});
export type SignedQuote = z.output<typeof signedQuoteSchema>;
export type WireSignedQuote = z.input<typeof signedQuoteSchema>;

export const quoteAnswerSchema = z.strictObject({
  id: quoteIdSchema,
  corridor: z.string(),
  fixedSide: z.enum(["send", "receive"]),
  sendAmount: amountSchema,
  receiveAmount: amountSchema,
  /** The bank's rate, receive-major-units per send-major-unit. */
  rate: z.string(),
  midRate: midRateSchema,
  fees: z.array(z.strictObject({ type: z.string(), amount: amountSchema })),
  /** What the sender's wallet debits: the send amount and the fees. */
  totalDebit: amountSchema,
  recipient: z.strictObject({ maskedName: z.string() }),
  createdAt: timeSchema,
  expiresAt: timeSchema,
  signedQuote: signedQuoteSchema,
});
export type QuoteAnswer = z.output<typeof quoteAnswerSchema>;
export type WireQuoteAnswer = z.input<typeof quoteAnswerSchema>;

/** `POST /v1/batch-quotes`: what would the payments of one batch cost, all in one corridor? */
export const batchQuoteRequestSchema = z.strictObject({
  quotes: z.array(quoteRequestSchema).min(1).max(MAX_COUNT),
});
export type WireBatchQuoteRequest = z.input<typeof batchQuoteRequestSchema>;

/**
 * Each payment's quote or refusal, in the order of the request. All quotes are out of one bank quote, which stands
 * beside them once: one signature can cover them. It is absent when every payment was refused.
 */
export const batchQuoteAnswerSchema = z.strictObject({
  signedQuote: signedQuoteSchema.optional(),
  results: z.array(
    z.union([
      z.strictObject({ quote: quoteAnswerSchema.omit({ signedQuote: true }) }),
      z.strictObject({ problem: problemSchema }),
    ]),
  ),
});
export type BatchQuoteAnswer = z.output<typeof batchQuoteAnswerSchema>;
export type WireBatchQuoteAnswer = z.input<typeof batchQuoteAnswerSchema>;

const orderedTransferShape = {
  quoteId: quoteIdSchema,
  details: paymentDetailsSchema,
  salt: bytes32Schema,
};

/** `POST /v1/transfers`: one transfer, a batch of one, with the payer's signature. */
export const transferRequestSchema = z.strictObject({
  ...orderedTransferShape,
  batch: batchMessageSchema,
  signature: signatureSchema,
});
export type WireTransferRequest = z.input<typeof transferRequestSchema>;

/** `POST /v1/batches`: up to 500 transfers under one signature and one bank quote. */
export const batchRequestSchema = z.strictObject({
  transfers: z.array(z.strictObject(orderedTransferShape)).min(1).max(MAX_COUNT),
  batch: batchMessageSchema,
  signature: signatureSchema,
});
export type BatchRequest = z.output<typeof batchRequestSchema>;
export type WireBatchRequest = z.input<typeof batchRequestSchema>;

const chainReferenceSchema = z.strictObject({
  transactionHash: bytes32Schema,
  blockNumber: z.int().min(0),
});

/** One step in a transfer's life. */
export const stepSchema = z.strictObject({
  version: z.int().min(1),
  state: z.enum(TRANSFER_STATES),
  at: timeSchema,
  /** Milliseconds since the transfer was accepted. */
  elapsedMs: z.number(),
  reason: z.string().optional(),
});

export const transferSchema = z.strictObject({
  uetr: uetrSchema,
  state: z.enum(TRANSFER_STATES),
  version: z.int().min(1),
  reason: z.string().optional(),
  corridor: z.string(),
  sendAmount: amountSchema,
  receiveAmount: amountSchema,
  rate: z.string(),
  batchId: batchIdSchema,
  index: z.int().min(0),
  acceptedAt: timeSchema,
  timeline: z.array(stepSchema),
  chain: z.strictObject({
    reserved: chainReferenceSchema.optional(),
    settled: chainReferenceSchema.optional(),
    expired: chainReferenceSchema.optional(),
    returned: chainReferenceSchema.optional(),
  }),
  /** The payee's signed answer, which the payer verifies for itself before it shows "credited". */
  outcome: z.strictObject({ rejections: hexSchema, signature: signatureSchema }).optional(),
});
export type Transfer = z.output<typeof transferSchema>;
export type WireTransfer = z.input<typeof transferSchema>;

export const transferListSchema = z.strictObject({
  transfers: z.array(transferSchema),
  next: z.string().optional(),
});

/** `POST /v1/transfers/{uetr}/recall`: the payee's answer to a request to give the money back. */
export const recallOutcomeSchema = z.discriminatedUnion("accepted", [
  z.strictObject({ accepted: z.literal(true), reason: z.string().length(4) }),
  z.strictObject({ accepted: z.literal(false), reason: z.string().length(4) }),
]);

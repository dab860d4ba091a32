import { z } from "zod";
import { MAX_COUNT } from "../batch-tree.ts";
import { batchMessageSchema, quoteMessageSchema } from "./messages.ts";
import { accountSchema, paymentDetailsSchema } from "./payment-details.ts";
import {
  addressSchema,
  batchIdSchema,
  bytes32Schema,
  hexSchema,
  integerSchema,
  signatureSchema,
  signedAmountSchema,
  timeSchema,
  uetrSchema,
} from "./primitives.ts";
import { problemSchema } from "./problem.ts";

/** `POST /accounts/lookup`: whom does this proxy name? */
export const lookupRequestSchema = z.strictObject({
  corridor: z.string().max(64),
  account: accountSchema,
});

/** One answer and one text for unknown, closed and ineligible, so that a look-up tells a stranger nothing. */
export const lookupAnswerSchema = z.discriminatedUnion("eligible", [
  z.strictObject({ eligible: z.literal(true), maskedName: z.string(), screeningName: z.string() }),
  z.strictObject({ eligible: z.literal(false) }),
]);
export type LookupAnswer = z.infer<typeof lookupAnswerSchema>;

/** `POST /accounts/lookups`: the same for many at once, answered in their order. A wallet need not have it. */
export const lookupManyRequestSchema = z.strictObject({
  corridor: z.string().max(64),
  accounts: z.array(accountSchema).min(1).max(MAX_COUNT),
});

export const lookupManyAnswerSchema = z.strictObject({
  answers: z.array(lookupAnswerSchema).min(1).max(MAX_COUNT),
});

/** One transfer of a credit instruction: its line on chain, what it commits to, and the salt that opens it. */
export const creditItemSchema = z.strictObject({
  sendMinor: integerSchema,
  receiveMinor: integerSchema,
  details: paymentDetailsSchema,
  salt: bytes32Schema,
});

/**
 * `PUT /credits/{batchId}`: everything needed to verify and credit. Nothing in it says where to verify: chain,
 * corridor and depth are the receiving wallet's own configuration.
 */
export const creditInstructionSchema = z.strictObject({
  quote: quoteMessageSchema,
  batch: batchMessageSchema,
  items: z.array(creditItemSchema).min(1).max(MAX_COUNT),
});
export type CreditInstruction = z.output<typeof creditInstructionSchema>;
export type WireCreditInstruction = z.input<typeof creditInstructionSchema>;

/** ISO 20022 payment status of one item: credited, held for review, held by law, rejected. */
export const CREDIT_STATUSES = ["ACCC", "ACWP", "BLCK", "RJCT"] as const;
export type CreditStatus = (typeof CREDIT_STATUSES)[number];

export const creditAnswerItemSchema = z.strictObject({
  uetr: uetrSchema,
  status: z.enum(CREDIT_STATUSES),
  reason: z.string().length(4).optional(),
});

/** The payee's answer: a status per item, in the batch's order, and its signed Outcome. */
export const creditAnswerSchema = z.strictObject({
  batchId: batchIdSchema,
  answers: z.array(creditAnswerItemSchema).min(1).max(MAX_COUNT),
  /** Packed rejections, as signed. */
  rejections: hexSchema,
  outcomeSignature: signatureSchema,
  answeredAt: timeSchema,
});
export type CreditAnswer = z.output<typeof creditAnswerSchema>;
export type WireCreditAnswer = z.input<typeof creditAnswerSchema>;

/** `POST /credits`: many instructions in one call; results come as NDJSON, one line per batch, in any order. */
export const creditManySchema = z.strictObject({
  credits: z
    .array(z.strictObject({ batchId: batchIdSchema, instruction: creditInstructionSchema }))
    .min(1)
    .max(200),
});

export type WireCreditMany = z.input<typeof creditManySchema>;

/** One line of the answer to `POST /credits`: what `PUT /credits/{batchId}` would have answered. */
export const creditManyLineSchema = z.union([
  z.strictObject({ batchId: batchIdSchema, answer: creditAnswerSchema }),
  z.strictObject({ batchId: batchIdSchema, problem: problemSchema }),
]);

/** A signed Return: the payee's order to give one settled transfer back. */
export const signedReturnSchema = z.strictObject({
  batchId: batchIdSchema,
  index: z
    .int()
    .min(0)
    .max(MAX_COUNT - 1),
  reason: z.string().length(4),
  signature: signatureSchema,
});
export type SignedReturn = z.output<typeof signedReturnSchema>;

/** `POST /recalls/{uetr}`: would you give this back? The reason is a camt.056 cancellation reason. */
export const recallRequestSchema = z.strictObject({
  payer: addressSchema,
  reason: z.string().length(4),
});

/** A signed Return, or a refusal with its camt.029 reason. */
export const recallAnswerSchema = z.discriminatedUnion("accepted", [
  z.strictObject({ accepted: z.literal(true), signedReturn: signedReturnSchema }),
  z.strictObject({ accepted: z.literal(false), reason: z.string().length(4) }),
]);
export type RecallAnswer = z.output<typeof recallAnswerSchema>;

/** `GET /statements/{date}`: one UTC day of what the wallet booked for transfers of the rail, in pages. */
export const participantStatementSchema = z.strictObject({
  date: z.iso.date(),
  opening: signedAmountSchema,
  items: z.array(
    z.strictObject({
      entry: z.int().min(1),
      /** `payment` and `refund` of a sender, `credit` of a recipient, `return` of either. */
      kind: z.string(),
      uetr: uetrSchema,
      batchId: z.string(),
      index: z.int().min(0),
      /** Positive went into the corridor, negative came out of it. */
      amount: signedAmountSchema,
      bookedAt: timeSchema,
    }),
  ),
  closing: signedAmountSchema,
  /** The `after` of the next page, when there is one. */
  next: z.int().optional(),
});
export type ParticipantStatement = z.output<typeof participantStatementSchema>;

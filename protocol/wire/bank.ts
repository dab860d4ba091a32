import { z } from "zod";
import { quoteMessageSchema } from "./messages.ts";
import {
  addressSchema,
  amountSchema,
  bytes32Schema,
  quoteHashSchema,
  signatureSchema,
  signedAmountSchema,
  timeSchema,
} from "./primitives.ts";

/** A funding's or redemption's id: 32 bytes, the same on chain and off, never zero. */
const depositIdSchema = bytes32Schema.refine((id) => !/^0x0+$/.test(id), "must not be zero");
const blockNumberSchema = z.int().min(0);
const chainReferenceSchema = z.strictObject({
  transactionHash: bytes32Schema,
  blockNumber: blockNumberSchema,
});
const dateSchema = z.iso.date();

/** `POST /fx/quotes`: at what rate does the bank exchange between these two wallets now? */
export const fxQuoteRequestSchema = z.strictObject({
  corridor: z.string().min(1).max(100),
  payer: addressSchema,
  payee: addressSchema,
});

/**
 * The bank's signed Quote, and what it was made of: `rateMajor` is `midRate.value` less `marginBps`, rounded down
 * to ISO 20022's BaseOneRate, so that anybody can compute it again.
 */
export const fxQuoteAnswerSchema = z.strictObject({
  quote: quoteMessageSchema,
  signature: signatureSchema,
  quoteHash: quoteHashSchema,
  chainId: z.string().regex(/^[1-9][0-9]*$/),
  corridorAddress: addressSchema,
  midRate: z.strictObject({ value: z.string(), source: z.string(), date: dateSchema }),
  marginBps: z.int().min(0),
  rateMajor: z.string(),
});
export type FxQuoteAnswer = z.output<typeof fxQuoteAnswerSchema>;
export type WireFxQuoteAnswer = z.input<typeof fxQuoteAnswerSchema>;

/** `POST /fundings`: fiat of a participant came in; issue it the same in deposit tokens, once per id. */
export const fundingRequestSchema = z.strictObject({
  fundingId: depositIdSchema,
  account: addressSchema,
  amount: amountSchema,
});
export type WireFundingRequest = z.input<typeof fundingRequestSchema>;

/** A funding: `issued` once the chain's own event stands at the network's depth. */
export const fundingSchema = z.strictObject({
  fundingId: bytes32Schema,
  account: addressSchema,
  amount: amountSchema,
  status: z.enum(["accepted", "issued"]),
  acceptedAt: timeSchema,
  chain: chainReferenceSchema.optional(),
});
export type Funding = z.output<typeof fundingSchema>;
export type WireFunding = z.input<typeof fundingSchema>;

/**
 * `GET /redemptions/{id}`: what was paid out for a redemption id. Ids are each holder's own, so that there may be
 * several; a caller looks for its own account and currency.
 */
export const redemptionSchema = z.strictObject({
  redemptionId: bytes32Schema,
  payouts: z.array(
    z.strictObject({
      account: addressSchema,
      amount: amountSchema,
      status: z.literal("paid"),
      paidAt: timeSchema,
      chain: chainReferenceSchema,
    }),
  ),
});
export type Redemption = z.output<typeof redemptionSchema>;
export type WireRedemption = z.input<typeof redemptionSchema>;

/** One account of the bank's ledger; the balance is positive on the account's own side. */
export const ledgerAccountSchema = z.strictObject({
  id: z.string(),
  book: z.string(),
  holder: addressSchema.optional(),
  currency: z.string(),
  side: z.enum(["debit", "credit"]),
  balance: signedAmountSchema,
});
export type WireLedgerAccount = z.input<typeof ledgerAccountSchema>;
export const ledgerAccountListSchema = z.strictObject({ accounts: z.array(ledgerAccountSchema) });

/** `GET /statements/{account}/{date}`: one UTC day of one account, in pages of lines. */
export const statementSchema = z.strictObject({
  account: ledgerAccountSchema.omit({ balance: true }),
  date: dateSchema,
  opening: signedAmountSchema,
  lines: z.array(
    z.strictObject({
      entry: z.int().min(1),
      kind: z.string(),
      reference: z.string(),
      bookedAt: timeSchema,
      amount: signedAmountSchema,
      chain: chainReferenceSchema.optional(),
    }),
  ),
  closing: signedAmountSchema,
  /** The `after` of the next page, when there is one. */
  next: z.int().optional(),
});
export type WireStatement = z.input<typeof statementSchema>;

/** `GET /statements/{account}/{date}/items`: the same day, transfer by transfer. */
export const statementItemsSchema = z.strictObject({
  account: ledgerAccountSchema.omit({ balance: true }),
  date: dateSchema,
  opening: signedAmountSchema,
  items: z.array(
    z.strictObject({
      entry: z.int().min(1),
      kind: z.string(),
      reference: z.string().optional(),
      /** The bank never learns a UETR: batch and index are its name for a transfer. */
      batchId: bytes32Schema.optional(),
      index: z.int().min(0).optional(),
      amount: signedAmountSchema,
      bookedAt: timeSchema,
      transactionHash: bytes32Schema.optional(),
    }),
  ),
  closing: signedAmountSchema,
  next: z.int().optional(),
});

/** One account's net settlement in one token: what it received less what it paid, in minor units. */
const movementSchema = z.strictObject({
  account: addressSchema,
  token: addressSchema,
  netMinor: z
    .string()
    .regex(/^(0|-?[1-9][0-9]{0,30})$/, "must be a decimal integer without leading zeros")
    .transform((text) => BigInt(text)),
});

/**
 * `POST /cycles/{id}/confirm`: the caller's own sum of BatchSettled and TransferReturned events in the blocks
 * `fromBlock` to `toBlock`, both included, per account and token of this bank. Reservations, releases, deposits and
 * withdrawals are no settlement. Movements of zero may be left out.
 */
export const cycleRequestSchema = z
  .strictObject({
    fromBlock: blockNumberSchema,
    toBlock: blockNumberSchema,
    movements: z.array(movementSchema).max(10_000),
  })
  .refine(({ fromBlock, toBlock }) => fromBlock <= toBlock, {
    error: "must not be before fromBlock",
    path: ["toBlock"],
  });
export type CycleRequest = z.output<typeof cycleRequestSchema>;

/** The bank agrees with the cycle, or says where its own ledger differs. */
export const cycleAnswerSchema = z.discriminatedUnion("agreed", [
  z.strictObject({ agreed: z.literal(true) }),
  z.strictObject({
    agreed: z.literal(false),
    differences: z.array(
      z.strictObject({
        account: addressSchema,
        token: addressSchema,
        statedMinor: z.string(),
        bookedMinor: z.string(),
      }),
    ),
  }),
]);
export type CycleAnswer = z.output<typeof cycleAnswerSchema>;
export type WireCycleAnswer = z.input<typeof cycleAnswerSchema>;

/** `GET /healthz`. */
export const bankHealthSchema = z.strictObject({
  status: z.enum(["ok", "halted"]),
  /** The last block whose events are in the ledger. */
  followedTo: blockNumberSchema,
  reason: z.string().optional(),
});
export type BankHealth = z.output<typeof bankHealthSchema>;

import { z } from "zod";
import { amountSchema, textSchema, uetrSchema } from "./primitives.ts";

/** How a wallet names an account: a proxy such as a mobile number, or the wallet's own account id. */
export const accountSchema = z.strictObject({
  type: z.enum(["mobile", "account", "email"]),
  value: textSchema(254),
});
export type WireAccount = z.infer<typeof accountSchema>;

/** A bank's or wallet's BIC, ISO 9362. */
export const bicSchema = z.string().regex(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/);

/** ISO 3166-1 alpha-2. */
export const countrySchema = z.string().regex(/^[A-Z]{2}$/);

/**
 * A natural or legal person, with ISO 20022's names. Town and country are what CBPR+ demands of a postal
 * address from November 2026; IVMS101's natural person maps onto it one to one.
 */
export const partySchema = z.strictObject({
  name: textSchema(140),
  postalAddress: z.strictObject({ townName: textSchema(35), country: countrySchema }).optional(),
  account: accountSchema,
  identification: z
    .strictObject({ scheme: z.enum(["CCPT", "NIDN", "ARNU"]), value: textSchema(35) })
    .optional(),
});

export const chargeSchema = z.strictObject({ type: textSchema(35), amount: amountSchema });

/** What is paid, to whom, by whom: off chain, committed on chain. Holds no JSON numbers. */
export const paymentDetailsSchema = z.strictObject({
  uetr: uetrSchema,
  endToEndId: textSchema(35),
  /** What the chain sends for the debtor; charges come on top. */
  instructedAmount: amountSchema,
  creditedAmount: amountSchema,
  /** Receive-major-units per send-major-unit: the bank's rate (BaseOneRate). */
  exchangeRate: z.string().regex(/^(0|[1-9][0-9]{0,10})(\.[0-9]{1,10})?$/),
  charges: z.array(chargeSchema).max(8),
  debtor: partySchema,
  debtorAgent: bicSchema,
  creditor: partySchema,
  creditorAgent: bicSchema,
  /** ISO 20022 external purpose or category purpose code, such as MP2P. */
  purpose: z.string().regex(/^[A-Z0-9]{4}$/),
  remittanceInformation: textSchema(140).optional(),
});
export type PaymentDetails = z.infer<typeof paymentDetailsSchema>;

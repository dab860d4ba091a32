import { getAddress } from "ethers";
import { z } from "zod";
import type { Brand } from "../brand.ts";
import type { Address, BatchId, QuoteHash, Signature } from "../messages.ts";
import { assertPlainText } from "../text.ts";

/** A transfer's id off chain: ISO 20022's UETR, a lower-case UUID v4. */
export type Uetr = Brand<string, "Uetr">;

/** UETR pattern of pacs.008.001.08. */
const UETR = /^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/;

/** Every id that we mint is a UUID in lower case, and is one id in that form alone. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A string in a stated form; another form is the problem `code`. */
function stringOf(form: RegExp, error: string, code: string) {
  const checked = z.string().refine((text) => form.test(text), { error, params: { code } });
  return checked.meta({ pattern: form.source });
}

export const uetrSchema = stringOf(UETR, "must be a lower-case UUID v4", "id-format").transform(
  (id) => id as Uetr,
);

export const uuidSchema = stringOf(UUID, "must be a lower-case UUID", "id-format");

export const bytes32Schema = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, "must be 32 bytes of lower-case hex");
export const batchIdSchema = bytes32Schema.transform((id) => id as BatchId);
export const quoteHashSchema = bytes32Schema.transform((hash) => hash as QuoteHash);
export const hexSchema = z.string().regex(/^0x([0-9a-f]{2})*$/, "must be lower-case hex bytes");
export const signatureSchema = stringOf(
  /^0x[0-9a-f]{130}$/,
  "must be 65 bytes of lower-case hex",
  "consent-invalid",
).transform((signature) => signature as Signature);

const MAX_KNOWN_ADDRESSES = 1_000;
const knownAddresses = new Map<string, Address>();

/** An address in its checksummed form (ERC-55), which is a hash: of those seen last it is remembered. */
function checksummed(text: string): Address {
  const known = knownAddresses.get(text);
  if (known) return known;
  const address = getAddress(text.toLowerCase()) as Address;
  if (knownAddresses.size >= MAX_KNOWN_ADDRESSES) knownAddresses.clear();
  knownAddresses.set(text, address);
  return address;
}

export const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be a 20-byte address")
  .transform(checksummed);

/** A non-negative integer as a decimal string: minor units, times and salts on the wire. */
export const integerSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/, "must be a decimal integer without sign or leading zeros")
  .transform((text) => BigInt(text));

/** An amount in major units. The value is read by `parseAmount`, which knows the currency's scale. */
export const amountSchema = z.strictObject({
  value: z
    .custom<string>((value) => typeof value === "string", {
      error: "must be a string",
      params: { code: "amount-not-string" },
    })
    .meta({
      type: "string",
      pattern: "^-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,4})?$",
      description: "Major units, with exactly the currency's decimals",
    }),
  currency: z.string().max(8),
});
export type WireAmount = z.infer<typeof amountSchema>;

/** Text that two parties cannot read differently (see text.ts), of 1 to `max` characters. */
export function textSchema(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .superRefine((text, context) => {
      try {
        assertPlainText(text, "text");
      } catch (error) {
        context.addIssue({
          code: "custom",
          message: error instanceof Error ? error.message : "is not plain text",
          params: { code: "invalid-string" },
        });
      }
    });
}

/** RFC 3339 in UTC. */
export const timeSchema = z.iso.datetime({ offset: false });

/** An amount that may be negative ("-12.00"), otherwise written like any amount. */
export const signedAmountSchema = z.strictObject({ value: z.string(), currency: z.string() });

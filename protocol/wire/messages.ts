import { z } from "zod";
import { packAmounts, unpackAmounts } from "../amounts.ts";
import { type Instruction, MAX_COUNT } from "../batch-tree.ts";
import type { Batch, Quote } from "../messages.ts";
import { minorUnits } from "../money.ts";
import type { Rate } from "../rate.ts";
import { addressSchema, bytes32Schema, integerSchema, quoteHashSchema } from "./primitives.ts";

const minorSchema = integerSchema
  .refine((value) => value < 1n << 96n, "must be below 2^96")
  .transform((value) => minorUnits(value));
const rateSchema = integerSchema
  .refine((value) => value > 0n && value < 1n << 64n, "must be a non-zero uint64")
  .transform((value) => value as Rate);
const clockSchema = integerSchema.refine((value) => value < 1n << 48n, "must be below 2^48");

/** The bank's Quote on the wire: integers as decimal strings. */
export const quoteMessageSchema = z.strictObject({
  bank: addressSchema,
  payer: addressSchema,
  payee: addressSchema,
  sendToken: addressSchema,
  receiveToken: addressSchema,
  rate: rateSchema,
  maxSend: minorSchema,
  validUntil: clockSchema,
  settleUntil: clockSchema,
  returnUntil: clockSchema,
  salt: integerSchema,
});

/** The payer's Batch on the wire. */
export const batchMessageSchema = z.strictObject({
  root: bytes32Schema,
  quoteHash: quoteHashSchema,
  sendTotal: minorSchema,
  count: z.int().min(1).max(MAX_COUNT),
});

/** One line of a batch on the wire, amounts in minor units. */
export const instructionSchema = z
  .strictObject({ commitment: bytes32Schema, sendMinor: minorSchema, receiveMinor: minorSchema })
  .transform(
    (line): Instruction => ({
      commitment: line.commitment,
      amounts: packAmounts({ send: line.sendMinor, receive: line.receiveMinor }),
    }),
  );

export type WireQuoteMessage = z.input<typeof quoteMessageSchema>;
export type WireBatchMessage = z.input<typeof batchMessageSchema>;
export type WireInstruction = z.input<typeof instructionSchema>;

/** A Quote as the wire carries it. */
export function quoteToWire(quote: Quote): WireQuoteMessage {
  return {
    bank: quote.bank,
    payer: quote.payer,
    payee: quote.payee,
    sendToken: quote.sendToken,
    receiveToken: quote.receiveToken,
    rate: quote.rate.toString(),
    maxSend: quote.maxSend.toString(),
    validUntil: quote.validUntil.toString(),
    settleUntil: quote.settleUntil.toString(),
    returnUntil: quote.returnUntil.toString(),
    salt: quote.salt.toString(),
  };
}

/** A Batch as the wire carries it. */
export function batchToWire(batch: Batch): WireBatchMessage {
  return { ...batch, sendTotal: batch.sendTotal.toString() };
}

/** An Instruction as the wire carries it. */
export function instructionToWire(instruction: Instruction): WireInstruction {
  const { send, receive } = unpackAmounts(instruction.amounts);
  return {
    commitment: instruction.commitment,
    sendMinor: send.toString(),
    receiveMinor: receive.toString(),
  };
}

import { z } from "zod";
import { publicRequestKeySchema } from "../../../../protocol/request-signature.ts";
import { amountSchema, timeSchema } from "../../../../protocol/wire/primitives.ts";
import type { HaltScope } from "../../services/halts.ts";

/** Every act of an operator names who acts and why; both stand in the audit log. */
const order = {
  by: z.string().min(1).max(80),
  reason: z.string().min(3).max(500),
};

/**
 * What may be halted: all new reservations, one key's chain transactions, or what is new in one corridor or with one
 * participant.
 */
const scope = z
  .string()
  .max(200)
  .regex(
    /^(reservations|lane:0x[0-9a-fA-F]{40}|corridor:[A-Z]{3}-[A-Z]{3}:[a-z-]+:[a-z-]+|participant:[a-z-]+)$/,
  )
  .transform((text) => text as HaltScope);

export const haltSchema = z.strictObject({ scope, ...order });
/** A day's bound for a corridor's payer; null lifts it. */
export const sendLimitSchema = z.strictObject({
  corridor: z.string().min(1).max(64),
  dailyMaximum: amountSchema.nullable(),
  ...order,
});
export const orderSchema = z.strictObject(order);
export const addKeySchema = z.strictObject({
  publicKey: publicRequestKeySchema,
  notAfter: timeSchema.optional(),
  ...order,
});

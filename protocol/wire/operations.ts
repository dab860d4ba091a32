import { z } from "zod";
import { publicRequestKeySchema } from "../request-signature.ts";
import { amountSchema, batchIdSchema, timeSchema, uuidSchema } from "./primitives.ts";

/** Every act of an operator names who acts and why; both stand in the audit log. */
const order = {
  by: z.string().min(1).max(80),
  reason: z.string().min(3).max(500),
};

/**
 * What may be halted: all new reservations, one key's chain transactions, or what is new in one corridor or with one
 * participant.
 */
export const haltScopeSchema = z
  .string()
  .max(200)
  .regex(
    /^(reservations|lane:0x[0-9a-fA-F]{40}|corridor:[A-Z]{3}-[A-Z]{3}:[a-z-]+:[a-z-]+|participant:[a-z-]+)$/,
  );

export const haltRequestSchema = z.strictObject({ scope: haltScopeSchema, ...order });
export const haltedSchema = z.strictObject({ scope: z.string() });
export const haltListSchema = z.strictObject({
  halts: z.array(z.strictObject({ scope: z.string(), reason: z.string(), since: timeSchema })),
});

export const orderSchema = z.strictObject(order);

export const keyOrderSchema = z.strictObject({
  publicKey: publicRequestKeySchema,
  notAfter: timeSchema.optional(),
  ...order,
});

/** A day's bound for a corridor's payer; null lifts it. */
export const sendLimitRequestSchema = z.strictObject({
  corridor: z.string().min(1).max(64),
  dailyMaximum: amountSchema.nullable(),
  ...order,
});
export const sendLimitListSchema = z.strictObject({
  limits: z.array(
    z.strictObject({
      participant: z.string(),
      corridor: z.string(),
      dailyMaximum: amountSchema,
      /** What was accepted today (UTC) since the bound was set. */
      sentToday: amountSchema,
    }),
  ),
});

/** A contradiction of facts, for people to resolve. */
export const caseListSchema = z.strictObject({
  cases: z.array(
    z.strictObject({
      id: uuidSchema,
      kind: z.string(),
      subject: z.string(),
      facts: z.record(z.string(), z.unknown()),
      next_action: z.string(),
      opened_at: timeSchema,
      resolved_at: timeSchema.nullable(),
      resolution: z.string().nullable(),
    }),
  ),
});
export const resolvedCaseSchema = z.strictObject({ id: uuidSchema, resolution: z.string() });

/** Where a batch stands in the relayer's queue. */
export const batchStandingSchema = z.strictObject({
  batchId: batchIdSchema,
  participant: z.string(),
  corridor: z.string(),
  stage: z.string(),
  dueAt: timeSchema,
  parked: z.boolean(),
  attempts: z.int().min(0),
  lastError: z.string().optional(),
});

export const healthSchema = z.strictObject({ status: z.literal("ok") });
export const readinessSchema = z.strictObject({
  ready: z.boolean(),
  database: z.enum(["ok", "failing"]),
  chain: z.enum(["ok", "failing", "behind"]),
});

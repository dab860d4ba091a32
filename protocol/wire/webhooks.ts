import { z } from "zod";
import { TRANSFER_STATES } from "../transfer-state.ts";
import { amountSchema, batchIdSchema, timeSchema, uetrSchema } from "./primitives.ts";

/** `POST /v1/webhook-endpoints`: where a wallet wants to be told of its transfers. */
export const webhookEndpointRequestSchema = z.strictObject({
  url: z.string().min(8).max(2_000),
});

export const webhookEndpointSchema = z.strictObject({
  id: z.uuid(),
  url: z.string(),
  state: z.enum(["active", "disabled"]),
  /** Why it is called no more. */
  disabledReason: z.string().optional(),
  createdAt: timeSchema,
  /** Shown when it is made or rotated, and never again. */
  secret: z.string().optional(),
});
export type WireWebhookEndpoint = z.input<typeof webhookEndpointSchema>;
export const webhookEndpointListSchema = z.strictObject({
  endpoints: z.array(webhookEndpointSchema),
});

export const webhookDeliverySchema = z.strictObject({
  id: z.uuid(),
  /** The step's number in the event stream and the audit log. */
  seq: z.string(),
  type: z.string(),
  state: z.enum(["pending", "delivered", "dead"]),
  attempts: z.array(
    z.strictObject({
      attempt: z.int().min(1),
      at: timeSchema,
      status: z.int().optional(),
      error: z.string().optional(),
      durationMs: z.int().min(0),
    }),
  ),
  /** When it is tried next; only while it is pending. */
  dueAt: timeSchema.optional(),
});
export type WireWebhookDelivery = z.input<typeof webhookDeliverySchema>;
export const webhookDeliveryListSchema = z.strictObject({
  deliveries: z.array(webhookDeliverySchema),
  next: z.string(),
});

/** `POST …/replay`: tell again everything from a place in the event stream, or from a time. */
export const webhookReplaySchema = z.union([
  z.strictObject({ fromSeq: z.string().regex(/^(0|[1-9]\d{0,17})$/) }),
  z.strictObject({ from: z.iso.datetime() }),
]);
export const webhookReplayAnswerSchema = z.strictObject({ replayed: z.int().min(0) });

/** What a webhook and the event stream say of one step of a transfer. */
export const transferEventSchema = z.strictObject({
  type: z.templateLiteral(["transfer.", z.enum(TRANSFER_STATES)]),
  timestamp: timeSchema,
  data: z.strictObject({
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
  }),
});
export type WireTransferEvent = z.input<typeof transferEventSchema>;

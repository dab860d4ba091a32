import { z } from "zod";
import { addressSchema, amountSchema, timeSchema } from "./primitives.ts";
import { midRateSchema } from "./relayer.ts";

/** `GET /v1/participants`: the companies that the caller's corridors lead through, itself included. */
export const participantListSchema = z.strictObject({
  participants: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      kind: z.enum(["wallet", "bank"]),
      country: z.string(),
      bic: z.string(),
      /** Its account on chain: to compare with what the caller has pinned, never to take from here. */
      account: addressSchema,
    }),
  ),
});
export type WireParticipantList = z.input<typeof participantListSchema>;

/** `GET /v1/positions`: what the caller holds in the corridor contract. */
export const positionListSchema = z.strictObject({
  account: addressSchema,
  /** The final block that was read, and its time. */
  blockNumber: z.int().min(0),
  at: timeSchema,
  positions: z.array(z.strictObject({ token: addressSchema, amount: amountSchema })),
});
export type WirePositionList = z.input<typeof positionListSchema>;

/** `GET /v1/rates`: what a quote would be priced at now. A rate is promised by a quote alone. */
export const rateListSchema = z.strictObject({
  rates: z.array(
    z.strictObject({
      corridor: z.string(),
      /** Receive-major-units per send-major-unit. */
      rate: z.string(),
      midRate: midRateSchema,
      /** Until when the bank stands by it, on the chain's clock. */
      validUntil: timeSchema,
    }),
  ),
});
export type WireRateList = z.input<typeof rateListSchema>;

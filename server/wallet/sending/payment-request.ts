import { z } from "zod";
import { amountSchema, textSchema } from "../../../protocol/wire/primitives.ts";

const wantedShape = {
  senderPhone: z.string().max(20),
  corridor: z.string().max(64),
  fixedSide: z.enum(["send", "receive"]),
  amount: amountSchema,
  recipient: z.strictObject({ phone: z.string().max(20), name: textSchema(140) }),
};

/** What a user of the wallet asks the price of in the app. */
export const priceRequestSchema = z.strictObject(wantedShape);
export type PriceRequest = z.output<typeof priceRequestSchema>;

/** What a user of the wallet asks for in the app. */
export const paymentRequestSchema = z.strictObject({
  /** The app's own id of the order: the same one twice pays once. */
  requestId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  ...wantedShape,
  /** The price that the user was shown and agrees to; a new one is asked for when it is absent. */
  priceId: z.uuid().optional(),
  purpose: z
    .string()
    .regex(/^[A-Z0-9]{4}$/)
    .default("MP2P"),
  reference: textSchema(35).optional(),
  message: textSchema(140).optional(),
});
export type PaymentRequest = z.output<typeof paymentRequestSchema>;

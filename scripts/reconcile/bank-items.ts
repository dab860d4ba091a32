import { z } from "zod";
import { signedAmountSchema, timeSchema } from "../../protocol/wire/primitives.ts";

/** The part of a bank statement's items that a reconciliation reads. */
export const bankItemsSchema = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      batchId: z.string().optional(),
      index: z.int().min(0).optional(),
      amount: signedAmountSchema,
      bookedAt: timeSchema,
    }),
  ),
  next: z.int().optional(),
});

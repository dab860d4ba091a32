import { z } from "zod";

/** RFC 9457 problem document, with a stable code and a pointer (RFC 6901) to the field at fault. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  instance: z.string(),
  pointer: z.string().optional(),
  remedy: z.string().optional(),
  retryable: z.boolean(),
});
export type Problem = z.infer<typeof problemSchema>;

import { z } from "zod";
import { publicRequestKeySchema, type RequestKeyId } from "../request-signature.ts";
import { timeSchema } from "./primitives.ts";

const base64url = z.string().regex(/^[A-Za-z0-9_-]{86}$/, "must be 64 bytes in base64url");

/** A key's id on the wire: 32 bytes in base64url. */
export const requestKeyIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, "must be 32 bytes in base64url")
  .transform((id) => id as RequestKeyId);

/** `POST /v1/keys`: a further key to sign requests with. */
export const requestKeyRequestSchema = z.strictObject({
  publicKey: publicRequestKeySchema,
  /** By the new key, over `newKeyText`: whoever registers a key holds it. */
  proof: base64url,
  /** When it ends by itself. */
  notAfter: timeSchema.optional(),
});

export const requestKeySchema = z.strictObject({
  keyId: z.string(),
  publicKey: publicRequestKeySchema,
  createdAt: timeSchema,
  notAfter: timeSchema.optional(),
  revokedAt: timeSchema.optional(),
  revokedReason: z.string().optional(),
});
export type WireRequestKey = z.input<typeof requestKeySchema>;
export const requestKeyListSchema = z.strictObject({ keys: z.array(requestKeySchema) });

/** What a new key signs to show that its holder registers it, and for whom. */
export function newKeyText(participant: string, keyId: string): string {
  return `corridor: ${participant} signs its requests with ${keyId}`;
}

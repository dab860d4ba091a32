import { z } from "zod";
import { addressSchema } from "./wire/primitives.ts";

/**
 * The public facts of one deployment that every party pins in its own configuration: which chain, which
 * contracts, and which account belongs to which company. Never taken from a request.
 */
export const networkSchema = z.strictObject({
  chainId: z
    .string()
    .regex(/^[1-9][0-9]*$/)
    .transform(BigInt),
  /** The block in which the contracts were deployed: where following the chain begins. */
  deployedInBlock: z.int().min(0),
  corridor: addressSchema,
  relay: addressSchema,
  /** Tokenised deposits by ISO 4217 code. */
  tokens: z.record(z.string(), addressSchema),
  /** Accounts by participant id, banks included. */
  accounts: z.record(z.string(), addressSchema),
});

/** Chains on one machine, whose keys everybody knows. */
export const LOCAL_CHAIN_IDS: ReadonlySet<bigint> = new Set([31337n, 1337n]);

export type Network = z.output<typeof networkSchema>;
export type WireNetwork = z.input<typeof networkSchema>;

import { z } from "zod";

const envSchema = z.object({
  CHAIN_HOST: z.string(),
  CHAIN_PORT: z.coerce.number().int().min(0).max(65_535),
  CHAIN_DIRECTORY: z.string().min(1).optional(),
});

/** Reads where the local chain listens, and where it is kept if it is. */
export function readChainEnv(variables: NodeJS.ProcessEnv = process.env) {
  const env = envSchema.parse(variables);
  return {
    host: env.CHAIN_HOST,
    port: env.CHAIN_PORT,
    ...(env.CHAIN_DIRECTORY !== undefined && { directory: env.CHAIN_DIRECTORY }),
  };
}

import { z } from "zod";

const envSchema = z.object({
  CHAIN_HOST: z.string(),
  CHAIN_PORT: z.coerce.number().int().min(0).max(65_535),
});

/** Reads where the local chain listens. */
export function readChainEnv(variables: NodeJS.ProcessEnv = process.env) {
  const { CHAIN_HOST: host, CHAIN_PORT: port } = envSchema.parse(variables);
  return { host, port };
}

import { fileURLToPath } from "node:url";
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

/** Beside what is installed: it goes with it, since both are of one version of Node. */
const COMPILED = fileURLToPath(
  new URL("../../../node_modules/.cache/corridor/compiled", import.meta.url),
);

/**
 * What a service's process inherits from its starter: where Node keeps what it has compiled. That halves a start, and a
 * service that need not take the types out of its own sources does without some 15 MiB.
 */
export function readCompileCache(
  variables: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: variables["NODE_COMPILE_CACHE"] ?? COMPILED };
}

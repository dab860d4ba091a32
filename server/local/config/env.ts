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

/** What a service's process inherits from its starter: where Node keeps what it has compiled, which halves a start. */
export function readCompileCache(
  variables: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const { NODE_COMPILE_CACHE: directory } = variables;
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
}

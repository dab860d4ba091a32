import { readFileSync } from "node:fs";
import { z } from "zod";
import { loadCorridors, type ParticipantId } from "../../../protocol/corridor.ts";
import { networkSchema } from "../../../protocol/network.ts";
import { type BankConfig, LOG_LEVELS } from "./config.ts";

const treasurySchema = z.record(
  z.string(),
  z.strictObject({ capital: z.string(), floor: z.string(), target: z.string() }),
);

/** Every environment variable of the bank, with its default where it has one. */
const envSchema = z.object({
  BANK_ID: z.string().transform((id) => id as ParticipantId),
  BANK_HOST: z.string().default("127.0.0.1"),
  BANK_PORT: z.coerce.number().int().min(0).max(65_535),
  BANK_DATA_DIRECTORY: z.string().min(1),
  BANK_RPC_URL: z.url(),
  BANK_CHAIN_DEPTH: z.coerce.number().int().min(0).max(10_000).default(0),
  BANK_FOLLOW_EVERY_MS: z.coerce.number().int().min(10).default(200),
  BANK_TREASURY_EVERY_MS: z.coerce.number().int().min(10).default(1_000),
  /** JSON files: the deployment's public facts, the corridors, the treasury's targets. */
  BANK_NETWORK_FILE: z.string().transform((path) => networkSchema.parse(readJson(path))),
  BANK_CORRIDORS_FILE: z.string().transform((path) => loadCorridors(readJson(path))),
  BANK_TREASURY_FILE: z.string().transform((path) => treasurySchema.parse(readJson(path))),
  BANK_RATES_FILE: z.string().min(1),
  BANK_RATES_AS_OF: z.iso.date(),
  BANK_RATES_MAX_AGE_DAYS: z.coerce.number().int().min(0).default(4),
  BANK_ACCOUNT_KEY: privateKey(),
  BANK_SIGNER_KEY: privateKey(),
  /** Only where a test programs the bank's faults: opens the control interface. */
  BANK_CONTROL_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  BANK_LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
});

/**
 * Reads the bank's configuration from the environment.
 * @throws ZodError naming each variable that is missing or wrong; never a key's value.
 */
export function readBankEnv(variables: NodeJS.ProcessEnv = process.env): BankConfig {
  const env = envSchema.parse(variables);
  return {
    id: env.BANK_ID,
    listen: { host: env.BANK_HOST, port: env.BANK_PORT },
    dataDirectory: env.BANK_DATA_DIRECTORY,
    chain: {
      rpcUrl: env.BANK_RPC_URL,
      depth: env.BANK_CHAIN_DEPTH,
      followEveryMs: env.BANK_FOLLOW_EVERY_MS,
      treasuryEveryMs: env.BANK_TREASURY_EVERY_MS,
    },
    network: env.BANK_NETWORK_FILE,
    corridors: env.BANK_CORRIDORS_FILE,
    keys: { account: env.BANK_ACCOUNT_KEY, signer: env.BANK_SIGNER_KEY },
    rates: {
      file: env.BANK_RATES_FILE,
      asOf: env.BANK_RATES_AS_OF,
      maxAgeDays: env.BANK_RATES_MAX_AGE_DAYS,
    },
    treasury: env.BANK_TREASURY_FILE,
    ...(env.BANK_CONTROL_PORT !== undefined && {
      control: { host: env.BANK_HOST, port: env.BANK_CONTROL_PORT },
    }),
    logLevel: env.BANK_LOG_LEVEL,
  };
}

function privateKey() {
  return z.string().regex(/^0x[0-9a-f]{64}$/, "must be a private key of 32 bytes in hex");
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

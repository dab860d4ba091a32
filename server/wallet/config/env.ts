import { readFileSync } from "node:fs";
import { z } from "zod";
import { loadCorridors, loadParticipants, type ParticipantId } from "../../../protocol/corridor.ts";
import { currencyOf } from "../../../protocol/currency.ts";
import { parseAmount } from "../../../protocol/money.ts";
import { networkSchema } from "../../../protocol/network.ts";
import { privateRequestKeySchema } from "../../../protocol/request-signature.ts";
import type { WalletConfig } from "./config.ts";

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
const privateKey = () => z.string().regex(/^0x[0-9a-f]{64}$/, "must be a private key in hex");
const amount = () => z.string().regex(/^[0-9]+(\.[0-9]+)?$/, "must be an amount in major units");

/** Every environment variable of a wallet, with its default where it has one. */
const envSchema = z.object({
  WALLET_ID: z.string().transform((id) => id as ParticipantId),
  WALLET_CURRENCY: z.string().transform((code) => currencyOf(code).code),
  WALLET_HOST: z.string().default("127.0.0.1"),
  WALLET_PORT: z.coerce.number().int().min(0).max(65_535),
  WALLET_DATA_DIRECTORY: z.string().min(1),
  WALLET_RPC_URL: z.url(),
  WALLET_CHAIN_DEPTH: z.coerce.number().int().min(0).max(10_000).default(0),
  WALLET_NETWORK_FILE: z.string().transform((path) => networkSchema.parse(readJson(path))),
  WALLET_CORRIDORS_FILE: z.string(),
  WALLET_ACCOUNT_KEY: privateKey(),
  WALLET_SIGNER_KEY: privateKey(),
  WALLET_RELAYER_URL: z.url(),
  /** What requests to the relayer are signed with: a private ed25519 JSON Web Key. It can pay nobody. */
  WALLET_REQUEST_KEY: z.string().transform((text, context) => {
    const key = privateRequestKeySchema.safeParse(parseJson(text));
    if (key.success) return key.data;
    context.addIssue({ code: "custom", message: "must be a private ed25519 JSON Web Key" });
    return z.NEVER;
  }),
  WALLET_BANK_URL: z.url(),
  WALLET_SETTLE_MARGIN_SECONDS: z.coerce.number().int().min(1).default(15),
  WALLET_SETTLE_WITHIN_MS: z.coerce.number().int().min(0).default(5_000),
  WALLET_POSITION_FLOOR: amount(),
  WALLET_POSITION_TARGET: amount(),
  WALLET_POSITION_CEILING: amount(),
  WALLET_TREASURY_EVERY_MS: z.coerce.number().int().min(10).default(1_000),
  WALLET_FOLLOW_EVERY_MS: z.coerce.number().int().min(10).default(200),
  /** Only where a test programs the wallet's faults: opens the control interface. */
  WALLET_CONTROL_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  WALLET_LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

/** Reads a wallet's configuration; throws naming each variable that is missing or wrong, without its value. */
export function readWalletEnv(variables: NodeJS.ProcessEnv = process.env): WalletConfig {
  const env = envSchema.parse(variables);
  const corridorsFile = readJson(env.WALLET_CORRIDORS_FILE);
  const minor = (value: string) =>
    /^0(\.0+)?$/.test(value) ? 0n : parseAmount(value, env.WALLET_CURRENCY);
  return {
    id: env.WALLET_ID,
    currency: env.WALLET_CURRENCY,
    listen: { host: env.WALLET_HOST, port: env.WALLET_PORT },
    dataDirectory: env.WALLET_DATA_DIRECTORY,
    chain: {
      rpcUrl: env.WALLET_RPC_URL,
      chainId: env.WALLET_NETWORK_FILE.chainId,
      depth: env.WALLET_CHAIN_DEPTH,
    },
    network: env.WALLET_NETWORK_FILE,
    corridors: loadCorridors(corridorsFile),
    participants: loadParticipants(corridorsFile),
    keys: { account: env.WALLET_ACCOUNT_KEY, signer: env.WALLET_SIGNER_KEY },
    relayer: { baseUrl: env.WALLET_RELAYER_URL, requestKey: env.WALLET_REQUEST_KEY },
    bankUrl: env.WALLET_BANK_URL,
    receiving: {
      settleMarginSeconds: env.WALLET_SETTLE_MARGIN_SECONDS,
      settleWithinMs: env.WALLET_SETTLE_WITHIN_MS,
    },
    treasury: {
      floor: minor(env.WALLET_POSITION_FLOOR),
      target: minor(env.WALLET_POSITION_TARGET),
      ceiling: minor(env.WALLET_POSITION_CEILING),
      everyMs: env.WALLET_TREASURY_EVERY_MS,
    },
    followEveryMs: env.WALLET_FOLLOW_EVERY_MS,
    ...(env.WALLET_CONTROL_PORT !== undefined && {
      control: { host: env.WALLET_HOST, port: env.WALLET_CONTROL_PORT },
    }),
    logLevel: env.WALLET_LOG_LEVEL,
  };
}

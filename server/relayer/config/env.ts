import { z } from "zod";

const milliseconds = (usual: number) => z.coerce.number().int().min(100).default(usual);

/** Every environment variable that the relayer reads, each once. */
const envSchema = z.object({
  RELAYER_HOST: z.string().default("127.0.0.1"),
  RELAYER_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  RELAYER_OPERATIONS_PORT: z.coerce.number().int().min(0).max(65_535).default(8081),
  /** Origins, by commas, that the console is called by besides this machine's own: "https://console.example". */
  CONSOLE_ORIGINS: z.string().default(""),
  /** A PostgreSQL server; without it the embedded database in RELAYER_DATA_DIRECTORY is used. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Holds the embedded database, and the one-time codes for this instance's console. */
  RELAYER_DATA_DIRECTORY: z.string().default(".corridor/relayer"),
  RPC_URL: z.url(),
  /** A node that the explorer's readers may ask from their own browsers; they name one themselves when there is none. */
  EXPLORER_RPC_URL: z.url().optional(),
  CHAIN_DEPTH: z.coerce.number().int().min(0).max(1_000).default(0),
  /** The public facts of the deployment (JSON, see protocol/network.ts). */
  NETWORK_FILE: z.string(),
  CORRIDORS_FILE: z.string().default("config/corridors.json"),
  /** Base URLs of payees and the bank, by participant id (JSON). */
  DIRECTORY_FILE: z.string(),
  /** Each participant's first public key to sign requests with, by participant id (JSON Web Keys). */
  REQUEST_KEYS_FILE: z.string(),
  /** SHA-256 of bearer keys that may read, by participant id (JSON); refused but on a local chain. */
  SANDBOX_KEYS_FILE: z.string().optional(),
  /** The key that pays gas. It has no role on any contract. */
  RELAYER_PRIVATE_KEY: z.string().regex(/^0x[0-9a-f]{64}$/),
  CYCLE_SECONDS: z.coerce.number().int().min(1).default(3_600),
  /** Hosts, by commas, that webhooks may call although they are not of the public internet. */
  WEBHOOK_ALLOWED_HOSTS: z.string().default(""),
  RECONCILE_SECONDS: z.coerce.number().int().min(1).default(15),
  ANCHOR_SECONDS: z.coerce.number().int().min(1).default(600),
  /** While more batches wait than this, new orders and quotes are answered 503. */
  MAX_WAITING_BATCHES: z.coerce.number().int().min(0).default(20_000),
  /** Likewise while a new order would wait for longer than this, and two blocks, for those ahead of it. */
  MAX_WAITING_SECONDS: z.coerce.number().min(0.1).max(3_600).default(0.5),
  /** Requests that an address, or a participant, may make in so many seconds at each instance; then 429. */
  RATE_LIMIT_ADDRESS: z.coerce.number().int().min(1).default(3_000),
  RATE_LIMIT_PARTICIPANT: z.coerce.number().int().min(1).default(2_000),
  RATE_LIMIT_SECONDS: z.coerce.number().int().min(1).default(10),
  /** Proxies, by commas, whose X-Forwarded-For names the caller's address. */
  TRUSTED_PROXIES: z.string().default(""),
  /** See `Times` in service-context.ts. */
  LEASE_MS: milliseconds(15_000),
  RECHECK_MS: milliseconds(10_000),
  RESEND_MS: milliseconds(5_000),
  RAISE_FEE_MS: milliseconds(20_000),
  TAKEOVER_MS: milliseconds(60_000),
  RECONCILE_GRACE_MS: milliseconds(60_000),
  /** Crashes to try out, for tests: see foundation/process/failpoint.ts. */
  FAILPOINTS: z.string().default(""),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

export type RelayerEnv = z.output<typeof envSchema>;

/** Reads the environment; one message names every variable that is missing or wrong, without its value. */
export function readRelayerEnv(variables: NodeJS.ProcessEnv = process.env): RelayerEnv {
  const parsed = envSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`the environment is not complete:\n  ${wrong.join("\n  ")}`);
}

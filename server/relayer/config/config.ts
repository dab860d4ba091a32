import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import {
  type Corridors,
  loadCorridors,
  loadParticipants,
  type ParticipantId,
  type Participants,
} from "../../../protocol/corridor.ts";
import { LOCAL_CHAIN_IDS, type Network, networkSchema } from "../../../protocol/network.ts";
import {
  type PublicRequestKey,
  publicRequestKeySchema,
} from "../../../protocol/request-signature.ts";
import type { ChainEndpoint } from "../../foundation/chain/connect.ts";
import type { ListenOptions } from "../../foundation/http/serve.ts";
import type { RateLimits } from "../http/app.ts";
import type { SanctionsFiles } from "../screening/create-screening.ts";
import type { Times } from "../service-context.ts";
import type { DatabaseLocation } from "../store/open-database.ts";
import type { WorkerTimes } from "../workers/start-workers.ts";
import type { RelayerEnv } from "./env.ts";

/** Everything a relayer is built from. */
export interface RelayerConfig {
  readonly api: ListenOptions;
  readonly operations: ListenOptions;
  readonly database: DatabaseLocation;
  /** Where one-time codes for the console are left, and the origins that it answers to. */
  readonly console: { readonly codesDirectory: string; readonly origins: readonly string[] };
  readonly chain: ChainEndpoint;
  /** A node that the explorer's readers may ask. */
  readonly explorerRpcUrl?: string;
  readonly network: Network;
  readonly corridors: Corridors;
  /** The companies of the corridor file. */
  readonly directory: Participants;
  /** While more waits than this, new orders and quotes are turned away. */
  readonly patience: { readonly batches: number; readonly seconds: number };
  readonly limits: RateLimits;
  readonly participantUrls: ReadonlyMap<ParticipantId, string>;
  readonly bank: { readonly bank: ParticipantId; readonly baseUrl: string };
  /** Each participant's first key to sign requests with; more are registered by the participants themselves. */
  readonly firstKeys: ReadonlyMap<ParticipantId, PublicRequestKey>;
  /** Bearer keys that may read: on a local chain only. */
  readonly sandboxKeyHashes: ReadonlyMap<ParticipantId, string>;
  readonly privateKey: string;
  readonly sanctions: SanctionsFiles;
  /** Hosts of webhook endpoints that the operator answers for, inside its own network. */
  readonly webhookHosts: ReadonlySet<string>;
  readonly workers: WorkerTimes;
  readonly times: Times;
  readonly logLevel: string;
}

const directorySchema = z.strictObject({
  participants: z.record(z.string(), z.url()),
  bank: z.strictObject({ id: z.string(), url: z.url() }),
});

const firstKeysSchema = z.record(z.string(), publicRequestKeySchema);
const sandboxKeysSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

/** The OFAC lists that the repository carries; see data/ofac/SOURCE.txt. */
export const SANCTIONS_FILES: SanctionsFiles = {
  sdn: new URL("../../../data/ofac/ofac_sdn.csv", import.meta.url),
  alternatives: new URL("../../../data/ofac/ofac_alt.csv", import.meta.url),
};

/** Loops look by themselves this often; they are woken sooner when there is work. */
export const WORKER_TIMES = { pollMs: 500, sweepMs: 1_000 };

const readJson = (path: string): unknown => JSON.parse(readFileSync(pathToFileURL(path), "utf8"));

const asMap = <T>(record: Record<string, T>): ReadonlyMap<ParticipantId, T> =>
  new Map(Object.entries(record).map(([id, value]) => [id as ParticipantId, value]));

/** A bearer key can be copied off any log: outside a sandbox there are none. */
function readSandboxKeys(env: RelayerEnv, chainId: bigint): ReadonlyMap<ParticipantId, string> {
  if (env.SANDBOX_KEYS_FILE === undefined) return new Map();
  if (LOCAL_CHAIN_IDS.has(chainId))
    return asMap(sandboxKeysSchema.parse(readJson(env.SANDBOX_KEYS_FILE)));
  throw new Error("SANDBOX_KEYS_FILE is for a local chain: elsewhere every request is signed");
}

/** Origins as browsers state them. @throws for what is none. */
function readOrigins(text: string): string[] {
  return text.split(",").flatMap((origin) => {
    if (origin === "") return [];
    if (URL.parse(origin)?.origin === origin) return [origin];
    throw new Error(`CONSOLE_ORIGINS: ${origin} is no origin like https://console.example`);
  });
}

/** Reads the files that the environment names and puts a configuration together. */
export function loadConfig(env: RelayerEnv): RelayerConfig {
  const network = networkSchema.parse(readJson(env.NETWORK_FILE));
  const directory = directorySchema.parse(readJson(env.DIRECTORY_FILE));
  return {
    api: { host: env.RELAYER_HOST, port: env.RELAYER_PORT },
    operations: { host: env.RELAYER_HOST, port: env.RELAYER_OPERATIONS_PORT },
    database: env.DATABASE_URL
      ? { kind: "postgres", url: env.DATABASE_URL }
      : { kind: "embedded", directory: env.RELAYER_DATA_DIRECTORY },
    console: {
      codesDirectory: env.RELAYER_DATA_DIRECTORY,
      origins: readOrigins(env.CONSOLE_ORIGINS),
    },
    chain: { rpcUrl: env.RPC_URL, chainId: network.chainId, depth: env.CHAIN_DEPTH },
    ...(env.EXPLORER_RPC_URL !== undefined && { explorerRpcUrl: env.EXPLORER_RPC_URL }),
    network,
    corridors: loadCorridors(readJson(env.CORRIDORS_FILE)),
    directory: loadParticipants(readJson(env.CORRIDORS_FILE)),
    patience: { batches: env.MAX_WAITING_BATCHES, seconds: env.MAX_WAITING_SECONDS },
    limits: {
      address: { requests: env.RATE_LIMIT_ADDRESS, windowSeconds: env.RATE_LIMIT_SECONDS },
      participant: { requests: env.RATE_LIMIT_PARTICIPANT, windowSeconds: env.RATE_LIMIT_SECONDS },
      trustedProxies: env.TRUSTED_PROXIES.split(",").filter((proxy) => proxy !== ""),
    },
    participantUrls: asMap(directory.participants),
    bank: { bank: directory.bank.id as ParticipantId, baseUrl: directory.bank.url },
    firstKeys: asMap(firstKeysSchema.parse(readJson(env.REQUEST_KEYS_FILE))),
    sandboxKeyHashes: readSandboxKeys(env, network.chainId),
    privateKey: env.RELAYER_PRIVATE_KEY,
    sanctions: SANCTIONS_FILES,
    webhookHosts: new Set(env.WEBHOOK_ALLOWED_HOSTS.split(",").filter((host) => host !== "")),
    workers: {
      ...WORKER_TIMES,
      cycleMs: env.CYCLE_SECONDS * 1_000,
      anchorMs: env.ANCHOR_SECONDS * 1_000,
      reconcileMs: env.RECONCILE_SECONDS * 1_000,
    },
    times: {
      leaseMs: env.LEASE_MS,
      recheckMs: env.RECHECK_MS,
      resendMs: env.RESEND_MS,
      raiseFeeMs: env.RAISE_FEE_MS,
      takeoverMs: env.TAKEOVER_MS,
      graceMs: env.RECONCILE_GRACE_MS,
    },
    logLevel: env.LOG_LEVEL,
  };
}

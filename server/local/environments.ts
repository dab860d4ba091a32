import { fileURLToPath } from "node:url";
import { relayerKey } from "./keys.ts";
import { type LocalPlan, type PlannedParticipant, pathIn, relayerPorts, urlOf } from "./plan.ts";
import { walletLevels } from "./treasury-levels.ts";
import type { RequestJwks } from "./write-files.ts";

/** The environment variables that a service of the plan is started with. */
export type ServiceEnv = Readonly<Record<string, string>>;

const RATES_FILE = fileURLToPath(new URL("../../data/ecb/eurofxref-hist.csv", import.meta.url));

/** Where the plan's chain listens. */
export const rpcUrlOf = (plan: LocalPlan) => urlOf(plan, { port: plan.ports.chain });

/** What the chain is started with. */
export function chainEnv(plan: LocalPlan): ServiceEnv {
  return {
    CHAIN_HOST: plan.host,
    CHAIN_PORT: `${plan.ports.chain}`,
    ...(plan.keep && { CHAIN_DIRECTORY: pathIn(plan, "chain") }),
  };
}

/** What the bank is started with. */
export function bankEnv(plan: LocalPlan): ServiceEnv {
  const { participant, keys, port } = plan.bank;
  return {
    BANK_ID: participant.id,
    BANK_HOST: plan.host,
    BANK_PORT: `${port}`,
    BANK_DATA_DIRECTORY: pathIn(plan, "bank"),
    BANK_RPC_URL: rpcUrlOf(plan),
    BANK_CHAIN_DEPTH: "0",
    BANK_NETWORK_FILE: pathIn(plan, "network.json"),
    BANK_CORRIDORS_FILE: pathIn(plan, "corridors.json"),
    BANK_TREASURY_FILE: pathIn(plan, "treasury.json"),
    BANK_RATES_FILE: RATES_FILE,
    BANK_RATES_AS_OF: plan.ratesAsOf,
    BANK_ACCOUNT_KEY: keys.account.privateKey,
    BANK_SIGNER_KEY: keys.signer.privateKey,
    BANK_LOG_LEVEL: plan.logLevel,
    ...(plan.bank.controlPort !== undefined && { BANK_CONTROL_PORT: `${plan.bank.controlPort}` }),
  };
}

/** What a wallet is started with. `keys` are the wallets' own to sign requests with. */
export function walletEnv(
  plan: LocalPlan,
  wallet: PlannedParticipant,
  keys: RequestJwks,
): ServiceEnv {
  const { id } = wallet.participant;
  const currency = wallet.currency;
  if (!currency) throw new Error("a wallet has a currency");
  const sends = plan.corridors.some((corridor) => corridor.payer === id);
  const { floor, target, ceiling } = walletLevels(currency, { sends });
  return {
    WALLET_ID: id,
    WALLET_CURRENCY: currency,
    WALLET_HOST: plan.host,
    WALLET_PORT: `${wallet.port}`,
    WALLET_DATA_DIRECTORY: pathIn(plan, id),
    WALLET_RPC_URL: rpcUrlOf(plan),
    WALLET_NETWORK_FILE: pathIn(plan, "network.json"),
    WALLET_CORRIDORS_FILE: pathIn(plan, "corridors.json"),
    WALLET_ACCOUNT_KEY: wallet.keys.account.privateKey,
    WALLET_SIGNER_KEY: wallet.keys.signer.privateKey,
    WALLET_RELAYER_URL: urlOf(plan, { port: plan.ports.relayer }),
    WALLET_REQUEST_KEY: JSON.stringify(keys[id]),
    WALLET_BANK_URL: urlOf(plan, plan.bank),
    WALLET_SETTLE_WITHIN_MS: `${plan.settleWithinMs}`,
    WALLET_POSITION_FLOOR: floor,
    WALLET_POSITION_TARGET: target,
    WALLET_POSITION_CEILING: ceiling,
    WALLET_LOG_LEVEL: plan.logLevel,
    ...(wallet.controlPort !== undefined && { WALLET_CONTROL_PORT: `${wallet.controlPort}` }),
  };
}

/** Of the first relayer, or of another one beside it: each has its own ports and its own key. */
export function relayerEnv(plan: LocalPlan, instance = 0): ServiceEnv {
  const ports = relayerPorts(plan, instance);
  return {
    RELAYER_HOST: plan.host,
    RELAYER_PORT: `${ports.relayer}`,
    RELAYER_OPERATIONS_PORT: `${ports.operations}`,
    ...(plan.databaseUrl !== undefined && { DATABASE_URL: plan.databaseUrl }),
    RELAYER_DATA_DIRECTORY: pathIn(plan, "relayer"),
    RPC_URL: rpcUrlOf(plan),
    EXPLORER_RPC_URL: rpcUrlOf(plan),
    NETWORK_FILE: pathIn(plan, "network.json"),
    CORRIDORS_FILE: pathIn(plan, "corridors.json"),
    DIRECTORY_FILE: pathIn(plan, "directory.json"),
    REQUEST_KEYS_FILE: pathIn(plan, "request-keys.json"),
    SANDBOX_KEYS_FILE: pathIn(plan, "sandbox-keys.json"),
    RELAYER_PRIVATE_KEY: relayerKey(instance).privateKey,
    // Load tests come from one address.
    RATE_LIMIT_ADDRESS: "1000000",
    RATE_LIMIT_PARTICIPANT: "1000000",
    WEBHOOK_ALLOWED_HOSTS: "127.0.0.1,localhost",
    CYCLE_SECONDS: `${plan.cycleSeconds}`,
    LOG_LEVEL: plan.logLevel,
    ...plan.relayerSettings,
  };
}

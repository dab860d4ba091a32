import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Corridor } from "../../../protocol/corridor.ts";
import { webhookEndpointSchema } from "../../../protocol/wire/webhooks.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import { relayerEnv } from "../../../server/local/environments.ts";
import type { Launcher } from "../../../server/local/launchers.ts";
import { type LocalPlan, planCorridor } from "../../../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../../../server/local/start-corridor.ts";
import { createWalletApp, type WalletApp } from "../../../server/local/wallet-app.ts";
import { createHistory, type History } from "../history.ts";
import { type ChainKind, createServiceLauncher, logOf } from "./launch-services.ts";
import { type Lines, layLines } from "./lines.ts";
import { type PostgresServer, startPostgresServer } from "./postgres-server.ts";
import { createRelayerCrew, type RelayerCrew } from "./relayer-crew.ts";
import { startWebhookInbox, type WebhookInbox } from "./webhook-inbox.ts";

/** A corridor in which everything can be broken: real processes, PostgreSQL, and a line between any two of them. */
export interface Field extends AsyncDisposable {
  readonly chain: ChainKind;
  readonly depth: number;
  readonly directory: string;
  readonly corridor: LocalCorridor;
  readonly route: Corridor;
  readonly postgres: PostgresServer;
  readonly database: string;
  readonly lines: Lines;
  readonly crew: RelayerCrew;
  readonly launch: Launcher;
  readonly inbox: WebhookInbox;
  readonly webhookSecret: string;
  readonly webhookEndpoint: string;
  readonly history: History;
  readonly sending: WalletApp;
  readonly receiving: WalletApp;
}

export interface FieldOptions {
  readonly seed: number;
  readonly relayers: number;
  readonly chain: ChainKind;
  /** The network's depth; 0 when absent. */
  readonly depth?: number;
  /** Milliseconds between blocks; 0 mines at once. On anvil whole seconds. */
  readonly blockTimeMs?: number;
  /** Whose services run; this repository's when absent. */
  readonly root?: string;
  readonly relayerSettings?: Readonly<Record<string, string>>;
  readonly cycleSeconds?: number;
  readonly settleWithinMs?: number;
  readonly onStep?: (step: string) => void;
}

const OWN_ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Short, so that a run sees many of each. */
const SETTINGS = {
  LEASE_MS: "2500",
  RESEND_MS: "700",
  RECHECK_MS: "1000",
  RAISE_FEE_MS: "4000",
  ANCHOR_SECONDS: "10",
  RECONCILE_SECONDS: "5",
  RECONCILE_GRACE_MS: "60000",
  LOG_LEVEL: "info",
};
const DIES_WITH_FIELD = "corridor-torture-";

async function planField(
  options: FieldOptions,
  made: { directory: string; databaseUrl: string },
): Promise<LocalPlan> {
  const { relayers, chain, depth = 0, blockTimeMs = 0, cycleSeconds = 5 } = options;
  return planCorridor({
    ...made,
    relayers,
    cycleSeconds,
    programmable: true,
    // The pace is set in whole seconds there: see below.
    blockTimeMs: chain === "anvil" ? 1 : blockTimeMs,
    sendCurrencies: ["HKD"],
    logLevel: "warn",
    settleWithinMs: options.settleWithinMs ?? 20_000,
    relayerSettings: { ...SETTINGS, CHAIN_DEPTH: `${depth}`, ...options.relayerSettings },
  });
}

/** What Node makes of a source file is kept between runs: a service then starts in half the time. */
const COMPILED = { NODE_COMPILE_CACHE: join(tmpdir(), "corridor-torture-compiled") };

/** Every party waits for the same depth. */
function withDepth(plan: LocalPlan, depth: number): LocalPlan {
  const serviceSettings: Record<string, Record<string, string>> = {
    chain: COMPILED,
    ...Object.fromEntries(
      Object.entries(plan.serviceSettings).map(([name, own]) => [name, { ...COMPILED, ...own }]),
    ),
  };
  for (const { participant } of plan.wallets) {
    const own = serviceSettings[participant.id];
    serviceSettings[participant.id] = { ...own, WALLET_CHAIN_DEPTH: `${depth}` };
  }
  serviceSettings[plan.bank.participant.id] = { ...COMPILED, BANK_CHAIN_DEPTH: `${depth}` };
  return { ...plan, serviceSettings };
}

async function subscribe(corridor: LocalCorridor, payer: string, url: string) {
  const answer = await corridor.fetchAs(payer)(
    new URL("/v1/webhook-endpoints", corridor.relayerUrl),
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url }),
    },
  );
  const { id, secret = "" } = webhookEndpointSchema.parse(await answer.json());
  return { webhookEndpoint: id, webhookSecret: secret };
}

function makeDirectory(stack: AsyncDisposableStack): string {
  const directory = mkdtempSync(join(tmpdir(), DIES_WITH_FIELD));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts a field and waits until it can send transfers. */
export async function startField(options: FieldOptions): Promise<Field> {
  await using stack = new AsyncDisposableStack();
  const { seed, chain, depth = 0, root = OWN_ROOT, blockTimeMs = 1_000 } = options;
  const directory = makeDirectory(stack);
  const postgres = stack.use(await startPostgresServer());
  const database = await postgres.newDatabase();
  const history = createHistory();
  const bare = await planField(options, { directory, databaseUrl: postgres.urlOf(database) });
  const laid = await layLines(bare, { postgres, database, history, seed });
  stack.use(laid.lines);
  const plan = withDepth(laid.plan, depth);
  const services = await createServiceLauncher({ root, chain, logDirectory: directory });
  const onStep = options.onStep ?? (() => undefined);
  const corridor = stack.use(await startCorridor(plan, { launch: services.launch, onStep }));
  if (chain === "anvil") {
    const seconds = Math.max(1, Math.round(blockTimeMs / 1_000));
    await callChain(corridor.rpcUrl, "evm_setIntervalMining", [seconds]);
  }
  services.started();
  const crew = createRelayerCrew(corridor, (instance) =>
    logOf(directory, relayerEnv(plan, instance)),
  );
  // A stopped process cannot end in order.
  stack.defer(() => crew.alive().forEach((instance) => void crew.resume(instance)));
  const [route] = plan.corridors;
  if (!route) throw new Error("the plan has no corridor");
  const inbox = stack.use(await startWebhookInbox());
  const subscribed = await subscribe(corridor, route.payer, inbox.url);
  const owned = stack.move();
  return {
    chain,
    depth,
    directory,
    corridor,
    route,
    postgres,
    database,
    lines: laid.lines,
    crew,
    launch: services.launch,
    inbox,
    ...subscribed,
    history,
    sending: createWalletApp(corridor.walletUrl(route.payer), corridor.controlUrl(route.payer)),
    receiving: createWalletApp(corridor.walletUrl(route.payee), corridor.controlUrl(route.payee)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

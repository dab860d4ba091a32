import { randomUUID } from "node:crypto";
import type { Address } from "../../protocol/messages.ts";
import { useFastKeccak } from "../foundation/chain/fast-keccak.ts";
import { type RunningServer, serve } from "../foundation/http/serve.ts";
import { gather } from "../foundation/process/gather.ts";
import { createBankClient } from "./bank/create-bank-client.ts";
import { createChain } from "./chain/create-chain.ts";
import type { RelayerConfig } from "./config/config.ts";
import { createApiApp } from "./http/app.ts";
import { EventStreams } from "./http/event-streams.ts";
import { createOperationsApp } from "./http/operations-app.ts";
import { createParticipants } from "./participants/create-participants.ts";
import type { Signals } from "./ports/signals.ts";
import { createScreening } from "./screening/create-screening.ts";
import type { ServiceContext } from "./service-context.ts";
import { admitFirstKeys } from "./services/admit-first-keys.ts";
import { createBestQuote } from "./services/best-quote.ts";
import { createBlockTime } from "./services/block-time.ts";
import { createDoor } from "./services/door.ts";
import { createHalts } from "./services/halts.ts";
import { createKeyRing } from "./services/key-ring.ts";
import { ChangeNotice } from "./services/notify-changes.ts";
import { createQuoteStore } from "./services/store-quotes.ts";
import { createCodeFiles } from "./sign-in/code-files.ts";
import { openDatabase } from "./store/open-database.ts";
import { noteStatement } from "./telemetry/database-metrics.ts";
import { confirmationTimes } from "./telemetry/flow-metrics.ts";
import { createRelayerLogger } from "./telemetry/logger.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { createWebhookSender } from "./webhooks/create-webhook-sender.ts";
import { startWorkers, type Workers } from "./workers/start-workers.ts";

/** A running relayer. Disposing it stops taking work, lets what is under way finish, and closes everything. */
export interface Relayer extends AsyncDisposable {
  readonly api: RunningServer;
  readonly operations: RunningServer;
  readonly services: ServiceContext;
}

/** What happens within so long goes into the audit log, and from there to whoever listens, together. */
const AUDIT_GATHER_MS = 100;

/** What services tell after a commit, and who is told. */
function signalsTo(told: {
  readonly workers: () => Workers | undefined;
  readonly changes: ChangeNotice;
  readonly streams: EventStreams;
}): Signals {
  const { workers, changes, streams } = told;
  const writeSoon = gather(AUDIT_GATHER_MS, () => workers()?.wake("audit"));
  return {
    wake(queue) {
      if (queue === "audit") writeSoon();
      else workers()?.wake(queue);
      // What webhooks are to be told, the event streams are.
      if (queue === "webhooks") streams.wake();
    },
    decided(uetrs) {
      if (uetrs.length > 0) writeSoon();
      changes.announce(uetrs);
      streams.wake();
    },
    confirmed(seconds) {
      for (const each of seconds) confirmationTimes.observe(each);
    },
  };
}

/** Builds and starts a relayer from its configuration. The only place where its parts meet. */
export async function createRelayer(config: RelayerConfig): Promise<Relayer> {
  await useFastKeccak();
  await using stack = new AsyncDisposableStack();
  const log = createRelayerLogger(config.logLevel);
  const { network } = config;
  const database = stack.use(await openDatabase(config.database, noteStatement));
  await admitFirstKeys(database.db, config.firstKeys);
  const chain = stack.use(
    await createChain({ endpoint: config.chain, network, privateKey: config.privateKey, log }),
  );
  const participants = stack.use(createParticipants(config.participantUrls));
  const bank = stack.use(
    createBankClient({
      ...config.bank,
      network,
      signerOf: (account) => chain.signerOf(account as Address),
    }),
  );
  const changes = new ChangeNotice();
  const streams = new EventStreams();
  let workers: Workers | undefined;
  const services: ServiceContext = {
    db: database.db,
    chain,
    bank,
    participants,
    screening: createScreening(config.sanctions),
    webhooks: createWebhookSender(config.webhookHosts),
    corridors: config.corridors,
    network,
    signals: signalsTo({ workers: () => workers, changes, streams }),
    owner: randomUUID(),
    times: config.times,
    halts: createHalts(database.db, log),
    requestKeys: createKeyRing(database.db),
    bestQuote: createBestQuote(database.db),
    storeQuotes: createQuoteStore(database.db),
    log,
  };
  workers = stack.use(startWorkers(services, config.workers));
  const blockTime = createBlockTime();
  stack.use(
    chain.watch(() => {
      blockTime.note();
      workers?.wake("follow");
    }),
  );
  const operations = stack.use(
    await serve(
      createOperationsApp(services, {
        metrics: createMetrics(services, chain),
        console: {
          directory: config.directory,
          positions: chain,
          codes: createCodeFiles(config.console.codesDirectory),
          origins: { host: config.operations.host, origins: config.console.origins },
        },
      }),
      config.operations,
    ),
  );
  const apiApp = createApiApp(services, {
    sandboxKeys: config.sandboxKeyHashes,
    changes,
    streams,
    door: createDoor(database.db, config.patience, blockTime.seconds),
    limits: config.limits,
    directory: config.directory,
    positions: chain,
    ...(config.explorerRpcUrl !== undefined && { explorerRpcUrl: config.explorerRpcUrl }),
  });
  const api = stack.use(await serve(apiApp, config.api));
  stack.defer(() => streams.end());
  const owned = stack.move();
  return { api, operations, services, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

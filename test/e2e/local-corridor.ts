import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRelayerClient, type RelayerClient } from "../../sdk/api/relayer-client.ts";
import type { SignedFetch } from "../../sdk/keys/signed-fetch.ts";
import type { Launcher } from "../../server/local/launchers.ts";
import { launchInProcess } from "../../server/local/launchers.ts";
import { type PlanOptions, planCorridor, urlOf } from "../../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../../server/local/start-corridor.ts";
import { createWalletApp, type WalletApp } from "../../server/local/wallet-app.ts";
import type { Relayer } from "../../server/relayer/context.ts";
import type { Database } from "../../server/relayer/store/open-database.ts";
import { onPreparedDatabase } from "../fixtures/prepared-database.ts";
import { newTestDatabase } from "../fixtures/test-database.ts";
import { takeMismatches, watchAnswers } from "../openapi/watch-answers.ts";

export interface TestCorridor extends AsyncDisposable {
  readonly corridor: LocalCorridor;
  /** The first corridor's id, and apps and relayer client of its two wallets. */
  readonly id: string;
  readonly sending: WalletApp;
  readonly receiving: WalletApp;
  readonly relayer: RelayerClient;
  /** Signs as the first corridor's payer. */
  readonly fetch: SignedFetch;
  /** The database of a relayer that runs in this process: to look, or to let time pass. */
  relayerDatabase(): Database;
}

// Whatever a test was about: it has failed when an interface answered other than it is described.
afterEach("every answer is as its interface is described", () => {
  const [first] = takeMismatches();
  if (first !== undefined) throw new Error(first);
});

/** A real corridor on free ports and the database that the test command names, in a directory of its own that goes with it. */
export async function startTestCorridor(
  options: Partial<PlanOptions> & { readonly launch?: Launcher } = {},
): Promise<TestCorridor> {
  const directory = mkdtempSync(join(tmpdir(), "corridor-test-"));
  const { launch = launchInProcess, ...rest } = options;
  const databaseUrl = await newTestDatabase();
  const plan = await planCorridor({
    directory,
    programmable: true,
    blockTimeMs: 0,
    sendCurrencies: ["HKD"],
    logLevel: "silent",
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...rest,
  });
  const corridor = await startCorridor(plan, { launch: onPreparedDatabase(launch) });
  watchAnswers({
    plan,
    bankUrl: urlOf(plan, plan.bank),
    walletUrls: plan.wallets.map((wallet) => urlOf(plan, wallet)),
  });
  const [first] = plan.corridors;
  if (!first) throw new Error("the plan has no corridor");
  return {
    corridor,
    id: first.id,
    sending: createWalletApp(corridor.walletUrl(first.payer)),
    receiving: createWalletApp(corridor.walletUrl(first.payee), corridor.controlUrl(first.payee)),
    relayer: createRelayerClient({
      baseUrl: corridor.relayerUrl,
      requestKey: corridor.requestKeyOf(first.payer),
    }),
    fetch: corridor.fetchAs(first.payer),
    relayerDatabase: () => (corridor.relayer.inProcess as Relayer).services.db,
    async [Symbol.asyncDispose]() {
      await corridor[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

import { rmSync } from "node:fs";
import { type Network, networkSchema } from "../../protocol/network.ts";
import { connectChain } from "../foundation/chain/connect.ts";
import { type CorridorView, readPosition, readSigner } from "../foundation/chain/read-corridor.ts";
import { lockDirectory } from "../foundation/storage/lock-directory.ts";
import { writeAddresses } from "./addresses.ts";
import { setBlockTime } from "./chain/start-chain.ts";
import { deployLocally, LOCAL_CHAIN_ID } from "./deploy-locally.ts";
import {
  bankEnv,
  chainEnv,
  relayerEnv,
  rpcUrlOf,
  type ServiceEnv,
  walletEnv,
} from "./environments.ts";
import { assertPortsFree } from "./free-ports.ts";
import type { Launcher, RunningService, ServiceName } from "./launchers.ts";
import { type LocalPlan, pathIn, urlOf } from "./plan.ts";
import { type ApiKeys, writeFiles } from "./write-files.ts";

/** A whole corridor on this machine: chain, contracts, bank, wallets, relayer, all over real HTTP. */
export interface LocalCorridor extends AsyncDisposable {
  readonly plan: LocalPlan;
  readonly network: Network;
  readonly rpcUrl: string;
  readonly relayerUrl: string;
  readonly apiKeys: ApiKeys;
  readonly relayer: RunningService;
  /** Every service by name: "chain", "relayer", and the participants by their ids. */
  readonly services: ReadonlyMap<string, RunningService>;
  walletUrl(id: string): string;
  /** Starts a relayer again on the same data after it was ended. */
  restartRelayer(): Promise<RunningService>;
}

export interface StartOptions {
  readonly launch: Launcher;
  /** Told of each step, for whoever watches. */
  readonly onStep?: (step: string) => void;
}

const READY_DEADLINE_MS = 60_000;
const LOOK_MS = 100;

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen in time`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Every port of a plan, by what it is for. */
function portsOf(plan: LocalPlan): Record<string, number> {
  const parties = [plan.bank, ...plan.wallets].map(({ participant, port }) => [
    participant.id,
    port,
  ]);
  return { ...plan.ports, ...Object.fromEntries(parties) };
}

/** The bank quotes once its own books show the position that it quotes from. */
async function bankQuotes(plan: LocalPlan, network: Network): Promise<boolean> {
  const asks = plan.corridors.map(({ id, payer, payee }) =>
    fetch(new URL("/fx/quotes", urlOf(plan, plan.bank)), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        corridor: id,
        payer: network.accounts[payer],
        payee: network.accounts[payee],
      }),
    }),
  );
  return (await Promise.all(asks)).every((answer) => answer.ok);
}

/** Every party has set its signer, and those that pay have a position to pay from. */
async function untilFunded(plan: LocalPlan, network: Network, view: CorridorView): Promise<void> {
  const accountOf = (id: string) => network.accounts[id] ?? network.corridor;
  const tokenOf = (currency: string) => network.tokens[currency] ?? network.corridor;
  const holdsPosition = async (id: string, currency: string) =>
    (await readPosition(view, { token: tokenOf(currency), account: accountOf(id) })) > 0n;
  for (const { participant } of [plan.bank, ...plan.wallets]) {
    const account = accountOf(participant.id);
    await until(
      async () => /[1-9a-f]/i.test((await readSigner(view, account)).slice(2)),
      "a signer",
    );
  }
  for (const { payer, sendCurrency, receiveCurrency } of plan.corridors) {
    await until(() => holdsPosition(payer, sendCurrency), `${payer}'s position`);
    const bank = plan.bank.participant.id;
    await until(() => holdsPosition(bank, receiveCurrency), `${bank}'s position`);
  }
  await until(() => bankQuotes(plan, network), "a quote by the bank");
}

/**
 * Starts a corridor as planned and waits until it can send a first transfer. What an earlier one left in the
 * directory is removed: the local chain forgets everything when it stops, and books without a chain mean nothing.
 */
export async function startCorridor(
  plan: LocalPlan,
  options: StartOptions,
): Promise<LocalCorridor> {
  const { launch, onStep = () => {} } = options;
  await using stack = new AsyncDisposableStack();
  await assertPortsFree(plan.host, portsOf(plan));
  const lock = lockDirectory(plan.directory);
  stack.defer(() => lock[Symbol.dispose]());
  for (const { participant } of [plan.bank, ...plan.wallets]) {
    rmSync(pathIn(plan, participant.id), { recursive: true, force: true });
  }
  for (const name of ["bank", "relayer", "addresses.json"])
    rmSync(pathIn(plan, name), { recursive: true, force: true });

  onStep("chain");
  const services = new Map<string, RunningService>();
  const start = async (name: string, service: ServiceName, env: ServiceEnv) => {
    const running = stack.use(await launch(service, env));
    services.set(name, running);
    return running;
  };
  await start("chain", "chain", chainEnv(plan));
  const rpcUrl = rpcUrlOf(plan);
  onStep("contracts");
  const wire = await deployLocally(plan, rpcUrl);
  const network = networkSchema.parse(wire);
  const apiKeys = writeFiles(plan, wire);
  onStep("bank and wallets");
  await Promise.all([
    start(plan.bank.participant.id, "bank", bankEnv(plan)),
    ...plan.wallets.map((wallet) =>
      start(wallet.participant.id, "wallet", walletEnv(plan, wallet, apiKeys)),
    ),
  ]);
  onStep("relayer");
  const relayer = await start("relayer", "relayer", relayerEnv(plan));
  onStep("funding");
  const endpoint = { rpcUrl, chainId: LOCAL_CHAIN_ID, depth: 0 };
  const connection = await connectChain(endpoint);
  stack.defer(() => connection.provider.destroy());
  await untilFunded(plan, network, { connection, corridor: network.corridor });
  await setBlockTime(rpcUrl, plan.blockTimeMs);
  stack.use(writeAddresses(plan));
  const owned = stack.move();
  return {
    plan,
    network,
    rpcUrl,
    services,
    relayerUrl: urlOf(plan, { port: plan.ports.relayer }),
    apiKeys,
    relayer,
    restartRelayer: async () => owned.use(await launch("relayer", relayerEnv(plan))),
    walletUrl(id) {
      const wallet = plan.wallets.find(({ participant }) => participant.id === id);
      if (!wallet) throw new Error(`the plan has no wallet ${id}`);
      return urlOf(plan, wallet);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

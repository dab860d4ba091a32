import { rmSync } from "node:fs";
import { type Network, networkSchema } from "../../protocol/network.ts";
import { importRequestKey, type RequestKey } from "../../sdk/keys/request-key.ts";
import { createSignedFetch, type SignedFetch } from "../../sdk/keys/signed-fetch.ts";
import { connectChain } from "../foundation/chain/connect.ts";
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
import { forget, type Kept, readKept, untilServicesEnded, writeKept } from "./kept.ts";
import type { Launcher, RunningService, ServiceName } from "./launchers.ts";
import { type LocalPlan, pathIn, relayerName, relayerPorts, urlOf } from "./plan.ts";
import { untilFunded } from "./readiness.ts";
import {
  makeRequestKeys,
  makeSandboxKeys,
  type RequestJwks,
  type SandboxKeys,
  writeFiles,
} from "./write-files.ts";

/** A whole corridor on this machine: chain, contracts, bank, wallets, relayer, all over real HTTP. */
export interface LocalCorridor extends AsyncDisposable {
  readonly plan: LocalPlan;
  readonly network: Network;
  /** It goes on from an earlier start on the same directory. */
  readonly resumed: boolean;
  readonly rpcUrl: string;
  readonly relayerUrl: string;
  /** Each wallet's key to sign its requests with, by participant id. */
  requestKeyOf(participant: string): RequestKey;
  /** A `fetch` that signs as a wallet. */
  fetchAs(participant: string): SignedFetch;
  /** Each wallet's bearer key for reading from the relayer, by participant id. */
  readonly sandboxKeys: SandboxKeys;
  readonly relayer: RunningService;
  /** Every service by name: "chain", "relayer", "relayer-2" and so on, and the participants by their ids. */
  readonly services: ReadonlyMap<string, RunningService>;
  walletUrl(id: string): string;
  /** Where a participant's simulator can be told to misbehave, if the plan makes it programmable. */
  controlUrl(id: string): string | undefined;
  /** Where a relayer's API and its operations port listen; the first one is 0. */
  relayerUrls(instance: number): { readonly api: string; readonly operations: string };
  /** Starts a relayer again on the same data after it was ended, with other settings if need be. */
  restartRelayer(instance?: number, settings?: ServiceEnv): Promise<RunningService>;
}

/** How a plan is started. */
export interface StartOptions {
  readonly launch: Launcher;
  /** Begins anew, whatever the directory holds. */
  readonly fresh?: boolean;
  /** Told of each step, for whoever watches. */
  readonly onStep?: (step: string) => void;
}

/** Every port of a plan, by what it is for. */
function portsOf(plan: LocalPlan): Record<string, number> {
  const parties = [plan.bank, ...plan.wallets].map(({ participant, port }) => [
    participant.id,
    port,
  ]);
  const more = plan.moreRelayers.flatMap(({ relayer, operations }, index) => [
    [relayerName(index + 1), relayer],
    [`${relayerName(index + 1)}'s operations`, operations],
  ]);
  return { ...plan.ports, ...Object.fromEntries(more), ...Object.fromEntries(parties) };
}

/**
 * Takes the directory for this process, and answers what is kept there to go on from. Everything else that an earlier
 * corridor left in it is removed: books without their chain mean nothing.
 */
async function takeDirectory(
  stack: AsyncDisposableStack,
  plan: LocalPlan,
  fresh: boolean,
): Promise<Kept | undefined> {
  const lock = lockDirectory(plan.directory);
  stack.defer(() => lock[Symbol.dispose]());
  await untilServicesEnded(plan);
  await assertPortsFree(plan.host, portsOf(plan));
  const kept = fresh ? undefined : readKept(plan);
  if (kept === undefined) forget(plan);
  rmSync(pathIn(plan, "addresses.json"), { force: true });
  return kept;
}

/** Starts a plan's services one by one, each with its own settings; all of them end with the starter. */
function createStarter(plan: LocalPlan, launch: Launcher) {
  const owned = new AsyncDisposableStack();
  const services = new Map<string, RunningService>();
  /** What is asked for at this start goes before what the plan has for the service. */
  async function start(
    name: string,
    service: ServiceName,
    { env, settings = {} }: { readonly env: ServiceEnv; readonly settings?: ServiceEnv },
  ) {
    const whole = { ...env, ...plan.serviceSettings[name], ...settings };
    const running = owned.use(await launch(service, whole));
    services.set(name, running);
    return running;
  }
  const startRelayer = (instance = 0, settings: ServiceEnv = {}) =>
    start(relayerName(instance), "relayer", { env: relayerEnv(plan, instance), settings });
  return {
    services,
    start,
    startRelayer,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The contracts' public facts and the wallets' keys, found again or made. */
async function findOrDeploy(plan: LocalPlan, kept: Kept | undefined, onStep: (s: string) => void) {
  if (kept !== undefined) {
    // What was begun before wallets signed their requests has no keys for it yet.
    const requestKeys = { ...(await makeRequestKeys(plan)), ...kept.requestKeys };
    const sandboxKeys = { ...makeSandboxKeys(plan), ...kept.sandboxKeys };
    const again = { network: kept.network, requestKeys, sandboxKeys };
    writeFiles(plan, again);
    writeKept(plan, again);
    return again;
  }
  onStep("contracts");
  const network = await deployLocally(plan, rpcUrlOf(plan));
  const made = {
    network,
    sandboxKeys: makeSandboxKeys(plan),
    requestKeys: await makeRequestKeys(plan),
  };
  writeFiles(plan, made);
  writeKept(plan, made);
  return made;
}

async function importKeys(jwks: RequestJwks): Promise<LocalCorridor["requestKeyOf"]> {
  const keys = new Map<string, RequestKey>();
  for (const [id, jwk] of Object.entries(jwks)) keys.set(id, await importRequestKey(jwk));
  return (participant) => {
    const key = keys.get(participant);
    if (!key) throw new Error(`the plan has no wallet ${participant}`);
    return key;
  };
}

/**
 * Starts a corridor as planned and waits until it can send a transfer. When the plan is to keep it, everything is found
 * again where it was when an earlier one on the same directory ended, however it ended; otherwise it begins anew.
 *
 * @throws when the directory or a port is in use, or what is kept does not fit the plan.
 */
export async function startCorridor(
  plan: LocalPlan,
  options: StartOptions,
): Promise<LocalCorridor> {
  const { launch, fresh = false, onStep = () => {} } = options;
  await using stack = new AsyncDisposableStack();
  const kept = await takeDirectory(stack, plan, fresh);
  const { services, start, startRelayer } = stack.use(createStarter(plan, launch));
  onStep("chain");
  await start("chain", "chain", { env: chainEnv(plan) });
  const rpcUrl = rpcUrlOf(plan);
  const { network: wire, sandboxKeys, ...found } = await findOrDeploy(plan, kept, onStep);
  const requestKeyOf = await importKeys(found.requestKeys);
  const network = networkSchema.parse(wire);
  onStep("bank and wallets");
  await Promise.all([
    start(plan.bank.participant.id, "bank", { env: bankEnv(plan) }),
    ...plan.wallets.map((wallet) =>
      start(wallet.participant.id, "wallet", { env: walletEnv(plan, wallet, found.requestKeys) }),
    ),
  ]);
  onStep("relayer");
  const relayer = await startRelayer();
  await Promise.all(plan.moreRelayers.map((_, index) => startRelayer(index + 1)));
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
    resumed: kept !== undefined,
    rpcUrl,
    services,
    relayerUrl: urlOf(plan, { port: plan.ports.relayer }),
    sandboxKeys,
    requestKeyOf,
    fetchAs: (participant) => createSignedFetch(requestKeyOf(participant)),
    relayer,
    relayerUrls(instance) {
      const { relayer: api, operations } = relayerPorts(plan, instance);
      return { api: urlOf(plan, { port: api }), operations: urlOf(plan, { port: operations }) };
    },
    restartRelayer: startRelayer,
    walletUrl(id) {
      const wallet = plan.wallets.find(({ participant }) => participant.id === id);
      if (!wallet) throw new Error(`the plan has no wallet ${id}`);
      return urlOf(plan, wallet);
    },
    controlUrl(id) {
      const party = [plan.bank, ...plan.wallets].find(({ participant }) => participant.id === id);
      return party?.controlPort === undefined
        ? undefined
        : urlOf(plan, { port: party.controlPort });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

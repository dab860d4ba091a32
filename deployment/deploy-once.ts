import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { getCreateAddress, id, type Provider, type Signer } from "ethers";
import type { WireNetwork } from "../protocol/network.ts";
import { deployCorridor } from "./deploy-corridor.ts";
import type { Deployment } from "./deployment-config.ts";
import type { DeploymentPlan } from "./read-plan.ts";
import { verifyDeployment } from "./verify-deployment.ts";

/** The stored result of a deployment: what parties pin, and what else a verification needs. */
export interface StoredDeployment {
  network: WireNetwork;
  accessManager: string;
  /** Paid for the deployment and holds no role any more. */
  deployer: string;
}

/** Written before the first chain transaction, so that an interrupted run is known by the next. */
interface StartedDeployment {
  deployer: string;
  firstNonce: number;
  /** Block before the first chain transaction. */
  block: number;
  plan: string;
}

export interface DeploymentOutcome {
  stored: StoredDeployment;
  /** False if an earlier run had done it all. */
  deployed: boolean;
}

/**
 * Deploys a plan once. A finished deployment is read back from the chain and nothing is sent; a run that was cut off
 * after its last chain transaction is finished; one cut off before is refused, naming what to do, since its contracts
 * may still obey the deployer.
 * @param signer Needed only to deploy.
 * @param at The result is stored here as JSON; a run in progress leaves a note beside it.
 * @throws Error if the chain is another one, or does not show what the plan asks for.
 */
export async function deployOnce(
  { provider, signer }: { provider: Provider; signer: () => Promise<Signer> },
  { plan, at }: { plan: DeploymentPlan; at: string },
): Promise<DeploymentOutcome> {
  const { chainId } = await provider.getNetwork();
  if (chainId !== plan.chainId) {
    throw new Error(`The configuration is for chain ${plan.chainId}, the node serves ${chainId}.`);
  }
  if (existsSync(at)) {
    const stored = JSON.parse(readFileSync(at, "utf8")) as StoredDeployment;
    await verify(provider, plan, stored);
    return { stored, deployed: false };
  }
  const note = `${at}.started`;
  if (existsSync(note))
    return { stored: await finish(provider, { plan, at, note }), deployed: false };

  const deploying = await signer();
  const deployer = await deploying.getAddress();
  const started: StartedDeployment = {
    deployer,
    firstNonce: await provider.getTransactionCount(deployer, "pending"),
    block: await provider.getBlockNumber(),
    plan: fingerprintOf(plan),
  };
  writeWhole(note, started);
  const deployment = await deployCorridor(deploying, plan.config);
  return { stored: keep({ at, note, deployer }, plan, deployment), deployed: true };
}

/** Finishes what an earlier run began, if all that is missing is the stored result. */
async function finish(
  provider: Provider,
  { plan, at, note }: { plan: DeploymentPlan; at: string; note: string },
): Promise<StoredDeployment> {
  const started = JSON.parse(readFileSync(note, "utf8")) as StartedDeployment;
  const remedy = `Nothing of it may be used. Delete ${note} to deploy anew, under other addresses.`;
  if (started.plan !== fingerprintOf(plan)) {
    throw new Error(`An earlier run began with another configuration and did not end. ${remedy}`);
  }
  const deployment = addressesFrom(started, plan);
  try {
    await verifyDeployment(provider, {
      config: plan.config,
      deployment,
      deployer: started.deployer,
    });
  } catch (cause) {
    throw new Error(`An earlier run stopped half-way. ${remedy}`, { cause });
  }
  return keep({ at, note, deployer: started.deployer }, plan, deployment);
}

/** The addresses follow from the deployer and its nonces, in the order in which `deployCorridor` deploys. */
function addressesFrom(started: StartedDeployment, plan: DeploymentPlan): Deployment {
  const from = started.deployer;
  const created = (place: number) => getCreateAddress({ from, nonce: started.firstNonce + place });
  return {
    chainId: Number(plan.chainId),
    accessManager: created(0),
    corridor: created(1),
    relay: created(2),
    tokens: Object.fromEntries(
      plan.config.tokens.map(({ currency }, index) => [currency, created(3 + index)]),
    ),
    block: started.block,
  };
}

function keep(
  { at, note, deployer }: { at: string; note: string; deployer: string },
  { chainId, accounts }: DeploymentPlan,
  { accessManager, corridor, relay, tokens, block }: Deployment,
): StoredDeployment {
  const network = {
    chainId: String(chainId),
    deployedInBlock: block,
    corridor,
    relay,
    tokens,
    accounts,
  };
  const stored = { network, accessManager, deployer };
  writeWhole(at, stored);
  rmSync(note);
  return stored;
}

async function verify(
  provider: Provider,
  plan: DeploymentPlan,
  { network, accessManager, deployer }: StoredDeployment,
): Promise<void> {
  const { chainId, deployedInBlock: block, corridor, relay, tokens } = network;
  const deployment = { chainId: Number(chainId), accessManager, corridor, relay, tokens, block };
  await verifyDeployment(provider, { config: plan.config, deployment, deployer });
}

function fingerprintOf(plan: DeploymentPlan): string {
  return id(JSON.stringify(plan, (_, value) => (typeof value === "bigint" ? `${value}` : value)));
}

/** Written under another name first: a file that is there is whole. */
function writeWhole(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

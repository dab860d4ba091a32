import { type BaseContract, ContractFactory, type Signer } from "ethers";
import { type ContractName, loadArtifact } from "./artifacts.ts";
import {
  checkDeploymentConfig,
  type Deployment,
  type DeploymentConfig,
} from "./deployment-config.ts";
import { setUpCorridor } from "./set-up-corridor.ts";
import { verifyDeployment } from "./verify-deployment.ts";

/**
 * Gas given to each deployment. Stated rather than estimated, so that a contract can be sent before the one it
 * points to is mined; the corridor, the largest, takes less than 4.5 million.
 */
const DEPLOYMENT_GAS = 6_000_000n;

/**
 * Deploys the access manager, the corridor, the relay and the tokens; admits the participants, sets limits, opens
 * every participant's account on every token; hands all roles over and keeps none. Then reads the result back from
 * the chain.
 *
 * Accounts set their signers themselves afterwards: nobody else can.
 * @param signer Pays for the deployment and holds nothing afterwards. Sends are awaited one by one, so that a
 * NonceManager or any signer that counts pending chain transactions will do.
 * @throws Error if the configuration contradicts itself, or the chain does not show what it asked for.
 */
export async function deployCorridor(
  signer: Signer,
  config: DeploymentConfig,
): Promise<Deployment> {
  checkDeploymentConfig(config);
  const { minHold, maxHold, maxReturn } = config.holds;
  const deployer = await signer.getAddress();
  if (deployer.toLowerCase() === config.governor.toLowerCase()) {
    throw new Error("The deployer gives every role up, so it cannot be the governor.");
  }
  const manager = await deployContract(signer, "AccessManager", [deployer]);
  const accessManager = await manager.getAddress();
  const corridorContract = await deployContract(signer, "Corridor", [
    accessManager,
    minHold,
    maxHold,
    maxReturn,
  ]);
  const corridor = await corridorContract.getAddress();
  const relayContract = await deployContract(signer, "Relay", [corridor]);

  const tokens: Record<string, string> = {};
  const deployed = [manager, corridorContract, relayContract];
  for (const { currency, name, symbol, decimals } of config.tokens) {
    const token = await deployContract(signer, "TokenisedDeposit", [
      name,
      symbol,
      decimals,
      accessManager,
      corridor,
    ]);
    tokens[currency] = await token.getAddress();
    deployed.push(token);
  }
  const block = await blockOfAll(deployed);
  const chainId = Number((await providerOf(signer).getNetwork()).chainId);
  const relay = await relayContract.getAddress();
  const deployment = { chainId, accessManager, corridor, relay, tokens, block };

  await setUpCorridor(signer, config, deployment);
  await verifyDeployment(providerOf(signer), { config, deployment, deployer });
  return deployment;
}

async function deployContract(
  signer: Signer,
  name: ContractName,
  parameters: unknown[],
): Promise<BaseContract> {
  const { abi, bytecode } = loadArtifact(name);
  const factory = new ContractFactory(abi, bytecode, signer);
  return await factory.deploy(...parameters, { gasLimit: DEPLOYMENT_GAS });
}

/** Waits until all are mined and returns the first one's block. */
async function blockOfAll(contracts: readonly BaseContract[]): Promise<number> {
  let first = Number.POSITIVE_INFINITY;
  for (const contract of contracts) {
    const receipt = await contract.deploymentTransaction()?.wait();
    if (!receipt) {
      throw new Error(`No receipt for the contract at ${await contract.getAddress()}.`);
    }
    first = Math.min(first, receipt.blockNumber);
  }
  return first;
}

function providerOf(signer: Signer) {
  if (signer.provider === null) {
    throw new Error("The deploying signer has no provider.");
  }
  return signer.provider;
}

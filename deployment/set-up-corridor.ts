import { Contract, Interface, type Signer } from "ethers";
import { loadArtifact } from "./artifacts.ts";
import { type Deployment, type DeploymentConfig, payerLimitsOf } from "./deployment-config.ts";
import {
  ADMIN_ROLE,
  CORRIDOR_FUNCTIONS,
  GOVERNOR_ROLE,
  GUARDIAN_ROLE,
  roleGrants,
  tokenFunctions,
} from "./wiring.ts";

/** Calls packed into one chain transaction: far below 16 million gas and 120,000 bytes. */
const CALLS_PER_CHAIN_TRANSACTION = 60;

/**
 * Everything between the bare contracts and a corridor that runs without its deployer. As long as no function is
 * given to a role, the deployer may call all of them as admin; so the participants, tokens and limits come first,
 * then the roles, and in the last chain transaction the deployer's own role goes.
 */
export async function setUpCorridor(
  signer: Signer,
  config: DeploymentConfig,
  deployment: Deployment,
): Promise<void> {
  const managerInterface = new Interface(loadArtifact("AccessManager").abi);
  const manager = new Contract(deployment.accessManager, managerInterface, signer);
  const calls = [
    ...registrationCalls(config, deployment).map(({ target, data }) =>
      managerInterface.encodeFunctionData("execute", [target, data]),
    ),
    ...roleCalls(managerInterface, config, deployment),
    managerInterface.encodeFunctionData("renounceRole", [ADMIN_ROLE, await signer.getAddress()]),
  ];
  for (let start = 0; start < calls.length; start += CALLS_PER_CHAIN_TRANSACTION) {
    const pack = calls.slice(start, start + CALLS_PER_CHAIN_TRANSACTION);
    const sent = await manager.getFunction("multicall").send(pack);
    await sent.wait();
  }
}

interface TargetCall {
  target: string;
  data: string;
}

function registrationCalls(config: DeploymentConfig, deployment: Deployment): TargetCall[] {
  const corridor = new Interface(loadArtifact("Corridor").abi);
  const deposit = new Interface(loadArtifact("TokenisedDeposit").abi);
  const toCorridor = (name: string, values: unknown[]): TargetCall => ({
    target: deployment.corridor,
    data: corridor.encodeFunctionData(name, values),
  });
  const accounts = config.participants.map(({ account }) => account);
  const tokens = Object.values(deployment.tokens);
  return [
    ...accounts.map((account) => toCorridor("admit", [account])),
    ...tokens.map((token) => toCorridor("registerToken", [token])),
    ...payerLimitsOf(config).map((limit) =>
      toCorridor("raiseLimit", [
        deployment.tokens[limit.token],
        limit.payer,
        [limit.maxPerTransfer, limit.bucketCapacity, limit.windowSeconds],
      ]),
    ),
    ...tokens.flatMap((token) =>
      accounts.map((account) => ({
        target: token,
        data: deposit.encodeFunctionData("openAccount", [account]),
      })),
    ),
  ];
}

function roleCalls(manager: Interface, config: DeploymentConfig, deployment: Deployment): string[] {
  const corridor = new Interface(loadArtifact("Corridor").abi);
  const deposit = new Interface(loadArtifact("TokenisedDeposit").abi);
  const assign = (target: string | undefined, contract: Interface) => {
    return ({ role, functions }: { role: bigint; functions: readonly string[] }) => {
      const selectors = functions.map((name) => contract.getFunction(name)?.selector);
      return manager.encodeFunctionData("setTargetFunctionRole", [target, selectors, role]);
    };
  };
  const grants = roleGrants(config);
  return [
    ...CORRIDOR_FUNCTIONS.map(assign(deployment.corridor, corridor)),
    ...config.tokens.flatMap(({ currency }, index) =>
      tokenFunctions(index).map(assign(deployment.tokens[currency], deposit)),
    ),
    manager.encodeFunctionData("setRoleGuardian", [GOVERNOR_ROLE, GUARDIAN_ROLE]),
    ...grants
      .filter(({ role }) => role !== ADMIN_ROLE)
      .map(({ role, label }) => manager.encodeFunctionData("labelRole", [role, label])),
    ...grants.map(({ role, account, delaySeconds }) =>
      manager.encodeFunctionData("grantRole", [role, account, delaySeconds]),
    ),
  ];
}

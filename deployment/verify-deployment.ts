import { Contract, Interface, type Provider } from "ethers";
import { type ContractName, loadArtifact } from "./artifacts.ts";
import { type Deployment, type DeploymentConfig, payerLimitsOf } from "./deployment-config.ts";
import { unknownMembers } from "./unknown-members.ts";
import {
  ADMIN_ROLE,
  CORRIDOR_FUNCTIONS,
  GOVERNOR_ROLE,
  GUARDIAN_ROLE,
  roleGrants,
  tokenFunctions,
} from "./wiring.ts";

interface Verification {
  config: DeploymentConfig;
  deployment: Deployment;
  /** The address that deployed, which must hold nothing any more unless the configuration gives it a role. */
  deployer: string;
}

/**
 * Reads a deployment back from the chain and holds it against its configuration: code, clock bounds, roles, delays,
 * functions, registrations, limits, and that neither the deployer nor anybody else holds a role besides.
 * @throws Error listing every difference.
 */
export async function verifyDeployment(
  provider: Provider,
  verification: Verification,
): Promise<void> {
  const differences = [
    ...(await corridorDifferences(provider, verification)),
    ...(await participantDifferences(provider, verification)),
    ...(await tokenDifferences(provider, verification)),
    ...(await roleDifferences(provider, verification)),
    ...(await unknownMembers(provider, verification)),
  ];
  if (differences.length > 0) {
    throw new Error(`The deployment is not as configured:\n${differences.join("\n")}`);
  }
}

/** One fact: what was configured and what the chain answers, compared as text. */
function difference(fact: { name: string; expected: unknown; actual: unknown }): string[] {
  const expected = String(fact.expected);
  const actual = String(fact.actual);
  const equal = expected.toLowerCase() === actual.toLowerCase();
  return equal ? [] : [`${fact.name}: expected ${expected}, found ${actual}`];
}

function reader(provider: Provider, name: ContractName, address: string | undefined) {
  if (address === undefined) {
    throw new Error(`The deployment has no address for a configured ${name}.`);
  }
  const contract = new Contract(address, loadArtifact(name).abi, provider);
  return async (view: string, ...values: unknown[]): Promise<unknown> =>
    await contract.getFunction(view).staticCall(...values);
}

async function corridorDifferences(
  provider: Provider,
  { config, deployment }: Verification,
): Promise<string[]> {
  const corridor = reader(provider, "Corridor", deployment.corridor);
  const relay = reader(provider, "Relay", deployment.relay);
  const { minHold, maxHold, maxReturn } = config.holds;
  const facts = [
    { name: "minHold", expected: minHold, actual: await corridor("minHold") },
    { name: "maxHold", expected: maxHold, actual: await corridor("maxHold") },
    { name: "maxReturn", expected: maxReturn, actual: await corridor("maxReturn") },
    {
      name: "authority of the corridor",
      expected: deployment.accessManager,
      actual: await corridor("authority"),
    },
    {
      name: "corridor of the relay",
      expected: deployment.corridor,
      actual: await relay("corridor"),
    },
    { name: "paused", expected: false, actual: await corridor("paused") },
  ];
  return facts.flatMap(difference);
}

async function participantDifferences(
  provider: Provider,
  { config, deployment }: Verification,
): Promise<string[]> {
  const corridor = reader(provider, "Corridor", deployment.corridor);
  const differences: string[] = [];
  for (const { account } of config.participants) {
    const [, admitted, active] = (await corridor("participantOf", account)) as unknown[];
    const actual = [admitted, active];
    differences.push(...difference({ name: account, expected: [true, true], actual }));
  }
  for (const limit of payerLimitsOf(config)) {
    const token = deployment.tokens[limit.token];
    const [actual] = (await corridor("limitOf", token, limit.payer)) as unknown[];
    const expected = [limit.maxPerTransfer, limit.bucketCapacity, limit.windowSeconds];
    const name = `limit of ${limit.payer} in ${limit.token}`;
    differences.push(...difference({ name, expected, actual }));
  }
  return differences;
}

async function tokenDifferences(
  provider: Provider,
  { config, deployment }: Verification,
): Promise<string[]> {
  const corridor = reader(provider, "Corridor", deployment.corridor);
  const differences: string[] = [];
  for (const { currency, name, symbol, decimals } of config.tokens) {
    const address = deployment.tokens[currency];
    const token = reader(provider, "TokenisedDeposit", address);
    const expected = [
      name,
      symbol,
      decimals,
      deployment.accessManager,
      deployment.corridor,
      true,
      ...config.participants.map(() => true),
    ];
    const actual = [
      await token("name"),
      await token("symbol"),
      await token("decimals"),
      await token("authority"),
      await token("corridor"),
      await corridor("isRegistered", address),
    ];
    for (const { account } of config.participants) {
      actual.push(await token("canReceive", account));
    }
    differences.push(...difference({ name: `token ${currency}`, expected, actual }));
  }
  return differences;
}

async function roleDifferences(
  provider: Provider,
  { config, deployment, deployer }: Verification,
): Promise<string[]> {
  const manager = reader(provider, "AccessManager", deployment.accessManager);
  const differences: string[] = [];
  const grants = roleGrants(config);
  for (const { role, label, account, delaySeconds } of grants) {
    const actual = await manager("hasRole", role, account);
    const name = `${label} of ${account}`;
    differences.push(...difference({ name, expected: [true, delaySeconds], actual }));
    const given = grants.some(
      (grant) => grant.role === role && grant.account.toLowerCase() === deployer.toLowerCase(),
    );
    const [kept] = (await manager("hasRole", role, deployer)) as unknown[];
    const keptName = `${label} kept by the deployer`;
    differences.push(...difference({ name: keptName, expected: given, actual: kept }));
  }
  const cancelling = await manager("getRoleGuardian", GOVERNOR_ROLE);
  const name = "role that cancels the governor's announcements";
  differences.push(...difference({ name, expected: GUARDIAN_ROLE, actual: cancelling }));
  differences.push(...(await functionDifferences(manager, { config, deployment })));
  return differences;
}

/** Every function that is restricted, listed in the wiring or not, against the role that may call it. */
async function functionDifferences(
  manager: ReturnType<typeof reader>,
  { config, deployment }: Omit<Verification, "deployer">,
): Promise<string[]> {
  const contracts: { name: ContractName; address: string | undefined; wiring: WiredFunctions }[] = [
    { name: "Corridor", address: deployment.corridor, wiring: CORRIDOR_FUNCTIONS },
    ...config.tokens.map(({ currency }, index) => ({
      name: "TokenisedDeposit" as const,
      address: deployment.tokens[currency],
      wiring: tokenFunctions(index),
    })),
  ];
  const differences: string[] = [];
  for (const { name, address, wiring } of contracts) {
    for (const fragment of changingFunctions(name)) {
      const listed = wiring.find(({ functions }) => functions.includes(fragment.name));
      const actual = await manager("getTargetFunctionRole", address, fragment.selector);
      const expected = listed?.role ?? ADMIN_ROLE;
      differences.push(
        ...difference({ name: `role of ${name}.${fragment.name}`, expected, actual }),
      );
    }
  }
  return differences;
}

type WiredFunctions = ReturnType<typeof tokenFunctions>;

function changingFunctions(name: ContractName): { name: string; selector: string }[] {
  const functions: { name: string; selector: string }[] = [];
  new Interface(loadArtifact(name).abi).forEachFunction((fragment) => {
    if (!fragment.constant) {
      functions.push({ name: fragment.name, selector: fragment.selector });
    }
  });
  return functions;
}

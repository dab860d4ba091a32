import { Contract, type EventLog, type Provider } from "ethers";
import { loadArtifact } from "./artifacts.ts";
import type { Deployment, DeploymentConfig } from "./deployment-config.ts";
import { roleGrants } from "./wiring.ts";

/**
 * Everybody who holds a role that the configuration does not give, as one line each. AccessManager keeps no list of
 * members, so whoever was ever granted a role is read from its events and asked about.
 */
export async function unknownMembers(
  provider: Provider,
  { config, deployment }: { config: DeploymentConfig; deployment: Deployment },
): Promise<string[]> {
  const { abi } = loadArtifact("AccessManager");
  const manager = new Contract(deployment.accessManager, abi, provider);
  const keyOf = (role: bigint, account: string) => `${role} ${account.toLowerCase()}`;
  const given = new Set(roleGrants(config).map(({ role, account }) => keyOf(role, account)));
  const events = await manager.queryFilter("RoleGranted", deployment.block);
  const granted = new Map<string, { role: bigint; account: string }>();
  for (const { args } of events as EventLog[]) {
    const member = { role: BigInt(args[0]), account: String(args[1]) };
    granted.set(keyOf(member.role, member.account), member);
  }
  const lines: string[] = [];
  for (const [key, { role, account }] of granted) {
    if (given.has(key)) continue;
    const [holds] = await manager.getFunction("hasRole").staticCall(role, account);
    if (holds) lines.push(`role ${role}: held by ${account}, who is not configured`);
  }
  return lines;
}

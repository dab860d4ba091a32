import type { DeploymentConfig } from "./deployment-config.ts";

/** OpenZeppelin AccessManager's own role: grants and revokes all others. */
export const ADMIN_ROLE = 0n;
/** Loosens, after a delay. */
export const GOVERNOR_ROLE = 1n;
/** Tightens, at once, and cancels what the governor announced. */
export const GUARDIAN_ROLE = 2n;

const FIRST_TOKEN_ROLE = 100n;

/** The role that issues the token at this place of the configuration. */
export function issuerRoleOf(tokenIndex: number): bigint {
  return FIRST_TOKEN_ROLE + 2n * BigInt(tokenIndex);
}

/** The role that opens, closes and freezes accounts of the token at this place of the configuration. */
export function complianceRoleOf(tokenIndex: number): bigint {
  return FIRST_TOKEN_ROLE + 2n * BigInt(tokenIndex) + 1n;
}

/** Which functions of the corridor which role may call. What is not listed, nobody but the admin role may. */
export const CORRIDOR_FUNCTIONS: readonly { role: bigint; functions: readonly string[] }[] = [
  {
    role: GOVERNOR_ROLE,
    functions: ["admit", "registerToken", "raiseLimit", "unpause", "reactivate"],
  },
  { role: GUARDIAN_ROLE, functions: ["pause", "lowerLimit", "deactivate"] },
];

/** The same of the token at this place of the configuration. */
export function tokenFunctions(
  tokenIndex: number,
): readonly { role: bigint; functions: readonly string[] }[] {
  return [
    { role: issuerRoleOf(tokenIndex), functions: ["issue"] },
    {
      role: complianceRoleOf(tokenIndex),
      functions: ["openAccount", "closeAccount", "setFrozenTokens", "forcedTransfer"],
    },
  ];
}

/** One membership: who holds a role, and how long each use of it must be announced before. */
export interface RoleGrant {
  role: bigint;
  label: string;
  account: string;
  delaySeconds: number;
}

/** Everybody who holds a role once the deployment is done. The deployer is not among them. */
export function roleGrants(config: DeploymentConfig): RoleGrant[] {
  const { governor, guardian, delays } = config;
  return [
    { role: GOVERNOR_ROLE, label: "GOVERNOR", account: governor, delaySeconds: delays.governor },
    { role: GUARDIAN_ROLE, label: "GUARDIAN", account: guardian, delaySeconds: 0 },
    ...config.tokens.flatMap(({ currency, issuer, compliance }, index) => [
      {
        role: issuerRoleOf(index),
        label: `ISSUER_${currency}`,
        account: issuer,
        delaySeconds: 0,
      },
      {
        role: complianceRoleOf(index),
        label: `COMPLIANCE_${currency}`,
        account: compliance,
        delaySeconds: 0,
      },
    ]),
    { role: ADMIN_ROLE, label: "ADMIN", account: governor, delaySeconds: delays.admin },
  ];
}

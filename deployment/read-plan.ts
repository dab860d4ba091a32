import { readFileSync } from "node:fs";
import { z } from "zod";
import { currencyOf } from "../protocol/currency.ts";
import { parseAmount } from "../protocol/money.ts";
import { addressSchema } from "../protocol/wire/primitives.ts";
import { checkDeploymentConfig, type DeploymentConfig } from "./deployment-config.ts";

const seconds = z.int().min(0);
const amount = z.string();

const planSchema = z.strictObject({
  chainId: z
    .string()
    .regex(/^[1-9][0-9]*$/)
    .transform(BigInt),
  holds: z.strictObject({ minHold: seconds.min(1), maxHold: seconds, maxReturn: seconds }),
  delays: z.strictObject({ governor: seconds, admin: seconds }),
  governor: addressSchema,
  guardian: addressSchema,
  tokens: z.array(
    z.strictObject({
      currency: z.string(),
      name: z.string().min(1),
      symbol: z.string().min(1),
      issuer: addressSchema,
      compliance: addressSchema,
    }),
  ),
  participants: z.array(z.strictObject({ id: z.string().min(1), account: addressSchema })),
  limits: z.array(
    z.strictObject({
      currency: z.string(),
      payer: z.string().optional(),
      maxPerTransfer: amount,
      bucketCapacity: amount,
      windowSeconds: seconds.min(1),
    }),
  ),
});

type PlanFile = z.output<typeof planSchema>;

/** What one configuration file asks for: the chain it is meant for, and the corridor on it. */
export interface DeploymentPlan {
  chainId: bigint;
  config: DeploymentConfig;
  /** Accounts by participant id. */
  accounts: Record<string, string>;
}

/**
 * Reads a deployment's configuration file. Amounts are in major units of their currency ("20000.00"); a limit may
 * name the participant it is for.
 * @throws Error naming the field that is missing, unknown or contradicts another.
 */
export function readPlan(path: string): DeploymentPlan {
  const parsed = planSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  const file = parsed.data;
  const accounts = Object.fromEntries(file.participants.map(({ id, account }) => [id, account]));
  if (Object.keys(accounts).length !== file.participants.length) {
    throw new Error(`${path}: two participants have one id.`);
  }
  const config: DeploymentConfig = {
    holds: file.holds,
    delays: file.delays,
    governor: file.governor,
    guardian: file.guardian,
    tokens: file.tokens.map((token) => ({ ...token, decimals: currencyOf(token.currency).scale })),
    participants: file.participants.map(({ account }) => ({ account })),
    limits: file.limits.map((limit) => limitOf(limit, accounts)),
  };
  checkDeploymentConfig(config);
  return { chainId: file.chainId, config, accounts };
}

function limitOf(limit: PlanFile["limits"][number], accounts: Record<string, string>) {
  const { currency, payer, windowSeconds } = limit;
  const account = payer === undefined ? undefined : accounts[payer];
  if (payer !== undefined && account === undefined) {
    throw new Error(`A limit names ${payer}, which is no configured participant.`);
  }
  return {
    token: currency,
    ...(account === undefined ? {} : { payer: account }),
    maxPerTransfer: parseAmount(limit.maxPerTransfer, currency),
    bucketCapacity: parseAmount(limit.bucketCapacity, currency),
    windowSeconds,
  };
}

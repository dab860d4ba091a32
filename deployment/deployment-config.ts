/** One tokenised deposit to deploy. */
export interface TokenConfig {
  /** ISO 4217 code; names the token in limits and in the deployment. */
  currency: string;
  name: string;
  symbol: string;
  /** The currency's ISO 4217 scale. */
  decimals: number;
  /** The bank's address that issues. */
  issuer: string;
  /** The bank's address that opens, closes and freezes accounts. */
  compliance: string;
}

/** One participant to admit. */
export interface ParticipantConfig {
  account: string;
  /**
   * The key the account will set for itself: no deployment can set it. Checked here only for what would make
   * `setSigner` fail later.
   */
  signer?: string;
}

/** What a payer may reserve in one token. */
export interface LimitConfig {
  /** Currency of the token. */
  token: string;
  /** The payer's account; without it the limit is every participant's. */
  payer?: string;
  /** Minor units. */
  maxPerTransfer: bigint;
  /** Minor units; within any window at most twice this is reserved. */
  bucketCapacity: bigint;
  windowSeconds: number;
}

/** Everything a corridor is deployed from. */
export interface DeploymentConfig {
  /** Seconds: the bounds of a quote's clocks, fixed for ever. */
  holds: { minHold: number; maxHold: number; maxReturn: number };
  /** Seconds between announcing a loosening and doing it, for the governor role and for the admin role. */
  delays: { governor: number; admin: number };
  /** Holds the governor and admin roles, both delayed. */
  governor: string;
  /** Holds the guardian role: tightens at once. */
  guardian: string;
  tokens: readonly TokenConfig[];
  participants: readonly ParticipantConfig[];
  limits: readonly LimitConfig[];
}

/** Where everything stands on chain. Plain JSON. */
export interface Deployment {
  chainId: number;
  accessManager: string;
  corridor: string;
  relay: string;
  /** Token addresses by currency. */
  tokens: Record<string, string>;
  /** The block of the first deployed contract: no event of this corridor is older. */
  block: number;
}

/** A limit with the payer it is for. */
export interface PayerLimit extends LimitConfig {
  payer: string;
}

/** One limit per token and payer; a payer's own limit replaces the one for everybody. */
export function payerLimitsOf(config: DeploymentConfig): PayerLimit[] {
  const general = config.limits.filter((limit) => limit.payer === undefined);
  const byPayer = new Map<string, PayerLimit>();
  for (const limit of general) {
    for (const { account } of config.participants) {
      byPayer.set(`${limit.token} ${account.toLowerCase()}`, { ...limit, payer: account });
    }
  }
  for (const limit of config.limits) {
    if (limit.payer !== undefined) {
      const own = { ...limit, payer: limit.payer };
      byPayer.set(`${limit.token} ${limit.payer.toLowerCase()}`, own);
    }
  }
  return [...byPayer.values()];
}

/**
 * Refuses a configuration whose deployment would fail half-way or leave something unusable.
 * @throws Error naming the first contradiction.
 */
export function checkDeploymentConfig(config: DeploymentConfig): void {
  const currencies = config.tokens.map((token) => token.currency);
  refuseRepeated({ what: "currency", values: currencies });
  const accounts = config.participants.map(({ account }) => account.toLowerCase());
  refuseRepeated({ what: "participant", values: accounts });
  const signers = config.participants.flatMap(({ signer }) => signer?.toLowerCase() ?? []);
  refuseRepeated({ what: "signer", values: signers });
  for (const limit of config.limits) {
    if (!currencies.includes(limit.token)) {
      throw new Error(`A limit names ${limit.token}, which is no configured token.`);
    }
    if (limit.payer !== undefined && !accounts.includes(limit.payer.toLowerCase())) {
      throw new Error(`A limit names ${limit.payer}, which is no configured participant.`);
    }
  }
  if (config.governor.toLowerCase() === config.guardian.toLowerCase()) {
    throw new Error("The governor and the guardian must be two addresses.");
  }
}

function refuseRepeated(named: { what: string; values: readonly string[] }): void {
  const repeated = named.values.find((value, index) => named.values.indexOf(value) !== index);
  if (repeated !== undefined) {
    throw new Error(`The ${named.what} ${repeated} is configured twice.`);
  }
}

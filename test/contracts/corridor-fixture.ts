import { computeAddress, id, SigningKey } from "ethers";
import { network } from "hardhat";
import { deployCorridor } from "../../deployment/deploy-corridor.ts";
import type { DeploymentConfig } from "../../deployment/deployment-config.ts";
import { environment } from "../fixtures/environment.ts";
import { connectAnvil } from "./connect-anvil.ts";

/**
 * One simulated chain for a test file; `loadFixture` takes it back to the fixture's end before each test. Hardhat's
 * own, or with CONTRACT_ENGINE=anvil a second one, of other authors and in another language.
 */
export async function connectChain() {
  if (environment.contractEngine !== "anvil") return await network.connect();
  return await connectAnvil();
}

export type Chain = Awaited<ReturnType<typeof connectChain>>;
export type Account = Awaited<ReturnType<Chain["ethers"]["getSigners"]>>[number];

export const HOLDS = { minHold: 30, maxHold: 3 * 86_400, maxReturn: 30 * 86_400 };
export const DELAYS = { governor: 3_600, admin: 7_200 };
export const MAX_PER_TRANSFER = 10_000_000n;
export const BUCKET_CAPACITY = 10_000_000_000n;
export const WINDOW_SECONDS = 86_400;
/** What each party's position is at the fixture's end, in minor units of the token it pays. */
export const START_POSITION = 1_000_000_000_000n;
/** What bank and payee start with of the token they are paid in: enough to give transfers back. */
export const START_COUNTER_POSITION = 1_000_000_000n;

/** The hot keys, apart from the accounts they sign for. */
export const KEYS = {
  bank: new SigningKey(id("bank signer")),
  payer: new SigningKey(id("payer signer")),
  payee: new SigningKey(id("payee signer")),
  stranger: new SigningKey(id("stranger signer")),
};

async function namedAccounts(chain: Chain) {
  const signers = await chain.ethers.getSigners();
  const at = (index: number): Account => {
    const signer = signers[index];
    if (signer === undefined) throw new Error(`The chain has no account ${index}.`);
    return signer;
  };
  return {
    deployer: at(0),
    governor: at(1),
    guardian: at(2),
    issuer: at(3),
    compliance: at(4),
    bank: at(5),
    payer: at(6),
    payee: at(7),
    stranger: at(8),
  };
}

export type Accounts = Awaited<ReturnType<typeof namedAccounts>>;

/** The configuration every contract test deploys from. */
export function testConfig(accounts: Accounts): DeploymentConfig {
  const token = (currency: string) => ({
    currency,
    name: `Test Bank ${currency}`,
    symbol: `tb${currency}`,
    decimals: 2,
    issuer: accounts.issuer.address,
    compliance: accounts.compliance.address,
  });
  const limit = (currency: string) => ({
    token: currency,
    payer: accounts.payer.address,
    maxPerTransfer: MAX_PER_TRANSFER,
    bucketCapacity: BUCKET_CAPACITY,
    windowSeconds: WINDOW_SECONDS,
  });
  return {
    holds: HOLDS,
    delays: DELAYS,
    governor: accounts.governor.address,
    guardian: accounts.guardian.address,
    tokens: [token("HKD"), token("PHP")],
    participants: [accounts.bank, accounts.payer, accounts.payee].map(({ address }) => ({
      account: address,
    })),
    limits: [limit("HKD")],
  };
}

async function deployedContracts(chain: Chain, accounts: Accounts) {
  const deployment = await deployCorridor(accounts.deployer, testConfig(accounts));
  const { ethers } = chain;
  return {
    deployment,
    manager: await ethers.getContractAt("AccessManager", deployment.accessManager),
    corridor: await ethers.getContractAt("Corridor", deployment.corridor),
    relay: await ethers.getContractAt("Relay", deployment.relay),
    hkd: await ethers.getContractAt("TokenisedDeposit", deployment.tokens.HKD ?? ""),
    php: await ethers.getContractAt("TokenisedDeposit", deployment.tokens.PHP ?? ""),
  };
}

/** A deployed corridor without signers, tokens or positions. */
export async function deployedFixture(chain: Chain) {
  const accounts = await namedAccounts(chain);
  return { chain, accounts, ...(await deployedContracts(chain, accounts)) };
}

/** A corridor ready to reserve: signers set, tokens issued and deposited. */
export async function corridorFixture(chain: Chain) {
  const fixture = await deployedFixture(chain);
  const { accounts, corridor, hkd, php } = fixture;
  for (const party of ["bank", "payer", "payee"] as const) {
    await corridor.connect(accounts[party]).setSigner(computeAddress(KEYS[party]));
  }
  const fund = async (token: typeof hkd, account: Account, amount: bigint) => {
    const fundingId = id(`${await token.getAddress()} ${account.address} ${amount}`);
    await token.connect(accounts.issuer).issue(account.address, amount, fundingId);
    await token.connect(account).approve(await corridor.getAddress(), amount);
    await corridor.connect(account).deposit(await token.getAddress(), amount);
  };
  await fund(hkd, accounts.payer, START_POSITION);
  await fund(php, accounts.bank, START_POSITION);
  await fund(hkd, accounts.bank, START_COUNTER_POSITION);
  await fund(php, accounts.payee, START_COUNTER_POSITION);
  return fixture;
}

export type CorridorFixture = Awaited<ReturnType<typeof corridorFixture>>;

import { id, JsonRpcProvider } from "ethers";
import { network as hardhat } from "hardhat";
import { deployCorridor } from "../../../deployment/deploy-corridor.ts";
import { corridorAbi, depositAbi } from "../../../protocol/contract-abi.ts";
import type { Address } from "../../../protocol/messages.ts";
import type { Network } from "../../../protocol/network.ts";
import { localSigner } from "../../../protocol/signature.ts";
import { createChainAccount } from "../../../server/foundation/chain/chain-account.ts";
import { type ChainConnection, connectChain } from "../../../server/foundation/chain/connect.ts";

const DAY_SECONDS = 86_400;

/** Test keys, each derived from what it is for. */
export const KEYS = {
  bank: id("meridian-bank account"),
  bankSigner: id("meridian-bank signer"),
  payer: id("harbour-wallet account"),
  payerSigner: id("harbour-wallet signer"),
  payee: id("island-wallet account"),
  payeeSigner: id("island-wallet signer"),
  compliance: id("meridian-bank compliance"),
} as const;

export const addressOf = (key: string): Address => localSigner(key).address;

/** A Hardhat chain behind real JSON-RPC, with a corridor deployed and three parties admitted. */
export interface TestChain extends AsyncDisposable {
  readonly rpcUrl: string;
  readonly network: Network;
  readonly connection: ChainConnection;
}

export async function startTestChain(): Promise<TestChain> {
  const server = await hardhat.createServer("default", "127.0.0.1", 0);
  const { port } = await server.listen();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const provider = new JsonRpcProvider(rpcUrl, undefined, {
    cacheTimeout: -1,
    pollingInterval: 10,
    batchMaxCount: 1,
  });
  for (const key of Object.values(KEYS)) {
    await provider.send("hardhat_setBalance", [addressOf(key), "0x56bc75e2d63100000"]);
  }
  const [deployer, governor, guardian] = await provider.listAccounts();
  if (!deployer || !governor || !guardian) throw new Error("the chain has no accounts");
  const deployment = await deployCorridor(deployer, {
    holds: { minHold: 30, maxHold: 3 * DAY_SECONDS, maxReturn: 30 * DAY_SECONDS },
    delays: { governor: 60, admin: 120 },
    governor: governor.address,
    guardian: guardian.address,
    tokens: ["HKD", "PHP"].map((currency) => ({
      currency,
      name: `Meridian ${currency}`,
      symbol: `m${currency}`,
      decimals: 2,
      issuer: addressOf(KEYS.bank),
      compliance: addressOf(KEYS.compliance),
    })),
    participants: [KEYS.bank, KEYS.payer, KEYS.payee].map((key) => ({ account: addressOf(key) })),
    limits: [
      {
        token: "HKD",
        maxPerTransfer: 10n ** 12n,
        bucketCapacity: 10n ** 14n,
        windowSeconds: 3_600,
      },
    ],
  });
  provider.destroy();
  const network: Network = {
    chainId: BigInt(deployment.chainId),
    deployedInBlock: deployment.block,
    corridor: deployment.corridor as Address,
    relay: deployment.relay as Address,
    tokens: deployment.tokens as Record<string, Address>,
    accounts: {
      "meridian-bank": addressOf(KEYS.bank),
      "harbour-wallet": addressOf(KEYS.payer),
      "island-wallet": addressOf(KEYS.payee),
    },
  };
  const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth: 0 });
  return {
    rpcUrl,
    network,
    connection,
    async [Symbol.asyncDispose]() {
      connection.provider.destroy();
      await server.close();
    },
  };
}

/** A wallet's own acts on chain: its treasury, as another company would write it. */
export function partyOn(chain: TestChain, key: string) {
  const account = createChainAccount(chain.connection, key);
  const { corridor, tokens } = chain.network;
  const token = (currency: string): Address => {
    const address = tokens[currency];
    if (address === undefined) throw new Error(`no token for ${currency}`);
    return address;
  };
  const toToken = (currency: string, name: string, values: unknown[]) =>
    account.send({ to: token(currency), data: depositAbi.encodeFunctionData(name, values) });
  const toCorridor = (name: string, values: unknown[]) =>
    account.send({ to: corridor, data: corridorAbi.encodeFunctionData(name, values) });
  return {
    address: account.address,
    token,
    setSigner: (signer: Address) => toCorridor("setSigner", [signer]),
    transfer: (currency: string, to: Address, amount: bigint) =>
      account.send({
        to: token(currency),
        data: `0xa9059cbb${to.slice(2).padStart(64, "0")}${amount.toString(16).padStart(64, "0")}`,
      }),
    async deposit(currency: string, amount: bigint) {
      await toToken(currency, "approve", [corridor, amount]);
      await toCorridor("deposit", [token(currency), amount]);
    },
    withdraw: (currency: string, amount: bigint) =>
      toCorridor("withdraw", [token(currency), amount]),
    redeem: (currency: string, amount: bigint, redemptionId: string) =>
      toToken(currency, "redeem", [amount, redemptionId]),
    call: toCorridor,
  };
}

/** Moves the chain's clock forward and mines a block there. */
export async function passTime(chain: TestChain, seconds: number): Promise<void> {
  await chain.connection.provider.send("evm_increaseTime", [seconds]);
  await chain.connection.provider.send("evm_mine", []);
}

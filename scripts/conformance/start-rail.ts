import { randomBytes } from "node:crypto";
import { Wallet } from "ethers";
import { corridorAbi, depositAbi } from "../../protocol/contract-abi.ts";
import type { Corridor, Participant } from "../../protocol/corridor.ts";
import type { Address } from "../../protocol/messages.ts";
import { type Network, networkSchema, type WireNetwork } from "../../protocol/network.ts";
import {
  type ChainAccount,
  createChainAccount,
} from "../../server/foundation/chain/chain-account.ts";
import { type ChainConnection, connectChain } from "../../server/foundation/chain/connect.ts";
import { startLocalChain } from "../../server/local/chain/start-chain.ts";
import { deployLocally, LOCAL_CHAIN_ID } from "../../server/local/deploy-locally.ts";
import { developmentKey } from "../../server/local/keys.ts";
import { type LocalPlan, pathIn, planCorridor } from "../../server/local/plan.ts";
import { writeFiles } from "../../server/local/write-files.ts";
import type { WalletFile } from "./wallet-file.ts";

/** A chain of the kit's own with the contracts on it, and the kit in the places of bank, payer and relayer. */
export interface Rail extends AsyncDisposable {
  readonly rpcUrl: string;
  /** What the wallet under test pins. */
  readonly networkFile: string;
  readonly corridorsFile: string;
  readonly network: Network;
  /** The same companies under a second Corridor contract on the same chain: an impostor's. */
  readonly lookAlike: Network;
  readonly corridor: Corridor;
  readonly payee: Participant;
  readonly payer: { readonly participant: Participant; readonly signerKey: string };
  readonly bankSignerKey: string;
  readonly connection: ChainConnection;
  /** Sends to the contract, as anybody may. */
  readonly stranger: ChainAccount;
}

const STRANGER = 17;
const GAS_MONEY_WEI = 10n ** 19n;
/** Minor units of either currency: far more than a run moves. */
const FLOAT = 10n ** 12n;

/** The plan of a corridor into the wallet under test: its keys, and everybody else's of the local chain. */
async function planFor(directory: string, file: WalletFile, rpcPort: number | undefined) {
  const whole = await planCorridor({ directory });
  const corridor = whole.corridors.find(({ payee }) => payee === file.participant);
  if (!corridor) throw new Error(`the corridor file has no corridor into ${file.participant}`);
  const involved = new Set<string>([corridor.payer, corridor.payee]);
  const wallets = whole.wallets.filter(({ participant }) => involved.has(participant.id));
  const keys = {
    account: { privateKey: file.accountKey, address: file.account },
    signer: { privateKey: "", address: file.signer },
  };
  const plan: LocalPlan = {
    ...whole,
    corridors: [corridor],
    ports: { ...whole.ports, chain: rpcPort ?? whole.ports.chain },
    wallets: wallets.map((each) =>
      each.participant.id === corridor.payee ? { ...each, keys } : each,
    ),
  };
  const of = (id: string) => {
    const found = plan.wallets.find(({ participant }) => participant.id === id);
    if (!found) throw new Error(`the plan has no ${id}`);
    return found;
  };
  return { plan, corridor, payer: of(corridor.payer), payee: of(corridor.payee) };
}

/** Issues deposits to an account and moves them into its position. */
async function fund(
  accounts: { readonly bank: ChainAccount; readonly owner: ChainAccount },
  { token, corridor }: { readonly token: Address | undefined; readonly corridor: Address },
): Promise<void> {
  if (!token) throw new Error("the network lacks a token");
  const { bank, owner } = accounts;
  const funding = `0x${randomBytes(32).toString("hex")}`;
  const calls = [
    [bank, token, depositAbi.encodeFunctionData("issue", [owner.address, FLOAT, funding])],
    [owner, token, depositAbi.encodeFunctionData("approve", [corridor, FLOAT])],
    [owner, corridor, corridorAbi.encodeFunctionData("deposit", [token, FLOAT])],
  ] as const;
  for (const [account, to, data] of calls) await account.send({ to, data });
}

type Planned = Awaited<ReturnType<typeof planFor>>;

/** Sets everybody's signer, and gives payer and bank what they need to hold both legs. */
async function furnish(
  connection: ChainConnection,
  { plan, corridor, payer, payee }: Planned,
  wire: WireNetwork,
): Promise<Network> {
  const network = networkSchema.parse(wire);
  const accountOf = (key: string) => createChainAccount(connection, key);
  const bank = accountOf(plan.bank.keys.account.privateKey);
  const paying = accountOf(payer.keys.account.privateKey);
  const receiving = accountOf(payee.keys.account.privateKey);
  const signers = [
    [bank, plan.bank],
    [paying, payer],
    [receiving, payee],
  ] as const;
  for (const [account, { keys }] of signers) {
    const data = corridorAbi.encodeFunctionData("setSigner", [keys.signer.address]);
    await account.send({ to: network.corridor, data });
  }
  const { tokens } = network;
  const { sendCurrency, receiveCurrency } = corridor;
  const to = (currency: string) => ({ token: tokens[currency], corridor: network.corridor });
  await fund({ bank, owner: paying }, to(sendCurrency));
  await fund({ bank, owner: bank }, to(receiveCurrency));
  return network;
}

async function sendGasMoney({ provider }: ChainConnection, to: string): Promise<void> {
  const rich = new Wallet(developmentKey(STRANGER + 1).privateKey, provider);
  const sent = await rich.sendTransaction({ to, value: GAS_MONEY_WEI });
  await sent.wait();
}

/** Starts the kit's rail and writes, into a directory, the two files that the wallet under test pins. */
export async function startRail(options: {
  readonly directory: string;
  readonly wallet: WalletFile;
  readonly rpcPort?: number | undefined;
}): Promise<Rail> {
  await using stack = new AsyncDisposableStack();
  const planned = await planFor(options.directory, options.wallet, options.rpcPort);
  const { plan, corridor, payer, payee } = planned;
  const chain = stack.use(await startLocalChain({ host: plan.host, port: plan.ports.chain }));
  const { rpcUrl } = chain;
  const connection = await connectChain({ rpcUrl, chainId: LOCAL_CHAIN_ID, depth: 0 });
  connection.provider.pollingInterval = 50;
  stack.defer(() => connection.provider.destroy());
  await sendGasMoney(connection, options.wallet.account);
  const own = await deployLocally(plan, rpcUrl);
  const other = await deployLocally(plan, rpcUrl);
  writeFiles(plan, { network: own, sandboxKeys: {}, requestKeys: {} });
  const network = await furnish(connection, planned, own);
  const lookAlike = await furnish(connection, planned, other);
  const owned = stack.move();
  return {
    rpcUrl,
    networkFile: pathIn(plan, "network.json"),
    corridorsFile: pathIn(plan, "corridors.json"),
    network,
    lookAlike,
    corridor,
    payee: payee.participant,
    payer: { participant: payer.participant, signerKey: payer.keys.signer.privateKey },
    bankSignerKey: plan.bank.keys.signer.privateKey,
    connection,
    stranger: createChainAccount(connection, developmentKey(STRANGER).privateKey),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

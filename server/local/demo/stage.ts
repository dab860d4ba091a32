import type { Corridor } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { createRelayerClient, type RelayerClient } from "../../../sdk/api/relayer-client.ts";
import { type ChainConnection, connectChain } from "../../foundation/chain/connect.ts";
import { readNewestBlock } from "../../foundation/chain/read-blocks.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { RECIPIENT, SENDER } from "../first-transfer.ts";
import type { LocalCorridor } from "../start-corridor.ts";
import { createWalletApp, type WalletApp } from "../wallet-app.ts";
import type { Balances } from "./run-events.ts";

const FIRST_TOP_UP = { value: "50000.00", currency: "HKD" };

/** What the two phones stand on: their wallets' apps, and our own look at relayer and chain. */
export interface Stage extends AsyncDisposable {
  readonly local: LocalCorridor;
  readonly corridor: Corridor;
  readonly sender: typeof SENDER;
  readonly recipient: typeof RECIPIENT;
  readonly sending: WalletApp;
  readonly receiving: WalletApp;
  readonly relayer: RelayerClient;
  balances(): Promise<Balances>;
  /** The newest block's number and time (Unix seconds). */
  newestBlock(): Promise<{ readonly number: number; readonly time: number }>;
  /** What the chain holds of a batch, and until when (Unix seconds of the chain's clock). */
  batch(batchId: string): Promise<{ readonly status: string; readonly settleUntil: number }>;
}

/** Opens the stage on a running corridor's first pair, and both people's accounts unless they have them. */
export async function openStage(local: LocalCorridor): Promise<Stage> {
  const [corridor] = local.plan.corridors;
  if (!corridor) throw new Error("the plan has no corridor");
  const { payer, payee } = corridor;
  const sending = createWalletApp(local.walletUrl(payer));
  const receiving = createWalletApp(local.walletUrl(payee), local.controlUrl(payee));
  await sending.openAccount({ ...SENDER, balance: FIRST_TOP_UP });
  await receiving.openAccount(RECIPIENT);
  // A bad day that a power cut ended has not been undone.
  await receiving.setStatus(RECIPIENT.phone, "open");
  const { rpcUrl, network } = local;
  const connection: ChainConnection = await connectChain({
    rpcUrl,
    chainId: network.chainId,
    depth: 0,
  });
  const requestKey = local.requestKeyOf(payer);
  return {
    local,
    corridor,
    sender: SENDER,
    recipient: RECIPIENT,
    sending,
    receiving,
    relayer: createRelayerClient({ baseUrl: local.relayerUrl, requestKey }),
    async balances() {
      const [sender, recipient] = await Promise.all([
        sending.account(SENDER.phone),
        receiving.account(RECIPIENT.phone),
      ]);
      return { sender: sender.balance, recipient: recipient.balance };
    },
    async newestBlock() {
      const { number, timestamp } = await readNewestBlock(connection);
      return { number, time: Number(timestamp) };
    },
    async batch(batchId) {
      const view = { connection, corridor: network.corridor };
      const block = await readNewestBlock(connection);
      const { status, settleUntil } = await readBatch(view, batchId as BatchId, block);
      return { status, settleUntil: Number(settleUntil) };
    },
    async [Symbol.asyncDispose]() {
      connection.provider.destroy();
    },
  };
}

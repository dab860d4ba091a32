import type { Corridor } from "../../protocol/corridor.ts";
import type { Address } from "../../protocol/messages.ts";
import { createRelayerClient, type RelayerClient } from "../../sdk/api/relayer-client.ts";
import { connectChain } from "../../server/foundation/chain/connect.ts";
import type { CorridorView } from "../../server/foundation/chain/read-corridor.ts";
import { type BankBooks, createBankBooks } from "../../server/local/bank-books.ts";
import { urlOf } from "../../server/local/plan.ts";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";
import { createWalletApp, type WalletApp } from "../../server/local/wallet-app.ts";

/** A desk with every party's books open on it. */
export interface Desk extends AsyncDisposable {
  readonly local: LocalCorridor;
  readonly corridor: Corridor;
  readonly bankId: string;
  readonly sending: WalletApp;
  readonly receiving: WalletApp;
  readonly relayer: RelayerClient;
  readonly bank: BankBooks;
  /** Our own reading of the chain. */
  readonly view: CorridorView;
}

/** Opens a desk on a running corridor's first pair. */
export async function openDesk(local: LocalCorridor): Promise<Desk> {
  const { plan, network, rpcUrl } = local;
  const [corridor] = plan.corridors;
  if (!corridor) throw new Error("the plan has no corridor");
  const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth: 0 });
  return {
    local,
    corridor,
    bankId: plan.bank.participant.id,
    sending: createWalletApp(local.walletUrl(corridor.payer)),
    receiving: createWalletApp(local.walletUrl(corridor.payee), local.controlUrl(corridor.payee)),
    relayer: createRelayerClient({
      baseUrl: local.relayerUrl,
      requestKey: local.requestKeyOf(corridor.payer),
    }),
    bank: createBankBooks(urlOf(plan, plan.bank)),
    view: { connection, corridor: network.corridor },
    async [Symbol.asyncDispose]() {
      connection.provider.destroy();
    },
  };
}

/** A participant's account on chain. */
export function accountOf({ local }: Desk, id: string): Address {
  const account = local.network.accounts[id];
  if (!account) throw new Error(`${id} has no account`);
  return account;
}

/** The tokenised deposit of a currency. */
export function tokenOf({ local }: Desk, currency: string): Address {
  const token = local.network.tokens[currency];
  if (!token) throw new Error(`${currency} has no token`);
  return token;
}

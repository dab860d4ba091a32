import { randomUUID } from "node:crypto";
import type { Corridor } from "../../protocol/corridor.ts";
import { parseAmount } from "../../protocol/money.ts";
import { type DigestSigner, localSigner } from "../../protocol/signature.ts";
import { batchToWire } from "../../protocol/wire/messages.ts";
import type { PaymentDetails } from "../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../protocol/wire/primitives.ts";
import type {
  QuoteAnswer,
  WireBatchRequest,
  WireTransferRequest,
} from "../../protocol/wire/relayer.ts";
import { createRelayerClient, type RelayerClient } from "../../sdk/api/relayer-client.ts";
import { prepareBatch } from "../../sdk/send/prepare-batch.ts";
import type { LocalCorridor } from "./start-corridor.ts";

export interface DirectPerson {
  readonly name: string;
  readonly phone: string;
}

/** One payment that a direct payer makes. */
export interface DirectOrder {
  readonly sender: DirectPerson;
  readonly recipient: DirectPerson;
  readonly fixedSide?: "send" | "receive";
  readonly amount: { readonly value: string; readonly currency: string };
}

/**
 * A payer that talks to the relayer with its own key, as a wallet's back office does, without the users' accounts
 * around it: for measuring, and for tests that must send what a correct wallet never would.
 */
export interface DirectPayer {
  readonly relayer: RelayerClient;
  readonly corridor: Corridor;
  readonly signer: DigestSigner;
  quote(order: DirectOrder): Promise<QuoteAnswer>;
  detailsFor(order: DirectOrder, quote: QuoteAnswer): PaymentDetails;
  /** A signed order for one transfer. */
  sign(quote: QuoteAnswer, details: PaymentDetails): Promise<WireTransferRequest>;
  /** A signed order for several, all under one bank quote. */
  signMany(
    items: readonly { quote: QuoteAnswer; details: PaymentDetails }[],
  ): Promise<WireBatchRequest>;
}

const minorOf = (amount: { value: string; currency: string }) =>
  parseAmount(amount.value, amount.currency);

/** The payer of a running corridor's first (or given) pair. */
export function createDirectPayer(local: LocalCorridor, position = 0): DirectPayer {
  const corridor = local.plan.corridors[position];
  const wallet = local.plan.wallets.find(({ participant }) => participant.id === corridor?.payer);
  const payee = local.plan.wallets.find(({ participant }) => participant.id === corridor?.payee);
  if (!corridor || !wallet || !payee) throw new Error("the plan has no such corridor");
  const { network } = local;
  const deployment = { chainId: network.chainId, corridor: network.corridor };
  const signer = localSigner(wallet.keys.signer.privateKey);
  const requestKey = local.requestKeyOf(corridor.payer);
  const relayer = createRelayerClient({ baseUrl: local.relayerUrl, requestKey });

  async function prepare(items: readonly { quote: QuoteAnswer; details: PaymentDetails }[]) {
    const [first] = items;
    if (!first) throw new Error("a batch has transfers");
    return prepareBatch(signer, {
      deployment,
      quoteHash: first.quote.signedQuote.quoteHash,
      payments: items.map(({ quote, details }) => ({
        details,
        send: minorOf(quote.sendAmount),
        receive: minorOf(quote.receiveAmount),
      })),
    });
  }

  return {
    relayer,
    corridor,
    signer,
    quote: ({ sender, recipient, fixedSide = "send", amount }) =>
      relayer.quote({
        corridor: corridor.id,
        fixedSide,
        amount,
        debtor: { name: sender.name },
        creditor: { account: { type: "mobile", value: recipient.phone } },
      }),
    detailsFor: ({ sender, recipient }, quote) => ({
      uetr: randomUUID() as Uetr,
      endToEndId: "NOTPROVIDED",
      instructedAmount: quote.sendAmount,
      creditedAmount: quote.receiveAmount,
      exchangeRate: quote.rate,
      charges: quote.fees,
      debtor: { name: sender.name, account: { type: "mobile", value: sender.phone } },
      debtorAgent: wallet.participant.bic,
      creditor: { name: recipient.name, account: { type: "mobile", value: recipient.phone } },
      creditorAgent: payee.participant.bic,
      purpose: "MP2P",
    }),
    async sign(quote, details) {
      const { batch, signature, salts } = await prepare([{ quote, details }]);
      return {
        quoteId: quote.id,
        details,
        salt: salts[0] ?? "",
        batch: batchToWire(batch),
        signature,
      };
    },
    async signMany(items) {
      const { batch, signature, salts } = await prepare(items);
      const transfers = items.map(({ quote, details }, index) => ({
        quoteId: quote.id,
        details,
        salt: salts[index] ?? "",
      }));
      return { transfers, batch: batchToWire(batch), signature };
    },
  };
}

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { corridorAbi } from "../../../protocol/contract-abi.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { formatAmount, minorUnits, parseAmount } from "../../../protocol/money.ts";
import { receiveFor } from "../../../protocol/rate.ts";
import { localSigner } from "../../../protocol/signature.ts";
import { fxQuoteAnswerSchema } from "../../../protocol/wire/bank.ts";
import { batchToWire, quoteToWire } from "../../../protocol/wire/messages.ts";
import type {
  WireCreditAnswer,
  WireCreditInstruction,
} from "../../../protocol/wire/participant.ts";
import type { PaymentDetails } from "../../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import { type PreparedBatch, prepareBatch } from "../../../sdk/send/prepare-batch.ts";
import { createChainAccount } from "../../../server/foundation/chain/chain-account.ts";
import { connectChain } from "../../../server/foundation/chain/connect.ts";
import { developmentKey } from "../../../server/local/keys.ts";
import { urlOf } from "../../../server/local/plan.ts";
import type { TestCorridor } from "../../e2e/local-corridor.ts";

type Quote = Awaited<ReturnType<typeof fxQuoteAnswerSchema.parseAsync>>;

/** A batch that is on chain, and the instruction that goes with it. */
export interface ReservedBatch {
  readonly batchId: BatchId;
  readonly quote: Quote;
  readonly prepared: PreparedBatch;
  readonly instruction: WireCreditInstruction;
}

/** Any rich account: everybody may send anything to the corridor. */
const STRANGER = 17;

/**
 * A relayer of the test's own, in league with the payer: it can reserve whatever the payer and the bank have signed, and
 * tell the receiving wallet anything.
 */
export async function createOwnRelayer({ corridor }: TestCorridor) {
  const { plan, network, rpcUrl } = corridor;
  const [pair] = plan.corridors;
  const payer = plan.wallets.find(({ participant }) => participant.id === pair?.payer);
  const payee = plan.wallets.find(({ participant }) => participant.id === pair?.payee);
  if (!pair || !payer || !payee) throw new Error("the plan has no corridor");
  const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth: 0 });
  const stranger = createChainAccount(connection, developmentKey(STRANGER).privateKey);
  const signer = localSigner(payer.keys.signer.privateKey);
  const deployment = { chainId: network.chainId, corridor: network.corridor };

  async function askBank(): Promise<Quote> {
    const response = await fetch(new URL("/fx/quotes", urlOf(plan, plan.bank)), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        corridor: pair?.id,
        payer: payer?.keys.account.address,
        payee: payee?.keys.account.address,
      }),
    });
    return fxQuoteAnswerSchema.parse(await response.json());
  }

  function detailsFor(
    quote: Quote,
    phone: string,
    changes: Partial<PaymentDetails> = {},
  ): PaymentDetails {
    const send = parseAmount("100.00", "HKD");
    const receive = receiveFor({ send, rate: quote.quote.rate });
    return {
      uetr: randomUUID() as Uetr,
      endToEndId: "NOTPROVIDED",
      instructedAmount: { value: "100.00", currency: "HKD" },
      creditedAmount: { value: formatAmount(receive, "PHP"), currency: "PHP" },
      exchangeRate: quote.rateMajor,
      charges: [],
      debtor: { name: "Chan Tai Man", account: { type: "mobile", value: "+85260000000" } },
      debtorAgent: payer?.participant.bic ?? "",
      creditor: { name: "Juan Dela Cruz", account: { type: "mobile", value: phone } },
      creditorAgent: payee?.participant.bic ?? "",
      purpose: "MP2P",
      ...changes,
    };
  }

  /** Signs a batch of HK$100 each, without reserving it. */
  async function prepare(quote: Quote, details: readonly PaymentDetails[]): Promise<ReservedBatch> {
    const send = parseAmount("100.00", "HKD");
    const receive = receiveFor({ send, rate: quote.quote.rate });
    const prepared = await prepareBatch(signer, {
      deployment,
      quoteHash: quote.quoteHash,
      payments: details.map((each) => ({ details: each, send, receive })),
    });
    const items = details.map((each, index) => ({
      sendMinor: send.toString(),
      receiveMinor: minorUnits(receive).toString(),
      details: each,
      salt: prepared.salts[index] ?? "",
    }));
    const batch = batchToWire(prepared.batch);
    const instruction = { quote: quoteToWire(quote.quote), batch, items };
    return { batchId: prepared.batchId, quote, prepared, instruction };
  }

  async function send(name: string, args: readonly unknown[]): Promise<void> {
    const data = corridorAbi.encodeFunctionData(name, args);
    await stranger.send({ to: network.corridor, data });
  }

  return {
    askBank,
    detailsFor,
    prepare,
    async reserve(batch: ReservedBatch): Promise<ReservedBatch> {
      const { quote, prepared } = batch;
      const { batch: message, signature, instructions } = prepared;
      await send("reserve", [quote.quote, quote.signature, message, signature, instructions]);
      return batch;
    },
    expire: ({ quote, prepared }: ReservedBatch) => send("expire", [quote.quote, prepared.batch]),
    settle: ({ quote, prepared }: ReservedBatch, answer: WireCreditAnswer) =>
      send("settle", [quote.quote, prepared.batch, answer.rejections, [], answer.outcomeSignature]),
    /** Hands an instruction to the receiving wallet and answers what it said. */
    async credit(batchId: string, instruction: unknown) {
      const response = await fetch(`${urlOf(plan, payee)}/credits/${batchId}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(instruction),
      });
      const body = (await response.json()) as WireCreditAnswer & { code?: string };
      return { status: response.status, body };
    },
    /** The receiving wallet's database, beside the wallet: to let time pass, or to break what it holds. */
    openPayeesDatabase() {
      const directory = join(plan.directory, payee?.participant.id ?? "");
      return new DatabaseSync(join(directory, "wallet.sqlite"), { timeout: 5_000 });
    },
    [Symbol.dispose]: () => connection.provider.destroy(),
  };
}

export type OwnRelayer = Awaited<ReturnType<typeof createOwnRelayer>>;

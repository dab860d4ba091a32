import { randomBytes, randomUUID } from "node:crypto";
import { corridorAbi } from "../../protocol/contract-abi.ts";
import { currencyOf } from "../../protocol/currency.ts";
import { type BatchId, type Deployment, type Quote, quoteHashOf } from "../../protocol/messages.ts";
import { formatAmount, type MinorUnits, minorUnits } from "../../protocol/money.ts";
import type { Network } from "../../protocol/network.ts";
import { majorRateOf, rateFromMajor, receiveFor } from "../../protocol/rate.ts";
import { encodeSettleCall } from "../../protocol/settle-call.ts";
import { localSigner } from "../../protocol/signature.ts";
import { batchToWire, quoteToWire } from "../../protocol/wire/messages.ts";
import type { WireCreditAnswer, WireCreditInstruction } from "../../protocol/wire/participant.ts";
import type { PaymentDetails } from "../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../protocol/wire/primitives.ts";
import { type PreparedBatch, prepareBatch } from "../../sdk/send/prepare-batch.ts";
import { readNewestBlock } from "../../server/foundation/chain/read-blocks.ts";
import type { Rail } from "./start-rail.ts";

/** A signed batch of one transfer, and the instruction that hands it to the wallet under test. */
export interface Order {
  readonly deployment: Deployment;
  readonly quote: Quote;
  readonly quoteSignature: string;
  readonly prepared: PreparedBatch;
  readonly batchId: BatchId;
  readonly uetr: string;
  /** What the recipient is owed, in minor units: what stands on chain. */
  readonly receive: MinorUnits;
  readonly instruction: WireCreditInstruction;
}

/** What an order is to be like; by itself it is a right one. */
export interface OrderWish {
  readonly phone: string;
  readonly uetr?: string;
  /** The contract that it is signed for; the rail's own when absent. */
  readonly network?: Network;
  readonly chainId?: bigint;
  /** Seconds of the chain's clock from now to the last moment of settling. */
  readonly holdSeconds?: number;
  /** What the details say in place of what the chain will hold. */
  readonly details?: Partial<PaymentDetails>;
}

/** In minor units of the send currency, and its price; one transfer is one of many. */
const SEND = 10_000n;
const RATE = "7.25";
const LIFE_SECONDS = 120n;
const HOLD_SECONDS = 600;
const RETURN_SECONDS = 86_400n;

async function makeQuote(rail: Rail, network: Network, holdSeconds: number): Promise<Quote> {
  const { corridor, connection } = rail;
  const { timestamp } = await readNewestBlock(connection);
  const { sendCurrency, receiveCurrency } = corridor;
  const settleUntil = timestamp + BigInt(holdSeconds);
  const addressOf = (id: string | undefined) => {
    const account = network.accounts[id ?? ""];
    if (!account) throw new Error(`the network has no account of ${id}`);
    return account;
  };
  const tokenOf = (currency: string) => {
    const token = network.tokens[currency];
    if (!token) throw new Error(`the network has no ${currency} token`);
    return token;
  };
  return {
    bank: addressOf(corridor.banks[0]),
    payer: addressOf(corridor.payer),
    payee: addressOf(corridor.payee),
    sendToken: tokenOf(sendCurrency),
    receiveToken: tokenOf(receiveCurrency),
    rate: rateFromMajor({
      major: RATE,
      sendScale: currencyOf(sendCurrency).scale,
      receiveScale: currencyOf(receiveCurrency).scale,
    }),
    maxSend: minorUnits(SEND * 1_000n),
    validUntil: timestamp + LIFE_SECONDS,
    settleUntil,
    returnUntil: settleUntil + RETURN_SECONDS,
    salt: BigInt(`0x${randomBytes(32).toString("hex")}`),
  };
}

function makeDetails(rail: Rail, quote: Quote, wish: OrderWish): PaymentDetails {
  const { sendCurrency, receiveCurrency } = rail.corridor;
  const receive = receiveFor({ send: minorUnits(SEND), rate: quote.rate });
  const scales = {
    sendScale: currencyOf(sendCurrency).scale,
    receiveScale: currencyOf(receiveCurrency).scale,
  };
  const amount = (minor: MinorUnits, currency: string) => ({
    value: formatAmount(minor, currency),
    currency,
  });
  return {
    uetr: (wish.uetr ?? randomUUID()) as Uetr,
    endToEndId: "CONFORMANCE",
    instructedAmount: amount(minorUnits(SEND), sendCurrency),
    creditedAmount: amount(receive, receiveCurrency),
    exchangeRate: majorRateOf(quote.rate, scales),
    charges: [],
    debtor: { name: "Chan Tai Man", account: { type: "mobile", value: "+85260000000" } },
    debtorAgent: rail.payer.participant.bic,
    creditor: { name: "Juan Dela Cruz", account: { type: "mobile", value: wish.phone } },
    creditorAgent: rail.payee.bic,
    purpose: "MP2P",
    ...wish.details,
  };
}

/** Has bank and payer sign an order, without reserving it. */
export async function makeOrder(rail: Rail, wish: OrderWish): Promise<Order> {
  const {
    network = rail.network,
    chainId = rail.network.chainId,
    holdSeconds = HOLD_SECONDS,
  } = wish;
  const deployment = { chainId, corridor: network.corridor };
  const quote = await makeQuote(rail, network, holdSeconds);
  const quoteHash = quoteHashOf(deployment, quote);
  const send = minorUnits(SEND);
  const receive = receiveFor({ send, rate: quote.rate });
  const details = makeDetails(rail, quote, wish);
  const payments = [{ details, send, receive }];
  const payer = localSigner(rail.payer.signerKey);
  const prepared = await prepareBatch(payer, { deployment, quoteHash, payments });
  const item = {
    sendMinor: send.toString(),
    receiveMinor: receive.toString(),
    details,
    salt: prepared.salts[0] ?? "",
  };
  return {
    deployment,
    quote,
    quoteSignature: await localSigner(rail.bankSignerKey).signDigest(quoteHash),
    prepared,
    batchId: prepared.batchId,
    uetr: details.uetr,
    receive,
    instruction: {
      quote: quoteToWire(quote),
      batch: batchToWire(prepared.batch),
      items: [item],
    },
  };
}

/** Reserves an order on the contract that it is signed for. */
export async function reserve({ stranger }: Rail, order: Order): Promise<void> {
  const { quote, quoteSignature, prepared, deployment } = order;
  const { batch, signature, instructions } = prepared;
  const args = [quote, quoteSignature, batch, signature, instructions];
  const data = corridorAbi.encodeFunctionData("reserve", args);
  await stranger.send({ to: deployment.corridor, data });
}

export async function reservedOrder(rail: Rail, wish: OrderWish): Promise<Order> {
  const order = await makeOrder(rail, wish);
  await reserve(rail, order);
  return order;
}

/** Settles an order with the outcome that the wallet under test has signed. */
export async function settle(rail: Rail, order: Order, answer: WireCreditAnswer): Promise<void> {
  const { quote, prepared, deployment } = order;
  const { batch, instructions } = prepared;
  const { rejections, outcomeSignature } = answer;
  const data = encodeSettleCall({ quote, batch, instructions, rejections, outcomeSignature });
  await rail.stranger.send({ to: deployment.corridor, data });
}

/** Gives both legs of an order back; its time must be up on the chain's clock. */
export async function expire({ stranger }: Rail, order: Order): Promise<void> {
  const { quote, prepared, deployment } = order;
  const data = corridorAbi.encodeFunctionData("expire", [quote, prepared.batch]);
  await stranger.send({ to: deployment.corridor, data });
}

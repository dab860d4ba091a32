import { randomBytes } from "node:crypto";
import {
  type Corridor,
  type Corridors,
  openCorridor,
  type ParticipantId,
  sendLimits,
} from "../../../protocol/corridor.ts";
import {
  type Address,
  type Deployment,
  type Quote,
  quoteHashOf,
} from "../../../protocol/messages.ts";
import { type MinorUnits, minorUnits } from "../../../protocol/money.ts";
import { RATE_UNIT, type Rate } from "../../../protocol/rate.ts";
import type { DigestSigner } from "../../../protocol/signature.ts";
import type { WireFxQuoteAnswer } from "../../../protocol/wire/bank.ts";
import { quoteToWire } from "../../../protocol/wire/messages.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { TokenRegistry } from "../chain/token-registry.ts";
import { holderAccount } from "../ledger/chart.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import { balanceOf } from "../ledger/read-accounts.ts";
import type { RateSource } from "./ecb-series.ts";
import { priceCorridor } from "./price-corridor.ts";
import { insertQuote } from "./quote-store.ts";

/** What the bank's FX desk works with. */
export interface FxDesk {
  readonly db: BankDatabase;
  readonly bank: Address;
  readonly bankId: ParticipantId;
  readonly deployment: Deployment;
  readonly corridors: Corridors;
  readonly tokens: TokenRegistry;
  readonly rates: RateSource;
  readonly signer: DigestSigner;
  /** The wallets' accounts on chain. */
  readonly accounts: ReadonlyMap<ParticipantId, Address>;
  /** The chain's clock: the newest block's time in Unix seconds. */
  readonly chainTime: () => Promise<bigint>;
}

export interface QuoteRequest {
  readonly corridor: string;
  readonly payer: Address;
  readonly payee: Address;
}

/**
 * Makes and signs a wholesale quote: the corridor's price, up to what the bank's position in the receive
 * currency covers, until the clocks that the corridor's configuration sets from the newest block on.
 *
 * @throws ProblemError `corridor-closed`, `same-party`, `stale-rate`, `currency`,
 * `liquidity-unavailable` (the position does not cover the smallest transfer) or `chain-unavailable`.
 */
export async function makeQuote(desk: FxDesk, request: QuoteRequest): Promise<WireFxQuoteAnswer> {
  const corridor = openCorridor(desk.corridors, request.corridor);
  assertParties(desk, corridor, request);
  const price = priceCorridor(desk.rates, corridor);
  const now = await desk.chainTime();
  const quote: Quote = {
    bank: desk.bank,
    payer: request.payer,
    payee: request.payee,
    sendToken: desk.tokens.tokenOf(corridor.sendCurrency),
    receiveToken: desk.tokens.tokenOf(corridor.receiveCurrency),
    rate: price.rate,
    maxSend: coveredSend(desk, corridor, price.rate),
    ...clocksFrom(now, corridor),
    salt: BigInt(`0x${randomBytes(32).toString("hex")}`),
  };
  const quoteHash = quoteHashOf(desk.deployment, quote);
  const { sendCurrency, receiveCurrency } = corridor;
  insertQuote(desk.db, {
    quoteHash,
    corridor: corridor.id,
    quote,
    sendCurrency,
    receiveCurrency,
    midRate: price.midRate,
  });
  return {
    quote: quoteToWire(quote),
    signature: await desk.signer.signDigest(quoteHash),
    quoteHash,
    chainId: desk.deployment.chainId.toString(),
    corridorAddress: desk.deployment.corridor,
    midRate: price.mid,
    marginBps: corridor.marginBps,
    rateMajor: price.rateMajor,
  };
}

function assertParties(desk: FxDesk, corridor: Corridor, request: QuoteRequest): void {
  if (request.payer === request.payee) {
    throw new ProblemError("same-party", "payer and payee are one account", { pointer: "/payee" });
  }
  const served = corridor.banks.includes(desk.bankId);
  const known = {
    payer: desk.accounts.get(corridor.payer) === request.payer,
    payee: desk.accounts.get(corridor.payee) === request.payee,
  };
  if (served && known.payer && known.payee) return;
  const pointer = served ? `/${known.payer ? "payee" : "payer"}` : "/corridor";
  throw new ProblemError("corridor-closed", "the bank serves no such parties in this corridor", {
    pointer,
    remedy: "ask for the accounts that the corridor joins",
  });
}

/** The most that may be sent so that the bank's free position covers what is received for it. */
function coveredSend(desk: FxDesk, corridor: Corridor, rate: Rate): MinorUnits {
  const position = holderAccount("position", {
    holder: desk.bank,
    currency: corridor.receiveCurrency,
  });
  const covered = (balanceOf(desk.db, position) * RATE_UNIT) / rate;
  if (covered >= sendLimits(corridor).minimum) return minorUnits(covered);
  throw new ProblemError(
    "liquidity-unavailable",
    `the bank's position in ${corridor.receiveCurrency} does not cover a transfer now`,
  );
}

/** Reserved before `validUntil`, settled before `settleUntil`, returned before `returnUntil`. */
function clocksFrom(now: bigint, corridor: Corridor) {
  const validUntil = now + BigInt(corridor.wholesaleLifeSeconds);
  const settleUntil = validUntil + BigInt(corridor.holdSeconds);
  return { validUntil, settleUntil, returnUntil: settleUntil + BigInt(corridor.returnSeconds) };
}

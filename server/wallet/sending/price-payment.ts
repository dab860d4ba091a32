import { canonicalJson } from "../../../protocol/commitment.ts";
import type { Corridor, CorridorId } from "../../../protocol/corridor.ts";
import { quoteToWire } from "../../../protocol/wire/messages.ts";
import { type QuoteAnswer, quoteAnswerSchema } from "../../../protocol/wire/relayer.ts";
import { assertQuoteAcceptable } from "../../../sdk/send/check-quote.ts";
import { readSigner } from "../../foundation/chain/read-corridor.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { type Account, findAccountByPhone } from "../store/accounts.ts";
import { findPrice, insertPrice } from "../store/prices.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { passOn } from "./pass-on.ts";
import type { PaymentRequest, PriceRequest } from "./payment-request.ts";

/** A price that lapses sooner is paid no more: its order might not be with the relayer in time. */
const LEFT_MS = 1_000;

/** A price as a user is shown it, and what it is a price of. */
export interface Priced {
  readonly corridor: Corridor;
  readonly sender: Account;
  readonly quote: QuoteAnswer;
}

function senderOf(wallet: WalletParts, phone: string): Account {
  const account = findAccountByPhone(wallet.db, phone);
  if (account?.status === "open") return account;
  throw new ProblemError("not-found", "there is no open account of this number", {
    pointer: "/senderPhone",
  });
}

/** @throws ProblemError `corridor-closed` for one that this wallet cannot send in now. */
export function corridorOf(wallet: WalletParts, id: string): Corridor {
  const corridor = wallet.config.corridors.get(id as CorridorId);
  if (corridor?.payer === wallet.config.id && corridor.status === "open") return corridor;
  throw new ProblemError("corridor-closed", "this wallet has no such open corridor", {
    pointer: "/corridor",
  });
}

/** Asks the relayer for a quote, and checks it against what the wallet has pinned, before anybody sees it. */
async function askQuote(
  wallet: WalletParts,
  corridor: Corridor,
  request: PriceRequest,
  sender: Account,
): Promise<QuoteAnswer> {
  const { fixedSide, amount, recipient } = request;
  const quote = await passOn(
    wallet.relayer.quote({
      corridor: corridor.id,
      fixedSide,
      amount,
      debtor: { name: sender.name },
      creditor: { account: { type: "mobile", value: recipient.phone }, name: recipient.name },
    }),
  );
  const { network } = wallet.config;
  const bankSigner = await readSigner(wallet.corridor, quote.signedQuote.quote.bank);
  assertQuoteAcceptable(quote, { network, corridor, bankSigner }, { fixedSide, amount });
  return quote;
}

async function priceNow(wallet: WalletParts, request: PriceRequest): Promise<Priced> {
  const corridor = corridorOf(wallet, request.corridor);
  const sender = senderOf(wallet, request.senderPhone);
  return { corridor, sender, quote: await askQuote(wallet, corridor, request, sender) };
}

/** What a price is asked for, in one form: a payment out of it must ask for the very same. */
function wantedIn({ senderPhone, corridor, fixedSide, amount, recipient }: PriceRequest): string {
  return canonicalJson({ senderPhone, corridor, fixedSide, amount, recipient });
}

/** Prices a payment for a user who wants to look first, and remembers the price while it holds. Moves no money. */
export async function pricePayment(
  wallet: WalletParts,
  request: PriceRequest,
): Promise<QuoteAnswer> {
  const { quote } = await priceNow(wallet, request);
  const { signedQuote } = quote;
  const answer = {
    ...quote,
    signedQuote: { ...signedQuote, quote: quoteToWire(signedQuote.quote) },
  };
  insertPrice(wallet.db, {
    id: quote.id,
    wanted: wantedIn(request),
    answer: JSON.stringify(answer),
    expires_at: quote.expiresAt,
  });
  return quote;
}

function shownPrice(wallet: WalletParts, request: PaymentRequest, id: string): Priced {
  const price = findPrice(wallet.db, id);
  const refuse = (detail: string) =>
    new ProblemError("quote-invalid", detail, {
      pointer: "/priceId",
      remedy: "ask for a new price",
    });
  if (!price) throw refuse("there is no such price");
  if (price.wanted !== wantedIn(request)) throw refuse("the price is of another payment");
  if (Date.parse(price.expires_at) - Date.now() < LEFT_MS) throw refuse("the price has lapsed");
  return {
    corridor: corridorOf(wallet, request.corridor),
    sender: senderOf(wallet, request.senderPhone),
    quote: quoteAnswerSchema.parse(JSON.parse(price.answer)),
  };
}

/**
 * The price that a payment is made at: the one that its user was shown, or else a new one.
 * @throws ProblemError `quote-invalid` when the one shown is of another payment or holds no longer.
 */
export async function priceOf(wallet: WalletParts, request: PaymentRequest): Promise<Priced> {
  return request.priceId === undefined
    ? priceNow(wallet, request)
    : shownPrice(wallet, request, request.priceId);
}

import type { CurrencyCode } from "../../../protocol/currency.ts";
import type { Address } from "../../../protocol/messages.ts";
import { RATE_UNIT, type Rate } from "../../../protocol/rate.ts";
import { type HolderBook, holderAccount, ownAccount } from "../ledger/chart.ts";
import { credit, debit, move, type Posting } from "../ledger/post-entry.ts";

/** What the bank promised in the quote that a batch was reserved under. */
export interface Terms {
  readonly bank: Address;
  readonly payer: Address;
  readonly payee: Address;
  readonly sendCurrency: CurrencyCode;
  readonly receiveCurrency: CurrencyCode;
  readonly rate: Rate;
  readonly midRate: Rate;
}

/** Two sums of one deal, in minor units of the send and of the receive currency. */
export interface Legs {
  readonly send: bigint;
  readonly receive: bigint;
}

function accountsOf(terms: Terms) {
  const { bank, payer, payee, sendCurrency, receiveCurrency } = terms;
  const send = (holder: Address, book: HolderBook) =>
    holderAccount(book, { holder, currency: sendCurrency });
  const receive = (holder: Address, book: HolderBook) =>
    holderAccount(book, { holder, currency: receiveCurrency });
  return {
    payerFree: send(payer, "position"),
    payerHeld: send(payer, "reserved"),
    bankSend: send(bank, "position"),
    bankFree: receive(bank, "position"),
    bankHeld: receive(bank, "reserved"),
    payeeFree: receive(payee, "position"),
  };
}

/** Both legs of a batch are held: nobody owns more or less. */
export function reservationPostings(terms: Terms, held: Legs): Posting[] {
  const { payerFree, payerHeld, bankFree, bankHeld } = accountsOf(terms);
  return [
    ...move(held.send, { from: payerFree, to: payerHeld }),
    ...move(held.receive, { from: bankFree, to: bankHeld }),
  ];
}

/** Both legs of a batch go back to where they came from. */
export function releasePostings(terms: Terms, held: Legs): Posting[] {
  const { payerFree, payerHeld, bankFree, bankHeld } = accountsOf(terms);
  return [
    ...move(held.send, { from: payerHeld, to: payerFree }),
    ...move(held.receive, { from: bankHeld, to: bankFree }),
  ];
}

/**
 * A batch is exchanged, payment versus payment: what was settled changes owners, the rest is released,
 * and the bank has dealt one currency against the other.
 */
export function settlementPostings(
  terms: Terms,
  batch: { readonly held: Legs; readonly settled: Legs },
): Posting[] {
  const { held, settled } = batch;
  const { payerHeld, bankSend, bankHeld, payeeFree } = accountsOf(terms);
  const rest = { send: held.send - settled.send, receive: held.receive - settled.receive };
  return [
    ...move(settled.send, { from: payerHeld, to: bankSend }),
    ...move(settled.receive, { from: bankHeld, to: payeeFree }),
    ...releasePostings(terms, rest),
    ...dealPostings(terms, settled),
  ];
}

/** One settled transfer comes back at its rate: the deal is undone, margin and residue with it. */
export function returnPostings(terms: Terms, returned: Legs): Posting[] {
  const { payerFree, bankSend, bankFree, payeeFree } = accountsOf(terms);
  const undone = dealPostings(terms, returned).map(({ account, amount }) => ({
    account,
    amount: -amount,
  }));
  return [
    ...move(returned.send, { from: bankSend, to: payerFree }),
    ...move(returned.receive, { from: payeeFree, to: bankFree }),
    ...undone,
  ];
}

/**
 * The bank's side of a deal: it owns more of one currency and less of the other. The receive currency is
 * booked at the mid rate; what that is worth more than the quoted rate is margin, and what the quoted rate
 * is worth more than the sums paid is residue. Each is rounded down once per call.
 */
function dealPostings(terms: Terms, { send, receive }: Legs): Posting[] {
  const { sendCurrency, receiveCurrency, rate, midRate } = terms;
  const atMid = (send * midRate) / RATE_UNIT;
  const atQuoted = (send * rate) / RATE_UNIT;
  return [
    debit(ownAccount("own-deposits", sendCurrency), send),
    credit(ownAccount("fx-position", sendCurrency), send),
    debit(ownAccount("fx-position", receiveCurrency), atMid),
    credit(ownAccount("own-deposits", receiveCurrency), receive),
    credit(ownAccount("margin-income", receiveCurrency), atMid - atQuoted),
    credit(ownAccount("rounding-residue", receiveCurrency), atQuoted - receive),
  ];
}

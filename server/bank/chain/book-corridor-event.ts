import type { LogDescription } from "ethers";
import { unpackAmounts } from "../../../protocol/amounts.ts";
import { corridorAbi } from "../../../protocol/contract-abi.ts";
import { type ReservedLog, readReservedLog } from "../../../protocol/reserved-log.ts";
import { readSettledLog, type SettledLog } from "../../../protocol/settled-log.ts";
import { findQuoteTerms } from "../fx/quote-store.ts";
import { holderAccount } from "../ledger/chart.ts";
import { move, postEntry } from "../ledger/post-entry.ts";
import {
  addRejection,
  closeBatch,
  findBatch,
  insertBatch,
  type StoredBatch,
} from "./batch-store.ts";
import { type Books, headerOf, type TimedLog } from "./books.ts";
import {
  type Legs,
  releasePostings,
  reservationPostings,
  returnPostings,
  settlementPostings,
  type Terms,
} from "./settlement-postings.ts";

type Book = (books: Books, timed: TimedLog, event: LogDescription) => void;

const BOOKINGS: Readonly<Record<string, Book>> = {
  Deposited: bookDeposit,
  Withdrawn: bookWithdrawal,
  BatchExpired: bookExpiry,
  TransferRejected: noteRejection,
  TransferReturned: bookReturn,
};

/**
 * Books an event of the corridor that moves money in this bank's tokens or under its quotes. Rejections
 * are only noted: `BatchSettled` says what was settled without them.
 */
export function bookCorridorEvent(books: Books, timed: TimedLog): void {
  const reserved = readReservedLog(timed.log);
  if (reserved) {
    bookReservation(books, timed, reserved);
    return;
  }
  const settled = readSettledLog(timed.log);
  if (settled) {
    bookSettlement(books, timed, settled);
    return;
  }
  const event = corridorAbi.parseLog(timed.log);
  if (event !== null) BOOKINGS[event.name]?.(books, timed, event);
}

function bookDeposit(books: Books, timed: TimedLog, event: LogDescription): void {
  const moved = movedTokens(books, event);
  if (moved === undefined) return;
  const header = headerOf(timed, { kind: "deposit", reference: timed.log.transactionHash });
  const { inCorridor, position, amount } = moved;
  postEntry(books.db, header, move(amount, { from: inCorridor, to: position }));
}

function bookWithdrawal(books: Books, timed: TimedLog, event: LogDescription): void {
  const moved = movedTokens(books, event);
  if (moved === undefined) return;
  const header = headerOf(timed, { kind: "withdrawal", reference: timed.log.transactionHash });
  const { inCorridor, position, amount } = moved;
  postEntry(books.db, header, move(amount, { from: position, to: inCorridor }));
}

/**
 * The token's own Transfer event moves the tokens into (or out of) the corridor's account; the corridor's
 * event then says whose they are. What stays on the corridor's own account was sent there by mistake.
 */
function movedTokens({ tokens, corridor }: Books, event: LogDescription) {
  const currency = tokens.currencyOf(event.args["token"]);
  if (currency === undefined) return undefined;
  return {
    inCorridor: holderAccount("tokens", { holder: corridor, currency }),
    position: holderAccount("position", { holder: event.args["account"], currency }),
    amount: event.args["amount"] as bigint,
  };
}

function bookReservation(books: Books, timed: TimedLog, reserved: ReservedLog): void {
  const { batchId, quoteHash } = reserved;
  const terms = findQuoteTerms(books, quoteHash);
  if (terms === undefined) {
    // Another bank's. If it was ours and lost, the next cycle's confirmation will differ.
    books.log.warn({ batchId, quoteHash }, "batch under a quote that is not this bank's");
    return;
  }
  const items = legsOf(reserved.instructions());
  const held = sumOf(items);
  insertBatch(books.db, { batchId, quoteHash, held, items });
  const header = headerOf(timed, { kind: "reservation", reference: batchId });
  postEntry(books.db, header, reservationPostings(terms, held));
}

function noteRejection(books: Books, _timed: TimedLog, event: LogDescription): void {
  const found = findOwnBatch(books, event.args["batchId"]);
  if (found !== undefined)
    addRejection(books.db, found.batch, Number(event.args.getValue("index")));
}

function bookSettlement(books: Books, timed: TimedLog, log: SettledLog): void {
  const found = findOwnBatch(books, log.batchId);
  if (found === undefined) return;
  const { batch, terms } = found;
  closeBatch(books.db, batch.batchId, "settled");
  const settled = { send: log.sendSettled, receive: log.receiveSettled };
  const header = headerOf(timed, { kind: "settlement", reference: batch.batchId });
  postEntry(books.db, header, settlementPostings(terms, { held: batch.held, settled }));
}

function bookExpiry(books: Books, timed: TimedLog, event: LogDescription): void {
  const found = findOwnBatch(books, event.args["batchId"]);
  if (found === undefined) return;
  const { batch, terms } = found;
  closeBatch(books.db, batch.batchId, "expired");
  const header = headerOf(timed, { kind: "expiry", reference: batch.batchId });
  postEntry(books.db, header, releasePostings(terms, batch.held));
}

function bookReturn(books: Books, timed: TimedLog, event: LogDescription): void {
  const found = findOwnBatch(books, event.args["batchId"]);
  if (found === undefined) return;
  const { batch, terms } = found;
  const returned = { send: event.args["sendAmount"], receive: event.args["receiveAmount"] };
  const reference = `${batch.batchId}:${event.args["index"]}`;
  const header = headerOf(timed, { kind: "return", reference });
  postEntry(books.db, header, returnPostings(terms, returned));
}

function findOwnBatch(
  books: Books,
  batchId: string,
): { batch: StoredBatch; terms: Terms } | undefined {
  const batch = findBatch(books.db, batchId);
  const terms = batch && findQuoteTerms(books, batch.quoteHash);
  return terms && { batch, terms };
}

function legsOf(instructions: readonly { readonly amounts: bigint }[]): Legs[] {
  return instructions.map(({ amounts }) => unpackAmounts(amounts));
}

function sumOf(items: readonly Legs[]): Legs {
  const sum = (side: keyof Legs) => items.reduce((total, item) => total + item[side], 0n);
  return { send: sum("send"), receive: sum("receive") };
}

import type { DatabaseSync } from "node:sqlite";

/** The wallet's own accounts, beside its users'. */
export const BOOKS = ["transit", "fees", "funding", "suspense"] as const;
export type Book = (typeof BOOKS)[number];

/** What is under way in the corridor: every transfer goes through this book, in or out. */
export const CORRIDOR: Book = "transit";

/** Makes the wallet's own accounts where they are missing. */
export function openBooks(db: DatabaseSync): void {
  const open = db.prepare(
    "insert into accounts (id, status) values (?, 'book') on conflict do nothing",
  );
  for (const book of BOOKS) open.run(book);
}

/** One line of a booking. */
export interface Line {
  readonly account: string;
  /** Signed minor units: positive raises what the wallet owes the account. */
  readonly amount: bigint;
}

/** Lines that are booked together. */
export interface Booking {
  /** Names the booking: the same one twice is booked once. */
  readonly id: string;
  readonly kind: "top-up" | "payment" | "refund" | "credit" | "return" | "release";
  /** The UETR, or what else the booking is about. */
  readonly reference: string;
  readonly lines: readonly Line[];
}

/** Counts a line of the corridor's book into its day. */
function addToDay(
  db: DatabaseSync,
  line: { readonly at: string; readonly amount: bigint; readonly position: number | bigint },
): void {
  db.prepare(
    `insert into corridor_days (day, total, first_position, last_position) values (?, ?, ?, ?)
     on conflict (day) do update
     set total = total + excluded.total, last_position = excluded.last_position`,
  ).run(line.at.slice(0, 10), line.amount, line.position, line.position);
}

/**
 * Books lines that add up to zero, inside the caller's commit. Answers false, and changes nothing, when the booking
 * is there already; throws when the lines do not balance or a user's balance would fall below zero.
 */
export function book(db: DatabaseSync, booking: Booking): boolean {
  const total = booking.lines.reduce((sum, line) => sum + line.amount, 0n);
  if (total !== 0n) throw new Error(`booking ${booking.kind} is off balance by ${total}`);
  const known = db.prepare("select 1 from entries where booking = ? limit 1").get(booking.id);
  if (known) return false;
  const insert = db.prepare(
    "insert into entries (booking, kind, reference, account, amount, booked_at) values (?, ?, ?, ?, ?, ?)",
  );
  const move = db.prepare(
    "update accounts set balance = balance + ? where id = ? returning balance, phone",
  );
  const at = new Date().toISOString();
  for (const { account, amount } of booking.lines) {
    const line = [booking.id, booking.kind, booking.reference, account, amount, at] as const;
    const { lastInsertRowid: position } = insert.run(...line);
    if (account === CORRIDOR) addToDay(db, { at, amount, position });
    const moved = move.get(amount, account);
    if (!moved) throw new Error("a booking names an account that does not exist");
    if (moved["phone"] !== null && (moved["balance"] as bigint) < 0n && amount < 0n) {
      throw new InsufficientFunds();
    }
  }
  return true;
}

/** A user's balance does not suffice. */
export class InsufficientFunds extends Error {
  constructor() {
    super("the balance does not suffice");
    this.name = "InsufficientFunds";
  }
}

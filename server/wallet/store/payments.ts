import type { DatabaseSync } from "node:sqlite";
import type { BatchId } from "../../../protocol/messages.ts";

/** `sent`: the signed order may be with the relayer. `credited`: the payee's signature is held. */
export type PaymentState = "sent" | "credited" | "settled" | "rejected" | "expired" | "returned";

/** An outgoing payment. Amounts in minor units of the wallet's currency, the receive side of the other's. */
export interface Payment {
  readonly uetr: string;
  readonly request_id: string;
  readonly request_hash: string;
  readonly account: string;
  readonly corridor: string;
  readonly state: PaymentState;
  readonly reason: string | null;
  readonly send: bigint;
  readonly receive: bigint;
  readonly fee: bigint;
  /** Both amounts and the rate as the sender saw them. */
  readonly send_shown: string;
  readonly receive_shown: string;
  readonly rate: string;
  readonly batch_id: BatchId;
  readonly quote_hash: string;
  /** The payee's account on chain. */
  readonly payee: string;
  readonly valid_until: bigint;
  readonly settle_until: bigint;
  /** JSON of the bank's quote, and of what proves the transfer on chain. */
  readonly quote: string;
  readonly instruction: string;
  readonly batch: string;
  readonly siblings: string;
  readonly batch_index: bigint;
  /** The body of the signed order, as it is posted. */
  readonly order_body: string;
  readonly created_at: string;
  readonly credited_at: string | null;
  readonly closed_at: string | null;
  /** From our POST to holding the payee's signature, in milliseconds. */
  readonly confirmation_ms: number | null;
}

const COLUMNS = [
  "uetr",
  "request_id",
  "request_hash",
  "account",
  "corridor",
  "state",
  "reason",
  "send",
  "receive",
  "fee",
  "send_shown",
  "receive_shown",
  "rate",
  "batch_id",
  "quote_hash",
  "payee",
  "valid_until",
  "settle_until",
  "quote",
  "instruction",
  "batch",
  "siblings",
  "batch_index",
  "order_body",
  "created_at",
] as const;

/** A payment as it is stored first. */
export type NewPayment = Pick<Payment, (typeof COLUMNS)[number]>;

/** Stores a payment; call it in the commit that debits its user. */
export function insertPayment(db: DatabaseSync, payment: NewPayment): void {
  const marks = COLUMNS.map(() => "?").join(", ");
  const values = COLUMNS.map((column) => payment[column]);
  db.prepare(`insert into payments (${COLUMNS.join(", ")}) values (${marks})`).run(...values);
}

const one = (row: unknown) => row as Payment | undefined;

/** A payment by its UETR. */
export function findPayment(db: DatabaseSync, uetr: string): Payment | undefined {
  return one(db.prepare("select * from payments where uetr = ?").get(uetr));
}

/** The payment that a client's request made, if it did. */
export function findPaymentByRequest(db: DatabaseSync, requestId: string): Payment | undefined {
  return one(db.prepare("select * from payments where request_id = ?").get(requestId));
}

/** Payments of a batch. */
export function findPaymentsOfBatch(db: DatabaseSync, batchId: string): Payment[] {
  const query = db.prepare("select * from payments where batch_id = ?");
  return query.all(batchId) as unknown as Payment[];
}

/**
 * Payments settled since a moment (ISO 8601) of which the payee's signature is still missing: the chain was faster
 * than the relayer's answer.
 */
export function findUnproven(db: DatabaseSync, since: string): Payment[] {
  const query = db.prepare(
    `select * from payments where state = 'settled' and credited_at is null and closed_at >= ?
     order by created_at limit 500`,
  );
  return query.all(since) as unknown as Payment[];
}

/** Payments whose order is out and that nobody has answered for. */
export function findUnanswered(db: DatabaseSync): Payment[] {
  const query = db.prepare(
    `select * from payments where state = 'sent' and closed_at is null
     order by created_at limit 500`,
  );
  return query.all() as unknown as Payment[];
}

/** Payments that have not ended although the hold's time ran out on the chain's clock. */
export function findOverdue(db: DatabaseSync, timestamp: bigint): Payment[] {
  const query = db.prepare("select * from payments where closed_at is null and settle_until <= ?");
  return query.all(timestamp) as unknown as Payment[];
}

const PAYMENTS_PER_PAGE = 500;

/** A page of payments; `next` is the `after` of the one that follows, when there is one. */
export interface PaymentPage {
  readonly payments: readonly Payment[];
  readonly next?: number;
}

/** Outgoing payments in the order of their making, after the one that ended the last page. */
export function listPayments(db: DatabaseSync, page: { readonly after: number }): PaymentPage {
  const rows = db
    .prepare("select rowid as position, * from payments where rowid > ? order by rowid limit ?")
    .all(page.after, PAYMENTS_PER_PAGE + 1);
  const payments = rows.slice(0, PAYMENTS_PER_PAGE);
  const last = rows.length > PAYMENTS_PER_PAGE ? payments.at(-1) : undefined;
  return {
    payments: payments as unknown as Payment[],
    ...(last && { next: Number(last["position"]) }),
  };
}

/** The payee's signature is held. The chain may have told of the settlement before: that state stays. */
export function markCredited(
  db: DatabaseSync,
  uetr: string,
  proof: { readonly confirmationMs: number | null },
): void {
  db.prepare(
    `update payments set state = iif(state = 'sent', 'credited', state), credited_at = ?, confirmation_ms = ?
     where uetr = ? and state in ('sent', 'settled', 'returned') and credited_at is null`,
  ).run(new Date().toISOString(), proof.confirmationMs, uetr);
}

/** The chain has told how it ended. Answers false when that was known. */
export function closePayment(
  db: DatabaseSync,
  uetr: string,
  end: { readonly state: PaymentState; readonly reason: string | null },
): boolean {
  const from =
    end.state === "returned" ? "('settled', 'credited', 'sent')" : "('sent', 'credited')";
  const { changes } = db
    .prepare(
      `update payments set state = ?, reason = ?, closed_at = ? where uetr = ? and state in ${from}`,
    )
    .run(end.state, end.reason, new Date().toISOString(), uetr);
  return changes === 1n;
}

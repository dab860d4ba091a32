import type { Corridor } from "../../protocol/corridor.ts";
import {
  type PayOrder,
  type ShownPayment,
  type WalletApp,
  WalletAppProblem,
} from "../../server/local/wallet-app.ts";
import { inParallel } from "./in-parallel.ts";
import type { BadRow, Column, PayRow } from "./pay-row.ts";

/** A row that is a payment at the wallet now. */
export interface PaidRow {
  readonly row: PayRow;
  readonly payment: ShownPayment;
  /** An earlier run had sent it. */
  readonly before: boolean;
}

/** A row that could not be sent now, and can be later: the file is run again. */
export interface UnsentRow {
  readonly row: PayRow;
  readonly explanation: string;
}

export interface Sending {
  readonly paid: readonly PaidRow[];
  readonly bad: readonly BadRow[];
  readonly unsent: readonly UnsentRow[];
}

export interface SendOptions {
  readonly corridor: Corridor;
  readonly senderPhone: string;
  readonly concurrency: number;
  /** Aborted: nothing more is sent; what is under way is waited for. */
  readonly signal: AbortSignal;
  readonly onRow: () => void;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
/** A wallet, relayer or bank that cannot be reached for so long is not waited for any more. */
const PATIENCE_MS = 60_000;

/** The columns that the fields of the wallet's request are made from. */
const COLUMN_OF: Readonly<Record<string, Column>> = {
  "/recipient/phone": "recipient",
  "/recipient/name": "name",
  "/amount/value": "amount",
  "/amount/currency": "currency",
  "/amount": "amount",
  "/fixedSide": "side",
  "/reference": "reference",
  "/message": "message",
  "/purpose": "purpose",
};

function toOrder({ content, requestId }: PayRow, options: SendOptions): PayOrder {
  const { recipient, name, amount, currency, side, reference, message, purpose } = content;
  return {
    requestId,
    senderPhone: options.senderPhone,
    corridor: options.corridor.id,
    fixedSide: side === "receive" ? "receive" : "send",
    amount: { value: amount, currency },
    recipient: { phone: recipient, name },
    reference,
    ...(message !== "" && { message }),
    ...(purpose !== "" && { purpose }),
  };
}

function toBadRow({ line, content }: PayRow, { problem }: WalletAppProblem): BadRow {
  const { code, detail, pointer, remedy } = problem;
  const column = COLUMN_OF[pointer ?? ""];
  const explanation = remedy === undefined ? detail : `${detail}: ${remedy}`;
  return { line, content, code, explanation, ...(column && { column }) };
}

/** Pauses; cut short when `signal` is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** One attempt at a row; what it answers as unsent may be tried again. */
async function tryRow(
  wallet: WalletApp,
  row: PayRow,
  order: PayOrder,
): Promise<PaidRow | BadRow | UnsentRow> {
  try {
    const { payment, replayed } = await wallet.order(order);
    return { row, payment, before: replayed };
  } catch (error) {
    if (!(error instanceof WalletAppProblem)) {
      return { row, explanation: "the wallet did not answer" };
    }
    if (!error.problem.retryable) return toBadRow(row, error);
    return { row, explanation: error.message };
  }
}

/**
 * Sends one row, again and again while the answer is missing or says that trying later can help: the request's id
 * makes every repetition the same payment.
 */
async function sendRow(
  wallet: WalletApp,
  row: PayRow,
  options: SendOptions,
): Promise<PaidRow | BadRow | UnsentRow> {
  const deadline = performance.now() + PATIENCE_MS;
  const order = toOrder(row, options);
  for (let attempt = 0; ; attempt++) {
    const sent = await tryRow(wallet, row, order);
    // A repetition finds what an earlier attempt of this run has sent after all.
    if ("payment" in sent) return { ...sent, before: sent.before && attempt === 0 };
    const givenUp = performance.now() > deadline || options.signal.aborted;
    if ("code" in sent || givenUp) return sent;
    await pause(Math.min(FIRST_RETRY_MS * 2 ** attempt, LAST_RETRY_MS), options.signal);
  }
}

/** Sends every row, many at a time, so that the relayer can pack them; one row's fate never stops another. */
export async function sendRows(
  wallet: WalletApp,
  rows: readonly PayRow[],
  options: SendOptions,
): Promise<Sending> {
  const paid: PaidRow[] = [];
  const bad: BadRow[] = [];
  const unsent: UnsentRow[] = [];
  const started = new Set<PayRow>();
  const work = async (row: PayRow) => {
    started.add(row);
    const sent = await sendRow(wallet, row, options);
    if ("payment" in sent) paid.push(sent);
    else if ("code" in sent) bad.push(sent);
    else unsent.push(sent);
    options.onRow();
  };
  await inParallel(rows, options.concurrency, work, options.signal);
  const left = rows.filter((row) => !started.has(row));
  unsent.push(...left.map((row) => ({ row, explanation: "interrupted" })));
  return { paid, bad, unsent };
}

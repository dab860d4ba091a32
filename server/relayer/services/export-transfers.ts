import { stringify } from "csv-stringify/sync";
import type { ServiceContext } from "../service-context.ts";
import { findTransfers, type ListedTransfer, type SearchOrder } from "./search-transfers.ts";

const PAGE = 1_000;
/** Rows of one file: more than a spreadsheet is looked through, less than a reader waits for. */
export const MAX_EXPORTED = 100_000;

const COLUMNS = [
  "uetr",
  "participant",
  "corridor",
  "reference",
  "state",
  "reason",
  "send_amount",
  "send_currency",
  "receive_amount",
  "receive_currency",
  "batch_id",
  "accepted_at",
  "changed_at",
] as const;

function toRow(transfer: ListedTransfer): Record<(typeof COLUMNS)[number], string> {
  const { send, receive } = transfer;
  return {
    uetr: transfer.uetr,
    participant: transfer.participant,
    corridor: transfer.corridor,
    reference: transfer.reference,
    state: transfer.state,
    reason: transfer.reason ?? "",
    send_amount: send.value,
    send_currency: send.currency,
    receive_amount: receive.value,
    receive_currency: receive.currency,
    batch_id: transfer.batchId,
    accepted_at: transfer.acceptedAt,
    changed_at: transfer.changedAt,
  };
}

/**
 * What a search finds as CSV (RFC 4180), a page of rows at a time, so that no export is held in memory. A cell that a
 * spreadsheet would take for a formula begins with an apostrophe: a payer chooses its reference.
 */
export async function* exportTransfers(
  context: ServiceContext,
  order: SearchOrder,
): AsyncGenerator<string> {
  const write = (rows: readonly unknown[]) =>
    stringify([...rows], {
      columns: [...COLUMNS],
      escape_formulas: true,
      record_delimiter: "\r\n",
    });
  yield `${COLUMNS.join(",")}\r\n`;
  let cursor: string | undefined;
  for (let rows = 0; rows < MAX_EXPORTED; rows += PAGE) {
    const { transfers, next } = await findTransfers(context, order, { cursor, limit: PAGE });
    if (transfers.length > 0) yield write(transfers.map(toRow));
    if (next === undefined) return;
    cursor = next;
  }
}

import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import { batchIdSchema, uetrSchema, type WireAmount } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { knownCorridor, type ServiceContext } from "../service-context.ts";
import {
  type FoundTransfer,
  searchTransfers,
  type TransferKey,
  type TransferSearch,
  transferExists,
} from "../store/transfer-search.ts";
import { toAmount } from "./show-amount.ts";

/** What an operator looks for. */
export interface SearchOrder {
  /** A UETR, a batch id, or the payer's own reference: which of them, its form tells. */
  readonly text?: string | undefined;
  readonly participant?: string | undefined;
  readonly state?: TransferState | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** A transfer in a list of everybody's. Nothing of it is personal. */
export interface ListedTransfer {
  readonly uetr: string;
  readonly participant: string;
  readonly state: TransferState;
  readonly reason?: string;
  readonly corridor: string;
  readonly batchId: string;
  readonly reference: string;
  readonly send: WireAmount;
  readonly receive: WireAmount;
  readonly acceptedAt: string;
  readonly changedAt: string;
}

/** States are not indexed, since they change: without a time, so many days are looked through for one. */
export const STATE_SEARCH_DAYS = 31;
const DAY_MS = 86_400_000;

function toSearch(order: SearchOrder): TransferSearch {
  const { text, participant, state, from, to } = order;
  const since =
    from ??
    (state !== undefined && text === undefined
      ? new Date((to?.getTime() ?? Date.now()) - STATE_SEARCH_DAYS * DAY_MS)
      : undefined);
  return {
    ...(text !== undefined && readText(text)),
    ...(participant !== undefined && { participantId: participant as ParticipantId }),
    ...(state !== undefined && { states: [state] }),
    ...(since && { from: since }),
    ...(to && { to }),
  };
}

function readText(text: string): TransferSearch {
  const id = text.toLowerCase();
  if (uetrSchema.safeParse(id).success) return { uetr: id };
  return batchIdSchema.safeParse(id).success ? { batchId: id } : { reference: text };
}

function toListed(context: ServiceContext, row: FoundTransfer): ListedTransfer {
  const corridor = knownCorridor(context, row.corridor_id);
  return {
    uetr: row.uetr,
    participant: row.participant_id,
    state: row.state,
    ...(row.reason !== null && { reason: row.reason }),
    corridor: row.corridor_id,
    batchId: row.batch_id,
    reference: row.reference,
    send: toAmount(row.send_minor, corridor.sendCurrency),
    receive: toAmount(row.receive_minor, corridor.receiveCurrency),
    acceptedAt: row.accepted_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}

const cursorOf = ({ participant, uetr }: ListedTransfer) => `${participant}.${uetr}`;

async function readCursor({ db }: ServiceContext, cursor: string): Promise<TransferKey> {
  const [participantId, uetr] = cursor.split(".");
  const read = uetrSchema.safeParse(uetr);
  const key = read.success && { participantId: participantId as ParticipantId, uetr: read.data };
  if (key && (await transferExists(db, key))) return key;
  throw new ProblemError("query", "the cursor is not one of ours");
}

/** Everybody's transfers, the newest first, a page at a time. `query` for a cursor that was made up. */
export async function findTransfers(
  context: ServiceContext,
  order: SearchOrder,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly transfers: readonly ListedTransfer[]; readonly next?: string }> {
  const payers = [...new Set([...context.corridors.values()].map(({ payer }) => payer))];
  const after = page.cursor === undefined ? undefined : await readCursor(context, page.cursor);
  const limit = page.limit + 1;
  const rows = await searchTransfers(context.db, toSearch(order), { payers, after, limit });
  const transfers = rows.slice(0, page.limit).map((row) => toListed(context, row));
  const last = transfers.at(-1);
  return rows.length > page.limit && last ? { transfers, next: cursorOf(last) } : { transfers };
}

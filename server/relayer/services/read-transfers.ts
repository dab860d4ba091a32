import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import { type Uetr, uetrSchema } from "../../../protocol/wire/primitives.ts";
import type { WireTransfer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { createGroupCommit } from "../../foundation/process/group-commit.ts";
import { knownCorridor, type ServiceContext } from "../service-context.ts";
import {
  findTransfer,
  findTransfersOfBatches,
  listTransfers,
  type ReadStep,
  type TransferView,
} from "../store/transfers.ts";

function timelineOf(steps: readonly ReadStep[]): WireTransfer["timeline"] {
  const start = Date.parse(steps[0]?.[3] ?? "");
  return steps.map(([version, state, reason, text]) => {
    const at = Date.parse(text);
    return {
      version,
      state,
      at: new Date(at).toISOString(),
      elapsedMs: at - start,
      ...(reason !== null && { reason }),
    };
  });
}

function toWire(context: ServiceContext, row: TransferView): WireTransfer {
  const { sendCurrency, receiveCurrency } = knownCorridor(context, row.corridor_id);
  const amount = (minor: bigint, currency: string) => ({
    value: formatAmount(minorUnits(minor), currency),
    currency,
  });
  const { reserved_at, settled_at, expired_at, returned_at } = row;
  return {
    uetr: row.uetr,
    state: row.state,
    version: row.version,
    ...(row.reason !== null && { reason: row.reason }),
    corridor: row.corridor_id,
    sendAmount: amount(row.send_minor, sendCurrency),
    receiveAmount: amount(row.receive_minor, receiveCurrency),
    rate: row.rate_major,
    batchId: row.batch_id,
    index: row.batch_index,
    acceptedAt: row.accepted_at.toISOString(),
    timeline: timelineOf(row.steps),
    chain: {
      ...(reserved_at && { reserved: reserved_at }),
      ...(settled_at && { settled: settled_at }),
      ...(expired_at && { expired: expired_at }),
      ...(returned_at && { returned: returned_at }),
    },
    ...(row.rejections !== null &&
      row.outcome_signature !== null && {
        outcome: { rejections: row.rejections, signature: row.outcome_signature },
      }),
  };
}

/** A wallet's transfer. A foreign id looks like a missing one. */
export async function readTransfer(
  context: ServiceContext,
  participantId: ParticipantId,
  uetr: Uetr,
): Promise<WireTransfer> {
  const row = await findTransfer(context.db, { participantId, uetr });
  if (!row) throw new ProblemError("not-found", "there is no transfer of this id");
  return toWire(context, row);
}

/** Answers the transfers of a batch. */
export type ReadBatch = (batchId: BatchId) => Promise<WireTransfer[]>;

/** Outcomes come together, and then whoever waits for one of them reads at once: so many share one statement. */
const READ_TOGETHER = 32;

/** Reads batches' transfers, those that are asked for at once together. */
export function createBatchReader(context: ServiceContext): ReadBatch {
  return createGroupCommit(async (batchIds: readonly BatchId[]) => {
    const rows = Map.groupBy(
      await findTransfersOfBatches(context.db, batchIds),
      ({ batch_id }) => batch_id,
    );
    return batchIds.map((id) => (rows.get(id) ?? []).map((row) => toWire(context, row)));
  }, READ_TOGETHER);
}

export interface TransferQuery {
  readonly state?: TransferState;
  readonly cursor?: string;
  /** Accepted at or after this time, and before that one. */
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
}

const CURSOR = "after ";

/** Names the last transfer of a page: the database, and no rounded time, says where that stands. */
const encodeText = (text: string) => Buffer.from(text).toString("base64url");
const encodeCursor = ({ uetr }: TransferView) => encodeText(`${CURSOR}${uetr}`);

/** A cursor that names none of the wallet's own transfers was never given to it. */
async function readCursor(
  { db }: ServiceContext,
  participantId: ParticipantId,
  cursor: string,
): Promise<Uetr> {
  const text = Buffer.from(cursor, "base64url").toString();
  const uetr = uetrSchema.safeParse(text.slice(CURSOR.length));
  const given = text.startsWith(CURSOR) && encodeText(text) === cursor && uetr.success;
  if (given && (await findTransfer(db, { participantId, uetr: uetr.data }))) return uetr.data;
  throw new ProblemError("query", "the cursor is not one of ours", {
    pointer: "/cursor",
    remedy: "begin without a cursor, and go on with each answer's next",
  });
}

/** A wallet's transfers, newest first, a page at a time. */
export async function readTransfers(
  context: ServiceContext,
  participantId: ParticipantId,
  query: TransferQuery,
): Promise<{ transfers: WireTransfer[]; next?: string }> {
  const rows = await listTransfers(context.db, {
    participantId,
    limit: query.limit + 1,
    ...(query.state && { state: query.state }),
    ...(query.from && { from: query.from }),
    ...(query.to && { to: query.to }),
    ...(query.cursor !== undefined && {
      after: await readCursor(context, participantId, query.cursor),
    }),
  });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const transfers = page.map((row) => toWire(context, row));
  return rows.length > page.length && last
    ? { transfers, next: encodeCursor(last) }
    : { transfers };
}

import type { BatchId } from "../../../protocol/messages.ts";
import type { CreditAnswer, CreditStatus } from "../../../protocol/wire/participant.ts";
import type { ServiceContext } from "../service-context.ts";
import { type ClaimedBatch, moveClaimed, saveOutcomes } from "../store/batches.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { Db } from "../store/open-database.ts";
import { type ChangedTransfer, recordFact } from "../store/record-fact.ts";
import { openCase } from "./open-case.ts";
import { postJournal } from "./post-journal.ts";

/** A batch and the payee's checked answer for it. */
export interface AnsweredBatch {
  readonly batch: ClaimedBatch;
  readonly answer: CreditAnswer;
}

const CREDITED: readonly CreditStatus[] = ["ACCC"];
const HELD: readonly CreditStatus[] = ["ACWP", "BLCK"];

const idOf = ({ batch }: AnsweredBatch): BatchId => batch.batch_id;

interface Recorded {
  readonly credited: readonly ChangedTransfer[];
  readonly held: readonly ChangedTransfer[];
}

/** Records a fact for the items of one batch that have one of some statuses. */
async function recordItems(
  db: Db,
  fact: "credited-by-payee" | "held-by-payee",
  { batch, answer }: AnsweredBatch,
  statuses: readonly CreditStatus[],
): Promise<ChangedTransfer[]> {
  const indexes = answer.answers.flatMap(({ status }, index) =>
    statuses.includes(status) ? [index] : [],
  );
  if (indexes.length === 0) return [];
  return recordFact(db, { fact, batchIds: [batch.batch_id], indexes });
}

/** Most batches are credited whole: one statement for all of those, and the others one by one. */
async function recordStatuses(db: Db, answered: readonly AnsweredBatch[]): Promise<Recorded> {
  const isWhole = ({ answer }: AnsweredBatch) =>
    answer.answers.every(({ status }) => status === "ACCC");
  const whole = answered.filter(isWhole).map(idOf);
  const credited =
    whole.length > 0 ? await recordFact(db, { fact: "credited-by-payee", batchIds: whole }) : [];
  const held: ChangedTransfer[] = [];
  for (const mixed of answered.filter((each) => !isWhole(each))) {
    credited.push(...(await recordItems(db, "credited-by-payee", mixed, CREDITED)));
    held.push(...(await recordItems(db, "held-by-payee", mixed, HELD)));
  }
  return { credited, held };
}

/** What the payee has laid out for its users, or holds for them. */
async function postOutlays(context: ServiceContext, db: Db, { credited, held }: Recorded) {
  for (const [kind, changed] of [
    ["credit", credited],
    ["hold", held],
  ] as const) {
    if (changed.length === 0) continue;
    const batches = [...new Set(changed.map((transfer) => transfer.batch_id))];
    const uetrs = changed.map((transfer) => transfer.uetr);
    await postJournal(context, db, {
      kind,
      batches: batches.map((batchId) => ({ batchId })),
      selection: { of: "uetrs", uetrs },
    });
  }
}

/** Two different outcomes for one batch: both are kept, as evidence, and the first one stays. */
async function disputeContradicted(
  context: ServiceContext,
  db: Db,
  contradicted: readonly AnsweredBatch[],
): Promise<ChangedTransfer[]> {
  if (contradicted.length === 0) return [];
  for (const { batch, answer } of contradicted) {
    const { rejections, outcomeSignature } = answer;
    await openCase(context, db, {
      kind: "two-outcomes",
      subject: batch.batch_id,
      facts: {
        first: { rejections: batch.rejections, signature: batch.outcome_signature },
        second: { rejections, signature: outcomeSignature },
      },
    });
  }
  return recordFact(db, { fact: "contradicted", batchIds: contradicted.map(idOf) });
}

/** How long each transfer took from its acceptance to its payee's stored answer. */
function secondsOf(answered: readonly AnsweredBatch[], credited: readonly ChangedTransfer[]) {
  const now = Date.now();
  const acceptedAt = new Map(answered.map(({ batch }) => [batch.batch_id, batch.accepted_at]));
  return credited.flatMap(({ batch_id }) => {
    const accepted = acceptedAt.get(batch_id);
    return accepted ? [Math.max(0, now - accepted.getTime()) / 1_000] : [];
  });
}

/**
 * Stores payees' answers, those of a group in one commit: the signed outcome, each transfer's state, and the batch's
 * way to settlement. Two different outcomes for one batch are evidence of fraud: its transfers are disputed, and the
 * first outcome stays.
 */
export async function storeOutcomes(
  context: ServiceContext,
  answered: readonly AnsweredBatch[],
): Promise<undefined[]> {
  const { changed, credited } = await inTransaction(context.db, async (trx) => {
    const outcomes = answered.map(({ batch, answer }) => ({
      batchId: batch.batch_id,
      rejections: answer.rejections,
      signature: answer.outcomeSignature,
    }));
    const stored = await saveOutcomes(trx, outcomes);
    const good = answered.filter((each) => stored.has(idOf(each)));
    const contradicted = answered.filter((each) => !stored.has(idOf(each)));
    await moveClaimed(
      trx,
      answered.map(({ batch }) => ({ ...batch, to: "settle" })),
    );
    const disputed = await disputeContradicted(context, trx, contradicted);
    const recorded = await recordStatuses(trx, good);
    await postOutlays(context, trx, recorded);
    const changed = [...disputed, ...recorded.credited, ...recorded.held];
    return { changed, credited: recorded.credited };
  });
  context.signals.decided(changed.map((transfer) => transfer.uetr));
  context.signals.confirmed(secondsOf(answered, credited));
  context.signals.wake("chain");
  return answered.map(() => undefined);
}

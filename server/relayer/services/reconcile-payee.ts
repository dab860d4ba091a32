import type { Corridor, ParticipantId } from "../../../protocol/corridor.ts";
import { parseSignedAmount } from "../../../protocol/money.ts";
import type { BookedItem, Break } from "../../../protocol/reconciliation.ts";
import type { ServiceContext } from "../service-context.ts";
import { findPositionBefore, findSettledPosition } from "../store/journal.ts";
import { findOutlay, findStage, listOutlays } from "../store/reconciliation.ts";
import { createItemMatcher } from "./match-items.ts";

/** Entries of the journal that are looked through at a time. */
const SPAN = 5_000n;
const DAY_MS = 86_400_000;

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const keyOf = (batchId: string, uetr: string) => `${batchId} ${uetr} credit`;

/** What stands on one side alone. */
function missing(side: "left" | "right", { key, currency, amountMinor }: BookedItem): Break {
  return side === "left"
    ? { kind: "missing-right", key, currency, leftMinor: amountMinor, rightMinor: 0n }
    : { kind: "missing-left", key, currency, leftMinor: 0n, rightMinor: amountMinor };
}

/**
 * Compares what the journal says a payee has credited with the payee's own statement, item by item, from the beginning
 * of the day on which the relayer started. One is made for each payee and keeps what waits for its other half.
 */
export function createPayeeReconciler(
  context: ServiceContext,
  payee: ParticipantId,
): () => Promise<Break[]> {
  const { db, participants, times } = context;
  const matcher = createItemMatcher();
  const start = new Date(`${dayOf(Date.now())}T00:00:00Z`);
  let journalAt: bigint | undefined;
  let statement = { date: dayOf(start.getTime()), after: 0 };
  // What has matched or differed is not looked at again: a round that fails must not forget what it has found.
  const found: Break[] = [];

  async function readJournal(now: number): Promise<void> {
    // What is still being written is read in a later round.
    const upTo = await findSettledPosition(db);
    if (upTo === undefined) return;
    let after = journalAt ?? (await findPositionBefore(db, start));
    journalAt = after;
    while (after < upTo) {
      const end = after + SPAN < upTo ? after + SPAN : upTo;
      const rows = await listOutlays(db, { payee, after, upTo: end, since: start });
      const items = rows.map((row) => ({
        key: keyOf(row.batch_id, row.uetr),
        currency: row.currency,
        amountMinor: row.amount_minor,
      }));
      found.push(...matcher.add("left", items, now));
      journalAt = after = end;
    }
  }

  async function readStatement(now: number): Promise<void> {
    for (;;) {
      const page = await participants.statement(payee, statement);
      const credits = page.items.filter(({ kind }) => kind === "credit");
      const items = credits.map(({ batchId, uetr, amount }): BookedItem => {
        const minor = parseSignedAmount(amount.value, amount.currency);
        return {
          key: keyOf(batchId, uetr),
          currency: amount.currency,
          amountMinor: minor < 0n ? -minor : minor,
        };
      });
      found.push(...matcher.add("right", items, now));
      statement = { ...statement, after: page.items.at(-1)?.entry ?? statement.after };
      if (page.next !== undefined) continue;
      // A day is left once it can have no more entries, whatever the two clocks say.
      const end = Date.parse(statement.date) + DAY_MS + times.graceMs;
      if (Date.now() < end) return;
      statement = { date: dayOf(Date.parse(statement.date) + DAY_MS), after: 0 };
    }
  }

  /**
   * What was committed just before the day began may stand behind the position at which reading did. Answers whether the
   * journal has the item after all: one that has come since it was read is read in the next round, and must not count twice.
   */
  async function isInJournal(item: BookedItem): Promise<boolean> {
    const { key, currency } = item;
    const [batchId = "", uetr = ""] = key.split(" ");
    const outlay = await findOutlay(db, { payee, batchId, uetr });
    if (outlay === undefined) return false;
    const { position, amount_minor: amountMinor } = outlay;
    if (journalAt === undefined || position > journalAt) return true;
    found.push(...matcher.add("left", [{ key, currency, amountMinor }], performance.now()));
    return true;
  }

  /** How far its batch has come here, for what only the payee has; undefined when it is none of ours. */
  async function stageOf(side: "left" | "right", { key }: BookedItem) {
    return side === "left" ? "done" : findStage(db, key.split(" ")[0] ?? "");
  }

  /** Only what nothing explains: a credit whose answer has not reached us yet, or of somebody else's batch, is none. */
  async function findOverdue(before: number): Promise<void> {
    for (const { side, item } of matcher.overdue(before)) {
      const stage = await stageOf(side, item);
      if (stage === "credit") continue;
      if (side === "right" && (await isInJournal(item))) continue;
      matcher.drop(item);
      if (stage !== undefined) found.push(missing(side, item));
    }
  }

  return async function reconcilePayee() {
    const now = performance.now();
    // The journal first: what it holds stands on the statement by the time that is read.
    await readJournal(now);
    await readStatement(now);
    await findOverdue(now - times.graceMs);
    return found.splice(0);
  };
}

/** The receiving wallets of some corridors. */
export function payeesOf(corridors: Iterable<Corridor>): ParticipantId[] {
  return [...new Set([...corridors].map(({ payee }) => payee))];
}

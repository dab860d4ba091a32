import type { Break, BreakKind } from "../../protocol/reconciliation.ts";
import type { WireJournalEntry } from "../../protocol/wire/books.ts";
import type { ParticipantStatement } from "../../protocol/wire/participant.ts";

/** A difference, how old it is, and what to do about it. */
export interface ClassifiedBreak extends Break {
  /** `timing` while the other side may still be about to book it. */
  readonly type: BreakKind | "timing";
  readonly ageSeconds: number;
  readonly nextAction: string;
}

const NEXT_ACTION: Readonly<Record<ClassifiedBreak["type"], string>> = {
  timing: "wait: it is young enough to be under way; run again",
  "missing-left":
    "find the transfer in the relayer: its journal lacks what the other side has booked",
  "missing-right": "ask the other side for this item: the journal has it, and its evidence",
  "amounts-differ":
    "compare both entries with the signed batch; whoever differs from it corrects its books",
};

/** When each transfer and batch was last booked by anybody, in milliseconds. */
export function lastBooked(
  journal: readonly WireJournalEntry[],
  statements: readonly ParticipantStatement["items"][],
): Map<string, number> {
  const last = new Map<string, number>();
  const note = (key: string, at: string) =>
    last.set(key, Math.max(last.get(key) ?? 0, Date.parse(at)));
  for (const { uetr, batchId, at } of journal) for (const key of [uetr, batchId]) note(key, at);
  for (const { uetr, batchId, bookedAt } of statements.flat()) {
    for (const key of [uetr, batchId]) note(key, bookedAt);
  }
  return last;
}

/** Ages and classes of differences; those younger than `graceSeconds` are matters of timing. */
export function classify(
  breaks: readonly Break[],
  last: ReadonlyMap<string, number>,
  { now, graceSeconds }: { readonly now: number; readonly graceSeconds: number },
): ClassifiedBreak[] {
  return breaks.map((each) => {
    const at = Math.max(0, ...each.key.split(" ").map((word) => last.get(word) ?? 0));
    const ageSeconds = Math.max(0, Math.round((now - at) / 1_000));
    const type = ageSeconds < graceSeconds ? "timing" : each.kind;
    return { ...each, type, ageSeconds, nextAction: NEXT_ACTION[type] };
  });
}

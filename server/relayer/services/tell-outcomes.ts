import type { BatchId } from "../../../protocol/messages.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { WireTransfer } from "../../../protocol/wire/relayer.ts";
import type { OutcomeSources } from "./await-outcome.ts";

const UNDECIDED: readonly TransferState[] = ["accepted", "reserved"];
/** However a hint is lost, the database is looked at. */
const LOOK_MS = 500;

/**
 * Tells each transfer of a batch once: as soon as it has an outcome, and when the time is up as it stands then. Waits
 * by the first transfer that has none, since most outcomes of a batch come together.
 */
export async function* tellOutcomes(
  { readBatch, changes, watchOutcome }: OutcomeSources,
  wait: {
    readonly batchId: BatchId;
    readonly timeoutMs: number;
    /** Whoever has gone is told no more, and not looked for any longer. */
    readonly isGone: () => boolean;
  },
): AsyncGenerator<WireTransfer, void, undefined> {
  const deadline = performance.now() + wait.timeoutMs;
  const told = new Set<Uetr>();
  while (!wait.isGone()) {
    const timeUp = performance.now() >= deadline;
    const transfers = await readBatch(wait.batchId);
    for (const transfer of transfers) {
      const uetr = transfer.uetr as Uetr;
      if (told.has(uetr) || (UNDECIDED.includes(transfer.state) && !timeUp)) continue;
      told.add(uetr);
      yield transfer;
    }
    const next = transfers.find(({ uetr }) => !told.has(uetr as Uetr));
    if (!next) return;
    const left = Math.max(0, deadline - performance.now());
    using _watched = watchOutcome(wait.batchId, next.uetr as Uetr);
    await changes.next(next.uetr, Math.min(left, LOOK_MS));
  }
}

import type { BatchId } from "../../../protocol/messages.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { WireTransfer } from "../../../protocol/wire/relayer.ts";
import type { ChangeNotice } from "./notify-changes.ts";
import type { ReadBatch } from "./read-transfers.ts";
import type { WatchOutcome } from "./watch-outcomes.ts";

const UNDECIDED: readonly TransferState[] = ["accepted", "reserved"];
/** However a hint is lost, the database is looked at. */
const LOOK_MS = 1_000;

/** Where whoever waits reads, and who tells it when to. */
export interface OutcomeSources {
  readonly readBatch: ReadBatch;
  readonly changes: ChangeNotice;
  readonly watchOutcome: WatchOutcome;
}

export interface Waited {
  readonly transfers: WireTransfer[];
  /** Whether every transfer of the batch has an outcome. */
  readonly decided: boolean;
}

/** Waits until the payee has answered for every transfer of a batch, or the time is up. */
export async function awaitOutcome(
  { readBatch, changes, watchOutcome }: OutcomeSources,
  wait: {
    readonly batchId: BatchId;
    /** Any transfer of the batch: its outcome comes with the others'. */
    readonly uetr: Uetr;
    readonly timeoutMs: number;
    /** The batch was accepted just now: there is nothing to read before somebody tells of an outcome. */
    readonly fresh: boolean;
    /** Whoever has gone is not looked for any longer. */
    readonly isGone: () => boolean;
  },
): Promise<Waited> {
  const deadline = performance.now() + wait.timeoutMs;
  for (let look = 0; ; look++) {
    const left = deadline - performance.now();
    if (left > 0 && (look > 0 || wait.fresh)) {
      using _watched = watchOutcome(wait.batchId, wait.uetr);
      await changes.next(wait.uetr, Math.min(left, LOOK_MS));
    }
    const transfers = await readBatch(wait.batchId);
    const decided = transfers.every((transfer) => !UNDECIDED.includes(transfer.state));
    const isOver = deadline - performance.now() <= 0 || wait.isGone();
    if (decided || isOver) return { transfers, decided };
  }
}

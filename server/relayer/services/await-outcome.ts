import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { WireTransfer } from "../../../protocol/wire/relayer.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ChangeNotice } from "./notify-changes.ts";
import { readBatchTransfers } from "./read-transfers.ts";

const UNDECIDED: readonly TransferState[] = ["accepted", "reserved"];
/** Another instance may make the change: its commit is seen by looking. */
const LOOK_MS = 250;

export interface Waited {
  readonly transfers: WireTransfer[];
  /** Whether every transfer of the batch has an outcome. */
  readonly decided: boolean;
}

/** Waits until the payee has answered for every transfer of a batch, or the time is up. */
export async function awaitOutcome(
  context: ServiceContext,
  changes: ChangeNotice,
  wait: {
    readonly participantId: ParticipantId;
    readonly batchId: BatchId;
    readonly timeoutMs: number;
  },
): Promise<Waited> {
  const deadline = performance.now() + wait.timeoutMs;
  for (;;) {
    const transfers = await readBatchTransfers(context, wait.participantId, wait.batchId);
    const decided = transfers.every((transfer) => !UNDECIDED.includes(transfer.state));
    const left = deadline - performance.now();
    if (decided || left <= 0) return { transfers, decided };
    const [first] = transfers;
    await changes.next(first ? first.uetr : "", Math.min(left, LOOK_MS));
  }
}

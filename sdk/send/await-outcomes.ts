import type { TransferState } from "../../protocol/transfer-state.ts";
import type { Transfer } from "../../protocol/wire/relayer.ts";
import type { RelayerClient } from "../api/relayer-client.ts";
import { inParallel } from "./in-parallel.ts";

const UNDECIDED: readonly TransferState[] = ["accepted", "reserved"];
const READS_AT_ONCE = 16;

/** Whether the payee's answer, or an end, is known of a transfer. */
export const isDecided = ({ state }: Pick<Transfer, "state">) => !UNDECIDED.includes(state);

/** Follows one transfer's events until it is decided or time is up. */
async function followOne(relayer: RelayerClient, uetr: string, patienceMs: number): Promise<void> {
  const events = relayer.track(uetr);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  try {
    for (;;) {
      const next = await Promise.race([events.next(), enough]);
      if (next === undefined || next.done || isDecided(next.value.data)) return;
    }
  } finally {
    clearTimeout(timer);
    // It may still be waiting for a word of the relayer, so its end is not waited for.
    events.return().catch(() => undefined);
  }
}

/**
 * Waits by the event stream until the payee has answered for a batch, or time is up, and reads what became of it. The
 * outcome is one signature for the whole batch, so that following its first transfer is enough.
 */
export async function awaitOutcomes(
  relayer: RelayerClient,
  transfers: readonly Transfer[],
  patienceMs: number,
): Promise<readonly Transfer[]> {
  const [first] = transfers;
  if (!first || transfers.every(isDecided)) return transfers;
  await followOne(relayer, first.uetr, patienceMs);
  return inParallel(transfers, READS_AT_ONCE, ({ uetr }) => relayer.transfer(uetr));
}

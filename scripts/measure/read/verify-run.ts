import type { Transfer } from "../../../protocol/wire/relayer.ts";
import type { RelayerClient } from "../../../sdk/api/relayer-client.ts";
import { createWalletApp } from "../../../server/local/wallet-app.ts";
import type { Bench } from "../bench.ts";
import { checkCounts, type Sums } from "./check-counts.ts";

export interface Verified extends Sums {
  /** Of the whole corridor until then, warm-up included. */
  readonly transfers: number;
}

const PATIENCE_MS = 120_000;
const LOOK_MS = 250;
const NEWEST = 20;
const PAGE = 200;
const MOVING: readonly string[] = ["accepted", "reserved", "credited"];
/** After the last settlement the audit log is written. */
const AFTERWARDS_MS = 1_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** All that was accepted since a moment, newest first; what is older is not read. */
async function readSince(relayer: RelayerClient, since: number): Promise<Map<string, Transfer>> {
  const all = new Map<string, Transfer>();
  let cursor: string | undefined;
  do {
    const page = await relayer.transfers({ limit: PAGE, ...(cursor && { cursor }) });
    for (const transfer of page.transfers) {
      if (Date.parse(transfer.acceptedAt) < since) return all;
      all.set(transfer.uetr, transfer);
    }
    cursor = page.next;
  } while (cursor);
  return all;
}

/** Waits until the newest transfers are at their end, at little cost for who is being measured. */
export async function untilQuiet({ payer }: Bench): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { transfers } = await payer.relayer.transfers({ limit: NEWEST });
    if (!transfers.some(({ state }) => MOVING.includes(state))) break;
    if (performance.now() > deadline) throw new Error("void: not everything was settled in time");
    await sleep(LOOK_MS);
  }
  await sleep(AFTERWARDS_MS);
}

async function readSettled(bench: Bench): Promise<Map<string, Transfer>> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const all = await readSince(bench.payer.relayer, bench.begunAt);
    if (![...all.values()].some(({ state }) => MOVING.includes(state))) return all;
    if (performance.now() > deadline) throw new Error("void: not everything was settled in time");
    await sleep(LOOK_MS);
  }
}

/** Mean milliseconds from acceptance to each state. */
function meanStages(transfers: readonly Transfer[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { timeline } of transfers) {
    for (const { state, elapsedMs } of timeline) sums[state] = (sums[state] ?? 0) + elapsedMs;
  }
  return Object.fromEntries(
    Object.entries(sums).map(([state, sum]) => [state, sum / transfers.length]),
  );
}

/**
 * Holds everything that a bench has sent so far against the receiving wallet's own list; see `checkCounts`. Answers the
 * stages of some of it as well.
 *
 * @throws "void" when anything is lost, doubled or unsettled.
 */
export async function verifyRun(
  bench: Bench,
  accepted: readonly string[],
): Promise<{ verified: Verified; stages: Record<string, number> }> {
  const transfers = await readSettled(bench);
  const receiving = createWalletApp(bench.corridor.walletUrl(bench.payer.corridor.payee));
  const days = [bench.begunAt, Date.now()].map((ms) => new Date(ms).toISOString().slice(0, 10));
  const lists = await Promise.all([...new Set(days)].map((day) => receiving.credits(day)));
  const sums = checkCounts({ accepted: bench.accepted, transfers, credits: lists.flat() });
  const own = new Set(accepted);
  return {
    verified: { transfers: transfers.size, ...sums },
    stages: meanStages([...transfers.values()].filter(({ uetr }) => own.has(uetr))),
  };
}

import { parseAmount } from "../../protocol/money.ts";
import type { Transfer } from "../../protocol/wire/relayer.ts";
import type { DirectPayer } from "../../server/local/direct-payer.ts";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";
import { createWalletApp } from "../../server/local/wallet-app.ts";

export interface Verified {
  readonly transfers: number;
  readonly sentMinor: string;
  readonly receivedMinor: string;
  /** Mean milliseconds from acceptance to each state. */
  readonly stages: Readonly<Record<string, number>>;
}

const PATIENCE_MS = 60_000;

async function readAll(payer: DirectPayer): Promise<Map<string, Transfer>> {
  const all = new Map<string, Transfer>();
  let cursor: string | undefined;
  do {
    const page = await payer.relayer.transfers({ limit: 200, ...(cursor && { cursor }) });
    for (const transfer of page.transfers) all.set(transfer.uetr, transfer);
    cursor = page.next;
  } while (cursor);
  return all;
}

/** Waits until the chain has settled everything. */
async function untilSettled(payer: DirectPayer): Promise<Map<string, Transfer>> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const all = await readAll(payer);
    if ([...all.values()].every(({ state }) => state === "settled")) return all;
    if (performance.now() > deadline) throw new Error("void: not everything was settled in time");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

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
 * Holds a run against the receiving wallet's own statement: every accepted transfer is credited exactly once, nothing
 * else is, and the sums agree to the cent. Throws "void" otherwise: a figure of a run that lost money is none.
 */
export async function verifyRun(
  corridor: LocalCorridor,
  payer: DirectPayer,
  accepted: readonly string[],
): Promise<Verified> {
  const transfers = await untilSettled(payer);
  const receiving = createWalletApp(corridor.walletUrl(payer.corridor.payee));
  const credits = (await receiving.credits()).filter(({ status }) => status === "ACCC");
  const counts = new Map<string, number>();
  for (const { uetr } of credits) counts.set(uetr, (counts.get(uetr) ?? 0) + 1);
  const missing = accepted.filter((uetr) => counts.get(uetr) !== 1);
  if (missing.length > 0)
    throw new Error(`void: ${missing.length} transfers not credited exactly once`);
  if (credits.length !== transfers.size || accepted.length > transfers.size) {
    throw new Error(`void: ${credits.length} credits for ${transfers.size} transfers`);
  }
  const list = [...transfers.values()];
  const sum = (amountOf: (transfer: Transfer) => { value: string; currency: string }) =>
    list.reduce((total, transfer) => {
      const { value, currency } = amountOf(transfer);
      return total + parseAmount(value, currency);
    }, 0n);
  const sent = sum(({ sendAmount }) => sendAmount);
  const received = sum(({ receiveAmount }) => receiveAmount);
  const credited = credits.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n);
  if (credited !== received) throw new Error(`void: ${credited} credited for ${received}`);
  return {
    transfers: list.length,
    sentMinor: sent.toString(),
    receivedMinor: received.toString(),
    stages: meanStages(list.filter(({ uetr }) => accepted.includes(uetr))),
  };
}

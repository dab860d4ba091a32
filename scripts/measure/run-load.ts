import type { Transfer, WireTransferRequest } from "../../protocol/wire/relayer.ts";
import { verifyOutcome } from "../../sdk/verify/verify-outcome.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";
import { createProgress } from "../terminal/progress.ts";
import { readCounters } from "./counters.ts";
import { type Latencies, summarise } from "./percentiles.ts";
import { readUsage, type Usage, usageBetween } from "./usage.ts";
import { type Verified, verifyRun } from "./verify-run.ts";

export type RunName = "idle" | "steady";

export interface LoadOptions {
  readonly run: RunName;
  /** How many transfers one after the other (idle). */
  readonly count: number | undefined;
  readonly rate: number;
  readonly durationMs: number;
}

export interface LoadResult {
  readonly latencies: Latencies;
  readonly samples: readonly number[];
  readonly perSecond: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Mean milliseconds from acceptance to each state, by the relayer's own clock. */
  readonly stages: Readonly<Record<string, number>>;
  readonly usage: Usage;
  readonly perTransfer: {
    readonly gas: number;
    readonly statements: number;
    readonly cpuMs: number;
  };
  readonly verified: Verified;
}

const WARM_UP = 20;
const PEOPLE = 50;
const WAIT_SECONDS = 30;
const AMOUNT = { value: "100.00", currency: "HKD" };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** People on both sides: the recipients have accounts at the receiving wallet. */
async function openPeople(corridor: LocalCorridor, payer: DirectPayer) {
  const url = new URL("/app/accounts", corridor.walletUrl(payer.corridor.payee));
  const people = Array.from({ length: PEOPLE }, (_, index) => ({
    sender: { name: `Wong Ka Yan ${index}`, phone: `+8526${String(index).padStart(7, "0")}` },
    recipient: { name: `Jose Reyes ${index}`, phone: `+63917${String(index).padStart(7, "0")}` },
  }));
  for (const { recipient } of people) {
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(recipient),
    });
  }
  return people;
}

type People = Awaited<ReturnType<typeof openPeople>>;

/** Quote, details, tree and signature: what a wallet does before the clock starts. */
async function prepare(payer: DirectPayer, people: People, index: number) {
  const pair = people[index % people.length];
  if (!pair) throw new Error("there are no people");
  const order = { ...pair, amount: AMOUNT };
  const quote = await payer.quote(order);
  return payer.sign(quote, payer.detailsFor(order, quote));
}

/** The wallet knows: it holds the payee's signature over an outcome that does not reject this transfer. */
function isProven(corridor: LocalCorridor, transfer: Transfer): boolean {
  if (!transfer.outcome) return false;
  const { network, plan } = corridor;
  const payee = plan.wallets.find(({ participant }) => participant.id === plan.corridors[0]?.payee);
  const proven = verifyOutcome(
    { chainId: network.chainId, corridor: network.corridor },
    {
      batchId: transfer.batchId,
      index: transfer.index,
      rejections: transfer.outcome.rejections,
      signature: transfer.outcome.signature,
      payeeSigner: payee?.keys.signer.address as never,
    },
  );
  return proven.answered === "accepted";
}

interface Tally {
  readonly samples: number[];
  readonly accepted: string[];
  readonly errors: Record<string, number>;
}

/** Posts a prepared order; its time counts from when it was due, not from when we got round to it. */
async function send(
  corridor: LocalCorridor,
  payer: DirectPayer,
  sent: { readonly order: WireTransferRequest; readonly dueAt: number },
  tally: Tally,
): Promise<void> {
  const { order, dueAt } = sent;
  const fail = (kind: string) => {
    tally.errors[kind] = (tally.errors[kind] ?? 0) + 1;
  };
  try {
    const { uetr } = order.details;
    const options = { idempotencyKey: uetr, waitSeconds: WAIT_SECONDS };
    const transfer = await payer.relayer.sendTransfer(order, options);
    tally.accepted.push(uetr);
    if (!isProven(corridor, transfer)) return fail(`not credited: ${transfer.state}`);
    tally.samples.push(performance.now() - dueAt);
  } catch (error) {
    fail(error instanceof Error ? error.message : "unknown");
  }
}

async function runIdle(
  corridor: LocalCorridor,
  payer: DirectPayer,
  people: People,
  count: number,
  tally: Tally,
) {
  const progress = createProgress("idle", count);
  for (let index = 0; index < count; index++) {
    const order = await prepare(payer, people, index);
    // The settlement of the one before must not stand in the way of this one: idle means idle.
    await sleep(100);
    await send(corridor, payer, { order, dueAt: performance.now() }, tally);
    progress.step();
  }
  progress.stop();
}

/** How long before its time an order is prepared. */
const LEAD_MS = 2_000;

/** Open loop: arrivals keep their times whatever the answers take, so that a slow system cannot hide its queue. */
async function runSteady(
  corridor: LocalCorridor,
  payer: DirectPayer,
  people: People,
  load: { readonly rate: number; readonly count: number },
  tally: Tally,
) {
  const progress = createProgress("steady", load.count);
  const start = performance.now() + LEAD_MS;
  const arrivals = Array.from({ length: load.count }, async (_, index) => {
    const dueAt = start + (index * 1_000) / load.rate;
    await sleep(dueAt - LEAD_MS - performance.now());
    try {
      const order = await prepare(payer, people, index);
      await sleep(dueAt - performance.now());
      await send(corridor, payer, { order, dueAt }, tally);
    } catch (error) {
      const kind = `quote: ${error instanceof Error ? error.message : "unknown"}`;
      tally.errors[kind] = (tally.errors[kind] ?? 0) + 1;
    }
    progress.step();
  });
  await Promise.all(arrivals);
  progress.stop();
}

/** Runs one load against a corridor, and voids it unless every accepted transfer is found credited once. */
export async function runLoad(corridor: LocalCorridor, options: LoadOptions): Promise<LoadResult> {
  const payer = createDirectPayer(corridor);
  const people = await openPeople(corridor, payer);
  const warmUp: Tally = { samples: [], accepted: [], errors: {} };
  await runIdle(corridor, payer, people, WARM_UP, warmUp);
  const tally: Tally = { samples: [], accepted: [], errors: {} };
  const before = { usage: readUsage(corridor), counters: await readCounters(corridor) };
  const startedAt = performance.now();
  if (options.run === "idle") {
    await runIdle(corridor, payer, people, options.count ?? 200, tally);
  } else {
    const count = Math.round((options.rate * options.durationMs) / 1_000);
    await runSteady(corridor, payer, people, { rate: options.rate, count }, tally);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const verified = await verifyRun(corridor, payer, [...warmUp.accepted, ...tally.accepted]);
  const usage = usageBetween(before.usage, readUsage(corridor));
  const counters = await readCounters(corridor);
  const sent = tally.accepted.length;
  const cpuSeconds = Object.entries(usage).reduce((sum, [, { cpuSeconds }]) => sum + cpuSeconds, 0);
  return {
    latencies: summarise(tally.samples),
    samples: tally.samples,
    perSecond: tally.samples.length / seconds,
    errors: tally.errors,
    stages: verified.stages,
    usage,
    perTransfer: {
      gas: Math.round((counters.gas - before.counters.gas) / sent),
      statements: (counters.statements - before.counters.statements) / sent,
      cpuMs: (cpuSeconds * 1_000) / sent,
    },
    verified,
  };
}

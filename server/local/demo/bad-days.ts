import { setTimeout as sleep } from "node:timers/promises";
import type { Transfer } from "../../../protocol/wire/relayer.ts";
import { setBlockTime, stopBlocks } from "../chain/start-chain.ts";
import { advanceChainTime } from "../chain-clock.ts";
import { urlOf } from "../plan.ts";
import { programFaults } from "../program-faults.ts";
import type { ShownPayment } from "../wallet-app.ts";
import type { Day, RunEvent, ToldName } from "./run-events.ts";
import type { Stage } from "./stage.ts";

/** A payment that is under way, as a day's trouble sees it. */
export interface Scene {
  readonly stage: Stage;
  /** Milliseconds since it began. */
  readonly elapsedMs: () => number;
  /** Aborted when somebody does not want to wait for the chain's clock. */
  readonly hurry: AbortSignal;
  tell(event: RunEvent): void;
  /** Tells something once. */
  say(name: ToldName, values?: Readonly<Record<string, string>>): void;
}

/** What both sides know of the payment at one look; the relayer nothing while it is away. */
export interface Look {
  readonly payment: ShownPayment;
  readonly transfer: Transfer | undefined;
}

/** What goes wrong on a day: brought about, played at each look, and undone whatever happened. */
export interface Trouble {
  prepare?(scene: Scene): Promise<void>;
  play?(scene: Scene, look: Look): Promise<void>;
  /** Once the payment has ended, before the day does. */
  close?(scene: Scene): Promise<void>;
  undo?(stage: Stage): Promise<void>;
}

const BANK_LATENCY_MS = 4_000;
const CHAIN_STOPS_MS = 8_000;
const RELAYER_AWAY_MS = 2_500;

const seconds = (ms: number) => (ms / 1_000).toFixed(1);

/** The receiving wallet's directory does not know yet that the account has been closed. */
const closedAccount: Trouble = {
  async prepare({ stage: { receiving, recipient }, say }) {
    await receiving.misbehave({ staleDirectory: true });
    await receiving.setStatus(recipient.phone, "closed");
    say("account-closed");
  },
  async undo({ receiving, recipient }) {
    await receiving.misbehave({});
    await receiving.setStatus(recipient.phone, "open");
  },
};

/** Asks the bank itself for a rate, to see how long it takes. */
async function timeBank({ local, corridor }: Stage): Promise<number> {
  const began = performance.now();
  const { accounts } = local.network;
  const response = await fetch(new URL("/fx/quotes", urlOf(local.plan, local.plan.bank)), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      corridor: corridor.id,
      payer: accounts[corridor.payer],
      payee: accounts[corridor.payee],
    }),
  });
  await response.arrayBuffer();
  return performance.now() - began;
}

function bankSlow(): Trouble {
  let asked: Promise<number> | undefined;
  return {
    async prepare({ stage, say }) {
      const { id } = stage.local.plan.bank.participant;
      const latency = { route: "POST /fx/quotes", mode: "latency" as const, ms: BANK_LATENCY_MS };
      await programFaults(stage.local.controlUrl(id), [latency]);
      say("bank-slowed");
      asked = timeBank(stage);
    },
    async close({ say }) {
      if (asked !== undefined) say("bank-answered", { seconds: seconds(await asked) });
    },
    undo: ({ local }) => programFaults(local.controlUrl(local.plan.bank.participant.id), []),
  };
}

/** How long the chain still holds a batch, and the way to wait no longer: a local chain's clock can be moved. */
async function watchHold(scene: Scene, batchId: string): Promise<void> {
  const { stage, hurry, tell, say } = scene;
  const [{ status, settleUntil }, block] = await Promise.all([
    stage.batch(batchId),
    stage.newestBlock(),
  ]);
  if (status !== "Reserved") return;
  const secondsLeft = Math.max(0, settleUntil - block.time);
  say("waits-for-clock", { seconds: `${secondsLeft}` });
  tell({ kind: "clock", secondsLeft });
  if (!hurry.aborted || secondsLeft === 0) return;
  await advanceChainTime(stage.local.rpcUrl, secondsLeft + 1);
  say("clock-moved", { seconds: `${secondsLeft}` });
}

const walletSilent: Trouble = {
  async prepare({ stage, say }) {
    await stage.receiving.misbehave({ silent: true });
    say("wallet-silenced");
  },
  async play(scene, { transfer }) {
    if (transfer?.state === "reserved") await watchHold(scene, transfer.batchId);
  },
  undo: ({ receiving }) => receiving.misbehave({}),
};

function chainStalled(): Trouble {
  let goesOn = false;
  return {
    async prepare({ stage, say }) {
      await stopBlocks(stage.local.rpcUrl);
      say("chain-stopped", { block: `${(await stage.newestBlock()).number}` });
    },
    async play({ stage, elapsedMs, say }) {
      const { number } = await stage.newestBlock();
      if (goesOn || elapsedMs() < CHAIN_STOPS_MS / 2) return;
      say("chain-still", { block: `${number}` });
      if (elapsedMs() < CHAIN_STOPS_MS) return;
      goesOn = true;
      await setBlockTime(stage.local.rpcUrl, stage.local.plan.blockTimeMs);
      say("chain-goes-on");
    },
    undo: ({ local }) => setBlockTime(local.rpcUrl, local.plan.blockTimeMs),
  };
}

function relayerKilled(): Trouble {
  let killed = false;
  return {
    async play({ stage, say, tell }, { payment, transfer }) {
      if (killed || !transfer) return;
      killed = true;
      await stage.local.services.get("relayer")?.kill();
      say("relayer-killed", { state: transfer.state });
      await sleep(RELAYER_AWAY_MS);
      const { status } = await stage.batch(payment.batchId);
      if (status === "Reserved") tell({ kind: "place", place: "held" });
      say("chain-holds", { status });
      const began = performance.now();
      await stage.local.restartRelayer();
      say("relayer-back", { seconds: seconds(performance.now() - began) });
    },
    async undo({ local }) {
      // Whatever has gone wrong in between: no day leaves the corridor without a relayer.
      if (!local.services.get("relayer")?.signal?.(0)) await local.restartRelayer();
    },
  };
}

/** A day's trouble, new for each payment. */
export function troubleOf(day: Day): Trouble {
  switch (day) {
    case "good":
      return {};
    case "closed-account":
      return closedAccount;
    case "bank-slow":
      return bankSlow();
    case "wallet-silent":
      return walletSilent;
    case "chain-stalled":
      return chainStalled();
    case "relayer-killed":
      return relayerKilled();
  }
}

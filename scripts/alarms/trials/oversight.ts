import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { setBlockTime, stopBlocks } from "../../../server/local/chain/start-chain.ts";
import { deployerKey, relayerKey } from "../../../server/local/keys.ts";
import { programFaults } from "../../../server/local/program-faults.ts";
import { waitFor } from "../../../server/local/wait-for.ts";
import type { Bench } from "../bench.ts";
import type { Trial } from "../trial.ts";
import { withAccount } from "../with-account.ts";

const RECONCILE = fileURLToPath(new URL("../../reconcile.ts", import.meta.url));
const LANE = relayerKey().address;
const BLOCKS = 1_100;
const hex = (value: bigint) => `0x${value.toString(16)}`;

/** `npm run reconcile`, as an operator does it: what it prints. @throws when it sees no difference where one is. */
async function reconcile({ field }: Bench, expected: "same" | "differences"): Promise<void> {
  const args = [RECONCILE, "--directory", field.directory, "--grace", "10"];
  // Not synchronously: the lines between all others are in this process.
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [printed, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (status === (expected === "same" ? 0 : 1)) return;
  throw new Error(`npm run reconcile ended with ${status}: ${printed}`);
}

async function liftReservations({ operator }: Bench): Promise<void> {
  await operator.press(/^\/halts\/lift$/);
}

/** The chain replaces blocks that were final for everybody: at depth 0 the last ones. */
async function replaceBlocks(bench: Bench): Promise<void> {
  const { chain, field, operator } = bench;
  await stopBlocks(field.corridor.rpcUrl);
  const snapshot = await chain("evm_snapshot");
  for (let block = 0; block < 6; block++) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    await chain("evm_mine");
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await chain("evm_revert", snapshot);
  for (let block = 0; block < 10; block++) await chain("evm_mine");
  await setBlockTime(field.corridor.rpcUrl, field.corridor.plan.blockTimeMs);
  const opened = await waitFor(
    () => operator.openCases(),
    (cases) => cases.some(({ kind }) => kind === "reorganised"),
  );
  if (opened.length === 0) throw new Error("no case was opened");
}

async function distortStatement({ field }: Bench): Promise<void> {
  const control = field.corridor.controlUrl(field.route.payee);
  await programFaults(control, [{ route: "GET /statements/{date}", mode: "wrong-entry" }]);
}

async function correctStatement(bench: Bench): Promise<void> {
  const { field, operator } = bench;
  await reconcile(bench, "differences");
  await programFaults(field.corridor.controlUrl(field.route.payee), []);
  await reconcile(bench, "same");
  await operator.resolveCases("reconciliation-break");
  await liftReservations(bench);
}

/** One minor unit more or less in the first reservation's entry of the journal. */
async function changeJournal({ query }: Bench, by: 1 | -1): Promise<void> {
  const { rowCount } = await query(
    `update journal_entries set amount_minor = amount_minor + $1 where position =
      (select min(position) from journal_entries where kind = 'reserve' and currency = 'HKD')`,
    [by],
  );
  if (rowCount !== 1) throw new Error("the journal has no reservation yet");
}

/** Lets the journal be compared with the chain from the first block on once more, until the difference is found. */
async function compareAnew({ query, operator }: Bench): Promise<void> {
  const look = async () => {
    // Each time: a round that was under way has put its own place back.
    await query("delete from chain_checkpoints where name = 'reconciled'");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return operator.openCases();
  };
  const cases = await waitFor(look, (open) => open.length > 0);
  if (cases.length === 0) throw new Error("no case was opened");
}

async function stealKey({ field }: Bench): Promise<void> {
  await withAccount(field.corridor.rpcUrl, relayerKey().privateKey, async (thief) => {
    await (await thief.sendTransaction({ to: LANE, value: 0n })).wait();
  });
}

/** Another relayer with another key takes over; what the old key has is moved, and its halt is lifted. */
async function replaceKey(bench: Bench): Promise<void> {
  const { field, watch, chain, secondOperator } = bench;
  await field.crew.restart(1);
  watch([0, 1]);
  await field.crew.kill(0);
  watch([1]);
  const left = BigInt((await chain("eth_getBalance", LANE, "latest")) as string);
  await withAccount(field.corridor.rpcUrl, relayerKey().privateKey, async (old) => {
    const value = left - 10n ** 18n;
    await (await old.sendTransaction({ to: deployerKey().address, value })).wait();
  });
  await secondOperator.resolveCases("foreign-nonce");
  await secondOperator.act("/halts/lift", { scope: `lane:${LANE}` });
}

/** For the trials that follow alone: in life a key that was stolen is never used again. */
async function takeKeyBack({ field, watch, chain, query }: Bench): Promise<void> {
  await chain("hardhat_setBalance", LANE, hex(10n ** 22n));
  const counted = BigInt((await chain("eth_getTransactionCount", LANE, "latest")) as string);
  await query("update nonce_lanes set next_nonce = $1 where lane = $2", [counted, LANE]);
  await query("delete from chain_transactions where lane = $1 and mined_block is null", [LANE]);
  await field.crew.restart(0);
  await field.crew.kill(1);
  watch([0]);
}

/** Alarms of which people must decide. The bank and the wallets of the bench do not follow replaced blocks: those last. */
export const OVERSIGHT_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorReservationsHalted",
    cause: "an operator has halted reservations for maintenance",
    remedy: "lifted on the console's overview",
    provoke: ({ operator }) => operator.act("/halts", { scope: "reservations" }),
    mend: liftReservations,
  },
  {
    alert: "CorridorReconciliationBreak",
    cause: "an entry of the payee's statement is one centavo off",
    remedy: "npm run reconcile names it, the payee corrects it, case resolved, halt lifted",
    provoke: distortStatement,
    mend: correctStatement,
  },
  {
    alert: "CorridorReconciliationStill",
    cause: "a case of a journal entry that was changed by hand stays open for a thousand blocks",
    remedy: "npm run reconcile names it, the entry is corrected, case resolved, halt lifted",
    async provoke(bench) {
      await changeJournal(bench, 1);
      await compareAnew(bench);
      for (let block = 0; block < BLOCKS; block++) await bench.chain("evm_mine");
    },
    async mend(bench) {
      await reconcile(bench, "differences");
      await changeJournal(bench, -1);
      await bench.operator.resolveCases("reconciliation-break");
      await liftReservations(bench);
    },
  },
  {
    alert: "CorridorLaneHalted",
    cause: "somebody else sends a chain transaction with the relayer's key",
    remedy:
      "a relayer with another key takes over, the old one ends, its gas is moved, halt lifted",
    provoke: stealKey,
    mend: replaceKey,
    after: takeKeyBack,
  },
  {
    alert: "CorridorCaseOpen",
    cause: "the chain replaces blocks that were final",
    remedy: "CHAIN_DEPTH raised; the case is resolved and the halt lifted on the console",
    provoke: replaceBlocks,
    async mend({ field, operator }) {
      await field.crew.restart(0, { CHAIN_DEPTH: "2" });
      await operator.press(/^\/cases\/[^/]+\/resolve$/);
      await operator.press(/^\/halts\/lift$/);
    },
    async after({ field }) {
      await field.crew.restart(0);
    },
  },
];

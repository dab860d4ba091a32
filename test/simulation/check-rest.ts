import { expect } from "chai";
import { sql } from "kysely";
import { assertAuditChain, FIRST_AUDIT_HASH } from "../../protocol/audit.ts";
import { edgeFrom, TRANSFER_FACTS, type TransferState } from "../../protocol/transfer-state.ts";
import { listAuditEntries } from "../../server/relayer/store/audit.ts";
import { sumJournal } from "../../server/relayer/store/journal.ts";
import type { Simulation } from "./run-simulation.ts";

type Row = Awaited<ReturnType<typeof readTransfers>>[number];

const PAGE = 20_000;

function readTransfers({ database: { db } }: Simulation) {
  return db
    .selectFrom("transfers")
    .select(["uetr", "batch_id", "state", "version", "send_minor", "receive_minor"])
    .execute();
}

const sum = (rows: readonly Row[], of: (row: Row) => bigint) =>
  rows.reduce((total, row) => total + of(row), 0n);

/** Every order that a wallet was told is accepted is there, once, and has come to an end. */
function checkNothingLost(simulation: Simulation, rows: readonly Row[]): void {
  const stored = new Set(rows.map((row) => row.uetr));
  const lost = simulation.accepted.flatMap(({ request }) =>
    request.transfers.flatMap(({ details }) => (stored.has(details.uetr) ? [] : [details.uetr])),
  );
  expect(lost, "accepted and not there").to.deep.equal([]);
  const open = rows.filter(({ state }) => ["accepted", "reserved", "credited"].includes(state));
  expect(open, "not at an end").to.deep.equal([]);
}

const isSettled = ({ state }: Row) => state === "settled" || state === "held";

/**
 * A chain that takes nothing for longer than the settlement margin costs the payee: it has credited, and cannot settle
 * any more. Its claim is the make-good; we call it disputed when we had its answer, and expired when we had not.
 */
function isMakeGood({ chain }: Simulation, { state, batch_id: batchId }: Row): boolean {
  const released = chain.statusAt(batchId, chain.head.number) === "Expired";
  return released && (state === "disputed" || state === "expired");
}

/** The chain's word and ours are the same, and the payee has credited what was settled, once, and nothing else. */
function checkEffects(simulation: Simulation, rows: readonly Row[]): void {
  const { chain, wallet, faults } = simulation;
  const last = chain.head.number;
  let makeGoods = 0;
  const wrong: unknown[] = [];
  for (const row of rows) {
    const { uetr, batch_id: batchId, state, receive_minor: amount } = row;
    const status = chain.statusAt(batchId, last);
    const credit = wallet.credits.get(uetr);
    const once = credit?.times === 1 && credit.amountMinor === amount && credit.batchId === batchId;
    const makeGood = credit !== undefined && isMakeGood(simulation, row);
    if (makeGood) makeGoods++;
    const agrees =
      isSettled(row) || state === "rejected" ? status === "Settled" : status !== "Settled";
    const right = isSettled(row) || makeGood ? once : credit === undefined;
    if (!agrees || !right) wrong.push({ uetr, state, status, credit });
  }
  expect(wrong, "effects that do not fit their states").to.deep.equal([]);
  if (faults["everything stands still"] === undefined) expect(makeGoods, "make-goods").to.equal(0);
}

/** Steps are numbered without a gap, and each is an edge of the published graph. */
async function checkSteps({ database: { db } }: Simulation): Promise<void> {
  const steps = await db
    .selectFrom("transfer_events as e")
    .innerJoin("transfers as t", (join) =>
      join.onRef("t.batch_id", "=", "e.batch_id").on(sql<boolean>`e.places @> t.batch_index`),
    )
    .select(["t.uetr", "e.version", "e.state"])
    .orderBy("t.uetr")
    .orderBy("e.version")
    .execute();
  const edges = new Set(
    (
      [
        "accepted",
        "reserved",
        "credited",
        "held",
        "settled",
        "rejected",
        "expired",
        "returned",
        "disputed",
      ] as TransferState[]
    ).flatMap((from) => TRANSFER_FACTS.map((fact) => `${from} ${edgeFrom(from, fact)}`)),
  );
  const wrong = steps.filter((step, at) => {
    const before = steps[at - 1];
    if (before?.uetr !== step.uetr) return step.version !== 1 || step.state !== "accepted";
    return step.version !== before.version + 1 || !edges.has(`${before.state} ${step.state}`);
  });
  expect(wrong, "steps out of the graph").to.deep.equal([]);
}

/** At rest nothing is held, and every account stands at what the transfers' ends say. */
async function checkJournal(simulation: Simulation, rows: readonly Row[]): Promise<void> {
  const { db } = simulation.database;
  const balances = new Map(
    (await sumJournal(db)).map(({ account, currency, balance_minor }) => [
      `${account} ${currency}`,
      balance_minor,
    ]),
  );
  const settled = rows.filter(isSettled);
  const sent = sum(settled, (row) => row.send_minor);
  const received = sum(settled, (row) => row.receive_minor);
  // What the payee has laid out and the chain has released stands against it until the make-good.
  const disputed = rows.filter(({ state }) => state === "disputed");
  const laidOut = received + sum(disputed, (row) => row.receive_minor);
  const standing = [...balances].filter(([, minor]) => minor !== 0n).sort();
  const users =
    (balances.get("island-wallet/users PHP") ?? 0n) +
    (balances.get("island-wallet/suspense PHP") ?? 0n);
  expect(users, "credited or held for users").to.equal(laidOut);
  const rest = standing.filter(([name]) => !/users|suspense/.test(name));
  expect(Object.fromEntries(rest)).to.deep.equal({
    "harbour-wallet/position HKD": -sent,
    "island-wallet/advanced PHP": -laidOut,
    "island-wallet/position PHP": received,
    "meridian-bank/position HKD": sent,
    "meridian-bank/position PHP": -received,
  });
}

/** The audit log holds together and has one entry for every step and act. */
async function checkAudit({ database: { db } }: Simulation): Promise<void> {
  let last = { seq: 0n, digest: "", hash: FIRST_AUDIT_HASH };
  let entries = 0;
  for (;;) {
    const page = await listAuditEntries(db, { after: last.seq, limit: PAGE });
    if (page.length === 0) break;
    assertAuditChain(last, page);
    last = page.at(-1) ?? last;
    entries += page.filter(({ kind }) => kind === "transfer").length;
  }
  const { count } = await db
    .selectFrom("transfer_events")
    .select((select) => select.fn.sum<bigint>("count").as("count"))
    .executeTakeFirstOrThrow();
  expect(entries, "entries for steps").to.equal(Number(count));
}

/** Each key's chain transactions are numbered without a gap, and nobody's has been halted. */
async function checkLanes({ database: { db } }: Simulation): Promise<void> {
  const rows = await db
    .selectFrom("chain_transactions")
    .select(["lane", "nonce"])
    .orderBy("lane")
    .orderBy("nonce")
    .execute();
  const wrong = rows.filter(({ lane, nonce }, at) => {
    const before = rows[at - 1];
    return nonce !== (before?.lane === lane ? before.nonce + 1n : 0n);
  });
  expect(wrong, "gaps between nonces").to.deep.equal([]);
  expect(await db.selectFrom("halts").selectAll().execute(), "halts").to.deep.equal([]);
}

/** Everything that must hold when a run has come to rest. Throws at the first thing that does not. */
export async function checkRest(simulation: Simulation): Promise<void> {
  const rows = await readTransfers(simulation);
  checkNothingLost(simulation, rows);
  checkEffects(simulation, rows);
  await checkSteps(simulation);
  await checkJournal(simulation, rows);
  await checkAudit(simulation);
  await checkLanes(simulation);
  expect(await simulation.relayers[0]?.breaks(), "journal against chain").to.deep.equal([]);
}

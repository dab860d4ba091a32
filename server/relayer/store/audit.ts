import { sql } from "kysely";
import type { AuditLink } from "../../../protocol/audit.ts";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { Db } from "./open-database.ts";
import type { AuditAct, AuditKind } from "./tables/oversight.ts";

/** The last entry's number and hash. */
export type AuditHead = Pick<AuditLink, "seq" | "hash">;

/** Stores an act of an operator, or of the relayer itself, to be written into the audit log. */
export async function insertAct(db: Db, act: AuditAct): Promise<void> {
  await db
    .insertInto("outbox")
    .values({ act: JSON.stringify(act), event_positions: null, steps: null, left_states: null })
    .execute();
}

/** The head, locked until the end of the transaction: only one appends at a time. */
export async function lockAuditHead(db: Db): Promise<AuditHead> {
  return db.selectFrom("audit_head").select(["seq", "hash"]).forUpdate().executeTakeFirstOrThrow();
}

export async function findAuditHead(db: Db): Promise<AuditHead> {
  return db.selectFrom("audit_head").select(["seq", "hash"]).executeTakeFirstOrThrow();
}

/** What waits to be written: a step that transfers of a batch have taken together, or an act. */
export interface Outgoing {
  readonly id: bigint;
  readonly act: AuditAct | null;
  readonly participant_id: ParticipantId | null;
  readonly batch_id: BatchId | null;
  /** The transfers', in order of their places in the batch. */
  readonly uetrs: readonly string[] | null;
  readonly version: number | null;
  readonly state: TransferState | null;
  readonly reason: string | null;
  readonly at: Date | null;
  /** With a bundle's first step: how many transfers its statement has led on from each state, if from any. */
  readonly left_states: Readonly<Record<string, number>> | null;
}

/**
 * Takes what waits out of the outbox, in the order in which it was stored: bundles, until `enough` steps and acts are
 * taken or nothing is left. `offset 0` keeps the server from turning a look-up for each row into a reading of whole tables,
 * which it does wherever it takes a bundle for larger, or a table for smaller, than it is.
 */
export async function takeOutgoing(db: Db, enough: number): Promise<Outgoing[]> {
  const { rows } = await sql<Outgoing>`
    with oldest as (
      select id, coalesce(steps, 1) as steps from outbox order by id limit ${enough}
    ), counted as (
      select id, sum(steps) over (order by id) - steps as before from oldest
    ), taken as (
      delete from outbox where id in (select id from counted where before < ${enough})
      returning id, event_positions, act, left_states
    )
    select o.id, o.act, b.participant_id, e.batch_id, t.uetrs, e.version, e.state, e.reason, e.at,
      case when p.place = 1 then o.left_states end as left_states
    from taken o
      left join lateral unnest(o.event_positions) with ordinality as p(position, place) on true
      left join lateral (select * from transfer_events where position = p.position offset 0) as e on true
      left join lateral (
        select participant_id from batches where batch_id = e.batch_id offset 0) as b on true
      left join lateral (
        select json_agg(uetr order by batch_index) as uetrs from transfers
        where batch_id = e.batch_id and e.places @> batch_index offset 0) as t on true
    order by o.id, p.place`.execute(db);
  return rows;
}

export interface NewAuditEntry extends AuditLink {
  readonly kind: AuditKind;
  readonly participantId: ParticipantId | null;
  readonly batchId: BatchId | null;
  readonly entry: string;
}

/** What entries one after the other have in common, and for each of them which of those it is (from 1). */
function runsOf(entries: readonly NewAuditEntry[]) {
  const firsts: NewAuditEntry[] = [];
  const runs = entries.map((entry) => {
    const last = firsts.at(-1);
    const continues =
      last?.kind === entry.kind &&
      last.batchId === entry.batchId &&
      last.participantId === entry.participantId;
    return continues ? firsts.length : firsts.push(entry);
  });
  return { firsts, runs };
}

/** Appends entries, numbered without a gap, and moves the head behind them. */
export async function insertAuditEntries(db: Db, entries: readonly NewAuditEntry[]): Promise<void> {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return;
  const { firsts, runs } = runsOf(entries);
  await sql`
    insert into audit_entries (seq, kind, participant_id, batch_id, entry, digest, hash)
    select ${first.seq}::bigint + e.n - 1, r.kind, r.participant_id, r.batch_id, e.entry,
      decode(e.digest, 'hex'), decode(e.hash, 'hex')
    from unnest(${runs}::int[], ${entries.map(({ entry }) => entry)}::text[],
        ${entries.map(({ digest }) => digest)}::text[], ${entries.map(({ hash }) => hash)}::text[])
        with ordinality as e(run, entry, digest, hash, n)
      join unnest(${firsts.map(({ kind }) => kind)}::text[],
        ${firsts.map(({ participantId }) => participantId)}::text[],
        ${firsts.map(({ batchId }) => batchId)}::text[])
        with ordinality as r(kind, participant_id, batch_id, run) on r.run = e.run`.execute(db);
  await db.updateTable("audit_head").set({ seq: last.seq, hash: last.hash }).execute();
}

/** A hash of an entry, as it is written everywhere else. */
export const hexOf = <Name extends "digest" | "hash">(name: Name) =>
  sql<string>`encode(${sql.ref(name)}, 'hex')`.as(name);

/** Audit entries after a number, in order. */
export async function listAuditEntries(db: Db, query: { after: bigint; limit: number }) {
  return db
    .selectFrom("audit_entries")
    .select(["seq", "kind", "participant_id", "entry"])
    .select([hexOf("digest"), hexOf("hash")])
    .where("seq", ">", query.after)
    .orderBy("seq")
    .limit(query.limit)
    .execute();
}

/** Notes the chain transaction that carries a head. */
export async function insertAnchor(
  db: Db,
  anchor: AuditHead & { readonly lane: string; readonly nonce: bigint },
): Promise<void> {
  await db.insertInto("audit_anchors").values(anchor).execute();
}

/** The newest head that was written to the chain, with its chain transaction as it stands. */
export async function findLastAnchor(db: Db) {
  return db
    .selectFrom("audit_anchors as a")
    .innerJoin("chain_transactions as c", (join) =>
      join.onRef("c.lane", "=", "a.lane").onRef("c.nonce", "=", "a.nonce"),
    )
    .select(["a.seq", "a.hash", "c.hash as transactionHash", "c.mined_block as blockNumber"])
    .orderBy("a.seq", "desc")
    .limit(1)
    .executeTakeFirst();
}

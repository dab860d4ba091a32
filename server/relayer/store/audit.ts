import { sql } from "kysely";
import type { AuditLink } from "../../../protocol/audit.ts";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Db } from "./open-database.ts";
import type { AuditAct, AuditKind } from "./tables/oversight.ts";

/** The last entry's number and hash. */
export type AuditHead = Pick<AuditLink, "seq" | "hash">;

/** Stores an act of an operator, or of the relayer itself, to be written into the audit log. */
export async function insertAct(db: Db, act: AuditAct): Promise<void> {
  await db
    .insertInto("outbox")
    .values({ act: JSON.stringify(act), event_position: null })
    .execute();
}

/** The head, locked until the end of the transaction: only one appends at a time. */
export async function lockAuditHead(db: Db): Promise<AuditHead> {
  return db.selectFrom("audit_head").select(["seq", "hash"]).forUpdate().executeTakeFirstOrThrow();
}

export async function findAuditHead(db: Db): Promise<AuditHead> {
  return db.selectFrom("audit_head").select(["seq", "hash"]).executeTakeFirstOrThrow();
}

/** What waits to be written: a step of a transfer, or an act. */
export interface Outgoing {
  readonly id: bigint;
  readonly act: AuditAct | null;
  readonly participant_id: ParticipantId | null;
  readonly uetr: string | null;
  readonly version: number | null;
  readonly state: string | null;
  readonly reason: string | null;
  readonly at: Date | null;
}

/** Takes what waits out of the outbox, in the order in which it was stored. */
export async function takeOutgoing(db: Db, limit: number): Promise<Outgoing[]> {
  const { rows } = await sql<Outgoing>`
    with taken as (
      delete from outbox where id in (select id from outbox order by id limit ${limit})
      returning id, event_position, act
    )
    select t.id, t.act, e.participant_id, e.uetr, e.version, e.state, e.reason, e.at
    from taken t left join transfer_events e on e.position = t.event_position
    order by t.id`.execute(db);
  return rows;
}

export interface NewAuditEntry extends AuditLink {
  readonly kind: AuditKind;
  readonly participantId: ParticipantId | null;
  readonly entry: string;
}

/** Appends entries and moves the head behind them. */
export async function insertAuditEntries(db: Db, entries: readonly NewAuditEntry[]): Promise<void> {
  const last = entries.at(-1);
  if (!last) return;
  const column = <K extends keyof NewAuditEntry>(key: K) => entries.map((entry) => entry[key]);
  await sql`
    insert into audit_entries (seq, kind, participant_id, entry, digest, hash)
    select * from unnest(${column("seq").map(String)}::bigint[], ${column("kind")}::text[],
      ${column("participantId")}::text[], ${column("entry")}::text[], ${column("digest")}::text[],
      ${column("hash")}::text[])`.execute(db);
  await db.updateTable("audit_head").set({ seq: last.seq, hash: last.hash }).execute();
}

/** Audit entries after a number, in order. */
export async function listAuditEntries(db: Db, query: { after: bigint; limit: number }) {
  return db
    .selectFrom("audit_entries")
    .selectAll()
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

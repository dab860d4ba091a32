import { sql } from "kysely";
import type { CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import type { CorridorPosting, JournalKind } from "../../../protocol/journal.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Database, Db } from "./open-database.ts";

/** A posting, in one corridor with one bank (by its account on chain). */
export interface BookedPosting extends CorridorPosting {
  readonly corridorId: CorridorId;
  readonly bank: string;
}

export interface TransferPlace {
  readonly batchId: BatchId;
  readonly index: number;
}

/** Which transfers of the batches an entry is made for. */
export type JournalSelection =
  | { readonly of: "all" }
  | { readonly of: "only" | "except"; readonly places: readonly TransferPlace[] }
  | { readonly of: "uetrs"; readonly uetrs: readonly string[] }
  /** Those for which nothing stands to the payee's users or suspense yet. */
  | { readonly of: "uncredited"; readonly uetrs: readonly string[] };

export interface JournalPost {
  readonly kind: JournalKind;
  /** The batches, each with the block that told; none for what a payee's signature told. */
  readonly batches: readonly { readonly batchId: BatchId; readonly blockNumber?: number }[];
  readonly postings: readonly BookedPosting[];
  readonly selection: JournalSelection;
}

/** Any constant: names the lock that writers of entries share until their commit, so that readers can see who is writing. */
const WRITERS_LOCK = 20_180_626;

function conditionOf(selection: JournalSelection, batchIds: readonly BatchId[]) {
  switch (selection.of) {
    case "all":
      return sql`true`;
    case "only":
    case "except": {
      const ids = selection.places.map(({ batchId }) => batchId);
      const indexes = selection.places.map(({ index }) => index);
      const found = sql`exists (
        select 1 from unnest(${ids}::text[], ${indexes}::int[]) as x(batch_id, batch_index)
        where x.batch_id = t.batch_id and x.batch_index = t.batch_index)`;
      return selection.of === "only" ? found : sql`not ${found}`;
    }
    case "uetrs":
      return sql`t.uetr = any(${selection.uetrs}::text[])`;
    case "uncredited":
      return sql`t.uetr = any(${selection.uetrs}::text[]) and (t.batch_id, t.uetr) not in (
        select j.batch_id, j.uetr from journal_entries j
        where j.batch_id = any(${batchIds}::text[]) and j.kind in ('credit', 'hold'))`;
  }
}

/** Writes the entries of a fact for some transfers of some batches, in one statement. */
export async function insertJournalEntries(db: Db, post: JournalPost): Promise<void> {
  if (post.batches.length === 0) return;
  const ids = post.batches.map(({ batchId }) => batchId);
  const blocks = post.batches.map(({ blockNumber }) => blockNumber ?? null);
  const column = <K extends keyof BookedPosting>(key: K) => post.postings.map((each) => each[key]);
  await sql`
    with writing as materialized (select pg_advisory_xact_lock_shared(${sql.lit(WRITERS_LOCK)}))
    insert into journal_entries (participant_id, uetr, batch_id, kind, debit, credit, currency,
      amount_minor, block_number)
    select t.participant_id, t.uetr, t.batch_id, ${post.kind}, p.debit, p.credit, p.currency,
      case p.leg when 'send' then t.send_minor else t.receive_minor end, m.block
    from writing cross join unnest(${ids}::text[], ${blocks}::bigint[]) as m(batch_id, block)
    join transfers t on t.batch_id = m.batch_id
    join batches b on b.batch_id = m.batch_id
    join wholesale_quotes w on w.quote_hash = b.quote_hash
    join unnest(${column("corridorId")}::text[], ${column("bank")}::text[],
        ${column("debit")}::text[], ${column("credit")}::text[], ${column("currency")}::text[],
        ${column("leg")}::text[]) as p(corridor_id, bank, debit, credit, currency, leg)
      on p.corridor_id = b.corridor_id and p.bank = w.message ->> 'bank'
    where ${conditionOf(post.selection, ids)}
    order by t.batch_id, t.batch_index`.execute(db);
}

/** Undoes, by entries of their own, what was written for blocks that the chain has replaced. */
export async function undoJournalAfter(db: Db, blockNumber: number): Promise<void> {
  await sql`
    with writing as materialized (select pg_advisory_xact_lock_shared(${sql.lit(WRITERS_LOCK)}))
    insert into journal_entries (participant_id, uetr, batch_id, kind, debit, credit, currency,
      amount_minor, undoes)
    select participant_id, uetr, batch_id, kind, credit, debit, currency, amount_minor, position
    from writing cross join journal_entries e
    where block_number > ${BigInt(blockNumber)} and not exists (
      select 1 from journal_entries u where u.undoes = e.position)
    order by position`.execute(db);
}

/** Who is writing entries at this moment: transactions, by the database's own names for them. */
async function findWriters(db: Db): Promise<Set<string>> {
  const { rows } = await sql<{ writer: string }>`
    select virtualtransaction as writer from pg_locks
    where locktype = 'advisory' and objid = ${sql.lit(WRITERS_LOCK)} and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())`.execute(db);
  return new Set(rows.map(({ writer }) => writer));
}

const WAIT_MS = 10_000;
const LOOK_MS = 10;

/**
 * The last position up to which nothing is going to appear any more. A position is given before it is committed: whoever
 * is writing when the last one is read is waited for, and keeps nobody else from writing. Answers undefined when one of
 * them takes too long: then nothing is certain yet.
 */
export async function findSettledPosition(db: Database): Promise<bigint | undefined> {
  const last = db.selectFrom("journal_entries").select((e) => e.fn.max("position").as("last"));
  const position = (await last.executeTakeFirst())?.last ?? 0n;
  let writing = await findWriters(db);
  for (const deadline = performance.now() + WAIT_MS; writing.size > 0; ) {
    if (performance.now() > deadline) return undefined;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const still = await findWriters(db);
    writing = new Set([...writing].filter((writer) => still.has(writer)));
  }
  return position;
}

/**
 * The last position of the journal before a time. Found by halving: an entry's time is not indexed, and rises with its
 * position but for the moments that commits take.
 */
export async function findPositionBefore(db: Db, time: Date): Promise<bigint> {
  const { rows } = await sql<{ position: bigint }>`
    with recursive search(low, high) as (
      select coalesce(min(position), 1) - 1, coalesce(max(position), 0) from journal_entries
      union all
      select case when earlier then middle else low end, case when earlier then high else middle - 1 end
      from (
        select low, high, middle, coalesce((
          select at < ${time}::timestamptz from journal_entries
          where position <= middle order by position desc limit 1), true) as earlier
        from (select low, high, (low + high + 1) / 2 as middle from search where low < high) as half
      ) as looked
    )
    select low as position from search where low = high`.execute(db);
  return rows[0]?.position ?? 0n;
}

/**
 * Journal entries after a position, oldest first: one wallet's, or everybody's. Whoever reads on from the last one it got
 * misses none, although positions are given before they are committed.
 */
export async function listJournalEntries(
  db: Database,
  query: { readonly participantId?: ParticipantId; readonly after: bigint; readonly limit: number },
) {
  const last = await findSettledPosition(db);
  if (last === undefined) return [];
  let list = db.selectFrom("journal_entries").selectAll();
  list = list.where("position", ">", query.after).where("position", "<=", last);
  if (query.participantId) list = list.where("participant_id", "=", query.participantId);
  return list.orderBy("position").limit(query.limit).execute();
}

/** What stands in each account: credits less debits, in minor units. */
export async function sumJournal(db: Db, participantId?: ParticipantId) {
  const own = participantId ? sql`where participant_id = ${participantId}` : sql``;
  const { rows } = await sql<{ account: string; currency: string; balance_minor: bigint }>`
    select account, currency, sum(amount)::numeric as balance_minor from (
      select debit as account, currency, -amount_minor as amount from journal_entries ${own}
      union all
      select credit, currency, amount_minor from journal_entries ${own}
    ) as sides group by account, currency order by account, currency`.execute(db);
  return rows;
}

import { sql } from "kysely";
import type { UnminedTransaction } from "./chain-transactions.ts";
import type { Db } from "./open-database.ts";

/** A key's lane: the nonce it signs next, and how many of its chain transactions no final block has shown. */
export interface Lane {
  readonly nextNonce: bigint;
  readonly inFlight: number;
}

async function findLane(db: Db, lane: string): Promise<Lane | undefined> {
  const { rows } = await sql<Lane>`
    select next_nonce as "nextNonce",
      (select count(*)::int from chain_transactions c
       where c.lane = l.lane and c.mined_block is null) as "inFlight"
    from nonce_lanes l where lane = ${lane}`.execute(db);
  return rows[0];
}

/** A key's lane; a new one starts at what the chain has counted for its key. */
export async function readLane(
  db: Db,
  lane: string,
  countedNonce: () => Promise<bigint>,
): Promise<Lane> {
  const known = await findLane(db, lane);
  if (known) return known;
  const start = await countedNonce();
  await db
    .insertInto("nonce_lanes")
    .values({ lane, next_nonce: start })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await findLane(db, lane)) ?? { nextNonce: start, inFlight: 0 };
}

/** The chain transactions of a lane below a nonce that are not mined as far as we know: every form of each. */
export async function findUnminedForms(
  db: Db,
  lane: string,
  belowNonce: bigint,
): Promise<{ nonce: bigint; hashes: string[] }[]> {
  const { rows } = await sql<{ nonce: bigint; hashes: string[] }>`
    select t.nonce, array_agg(f.hash) as hashes
    from chain_transactions t
    cross join lateral (
      select t.hash union all
      select r.hash from replaced_transactions r where r.lane = t.lane and r.nonce = t.nonce
    ) as f(hash)
    where t.lane = ${lane} and t.nonce < ${belowNonce} and t.mined_block is null
    group by t.nonce order by t.nonce limit 100`.execute(db);
  return rows;
}

/** The nonces of a lane, from one that the chain waits for, of which nothing is stored. */
export async function findMissingNonces(
  db: Db,
  lane: string,
  range: { readonly from: bigint; readonly below: bigint },
): Promise<bigint[]> {
  const { rows } = await sql<{ nonce: bigint }>`
    select n::bigint as nonce
    from generate_series(${range.from}::bigint, ${range.below - 1n}::bigint) as n
    where not exists (
      select 1 from chain_transactions where lane = ${lane} and nonce = n
    ) order by n limit 100`.execute(db);
  return rows.map((row) => row.nonce);
}

/** Stores what fills a missing nonce; answers whether it is this one that fills it. */
export async function insertFiller(
  db: Db,
  filler: { lane: string; nonce: bigint; hash: string; raw: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("chain_transactions")
    .values({ ...filler, purpose: "filler", calls: "[]", sent_at: sql<Date>`now()` })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/**
 * Puts a form with a higher fee in the place of the one that waits; the old one is kept, since it may still be mined.
 * Answers whether the old form was still the newest.
 */
export async function replaceForm(
  db: Db,
  old: UnminedTransaction,
  signed: { readonly hash: string; readonly raw: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with kept as (
      insert into replaced_transactions (hash, lane, nonce, raw)
      select hash, lane, nonce, raw from chain_transactions
      where lane = ${old.lane} and nonce = ${old.nonce} and hash = ${old.hash} and mined_block is null
      on conflict do nothing returning lane, nonce
    )
    update chain_transactions t
    set hash = ${signed.hash}, raw = ${signed.raw}, signed_at = now(), sent_at = now()
    from kept where t.lane = kept.lane and t.nonce = kept.nonce`.execute(db);
  return numAffectedRows === 1n;
}

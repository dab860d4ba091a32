import { sql } from "kysely";
import type { Db } from "./open-database.ts";
import type { StoredCall } from "./schema.ts";

/** The next nonce of a lane; a new lane starts at what the chain has counted for its key. */
export async function readNonce(
  db: Db,
  lane: string,
  countedNonce: () => Promise<bigint>,
): Promise<bigint> {
  const query = db.selectFrom("nonce_lanes").select("next_nonce").where("lane", "=", lane);
  const row = await query.executeTakeFirst();
  if (row) return row.next_nonce;
  await db
    .insertInto("nonce_lanes")
    .values({ lane, next_nonce: await countedNonce() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await query.executeTakeFirstOrThrow()).next_nonce;
}

export interface SignedCalls {
  readonly lane: string;
  readonly nonce: bigint;
  readonly hash: string;
  readonly raw: string;
  readonly calls: readonly StoredCall[];
}

/**
 * Stores a signed chain transaction, about to be sent, and takes its nonce. Throws when the nonce was taken meanwhile:
 * then the caller's commit stores nothing, so a lane never has a gap.
 */
export async function insertChainTransaction(db: Db, signed: SignedCalls): Promise<void> {
  const { lane, nonce, hash, raw, calls } = signed;
  const { numAffectedRows } = await sql`
    with taken as (
      update nonce_lanes set next_nonce = ${nonce + 1n}
      where lane = ${lane} and next_nonce = ${nonce} returning lane
    )
    insert into chain_transactions (lane, nonce, hash, raw, calls, sent_at)
    select lane, ${nonce}::bigint, ${hash}, ${raw}, ${JSON.stringify(calls)}::jsonb, now() from taken`.execute(
    db,
  );
  if (numAffectedRows !== 1n) throw new Error(`nonce ${nonce} of the lane is taken`);
}

/** Notes that a chain transaction has been sent again. */
export async function markSent(db: Db, hash: string): Promise<void> {
  await db
    .updateTable("chain_transactions")
    .set({ sent_at: sql<Date>`now()` })
    .where("hash", "=", hash)
    .execute();
}

/** The chain transactions of a lane that are not mined as far as we know, in nonce order. */
export async function findUnmined(db: Db, lane: string, olderThanMs: number) {
  return db
    .selectFrom("chain_transactions")
    .select(["hash", "nonce", "raw", "calls"])
    .where("lane", "=", lane)
    .where("mined_block", "is", null)
    .where(sql<boolean>`sent_at < now() - ${olderThanMs} * interval '1 ms'`)
    .orderBy("nonce")
    .limit(50)
    .execute();
}

/** Notes in which block chain transactions were mined. */
export async function markMined(
  db: Db,
  mined: readonly { readonly hash: string; readonly blockNumber: number }[],
): Promise<void> {
  const hashes = mined.map(({ hash }) => hash);
  const blocks = mined.map(({ blockNumber }) => blockNumber);
  await sql`
    update chain_transactions t set mined_block = m.block
    from unnest(${hashes}::text[], ${blocks}::bigint[]) as m(hash, block)
    where t.hash = m.hash and t.mined_block is null`.execute(db);
}

/** The calls that some chain transactions carried, by hash. */
export async function findCalls(db: Db, hashes: readonly string[]) {
  if (hashes.length === 0) return [];
  return db
    .selectFrom("chain_transactions")
    .select(["hash", "calls"])
    .where("hash", "in", [...hashes])
    .execute();
}

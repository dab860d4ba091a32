import { sql } from "kysely";
import type { Db } from "./open-database.ts";
import type { StoredCall, TransactionPurpose } from "./tables/chain.ts";

export interface SignedTransaction {
  readonly lane: string;
  readonly nonce: bigint;
  readonly hash: string;
  readonly raw: string;
  readonly purpose: TransactionPurpose;
  readonly calls: readonly StoredCall[];
}

/**
 * Stores a signed chain transaction, about to be sent, and takes its nonce. Throws when the nonce was taken meanwhile:
 * then the caller's commit stores nothing, so a lane never has a gap.
 */
export async function insertChainTransaction(db: Db, signed: SignedTransaction): Promise<void> {
  const { lane, nonce, hash, raw, purpose, calls } = signed;
  const { numAffectedRows } = await sql`
    with taken as (
      update nonce_lanes set next_nonce = ${nonce + 1n}
      where lane = ${lane} and next_nonce = ${nonce} returning lane
    )
    insert into chain_transactions (lane, nonce, hash, raw, purpose, calls, sent_at)
    select lane, ${nonce}::bigint, ${hash}, ${raw}, ${purpose}, ${JSON.stringify(calls)}::jsonb, now()
    from taken`.execute(db);
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

/** A chain transaction that no final block has shown, in its newest form. */
export interface UnminedTransaction {
  readonly lane: string;
  readonly nonce: bigint;
  readonly hash: string;
  readonly raw: string;
  readonly signedAt: Date;
}

/**
 * Chain transactions, of every lane, that are not mined as far as we know and were not sent for a while, in nonce
 * order, those of one lane first. A lane whose relayer is gone is served by the others: signed bytes need no key to be
 * sent. What no node takes any more, for want of gas, must not stand before what one would take.
 */
export async function findUnmined(
  db: Db,
  { olderThanMs, ownLane }: { readonly olderThanMs: number; readonly ownLane: string },
): Promise<UnminedTransaction[]> {
  return db
    .selectFrom("chain_transactions")
    .select(["lane", "nonce", "hash", "raw", "signed_at as signedAt"])
    .where("mined_block", "is", null)
    .where(sql<boolean>`sent_at < now() - ${olderThanMs} * interval '1 ms'`)
    .orderBy(sql`lane <> ${ownLane}`)
    .orderBy("lane")
    .orderBy("nonce")
    .limit(100)
    .execute();
}

/** Every form of some chain transactions, by hash: the newest, and those that a higher fee has replaced. */
const formsOf = (hashes: readonly string[]) => sql`
  select hash, lane, nonce from chain_transactions where hash = any(${hashes}::text[])
  union all
  select hash, lane, nonce from replaced_transactions where hash = any(${hashes}::text[])`;

/** Notes in which block chain transactions were mined, whichever of their forms it was. */
export async function markMined(
  db: Db,
  mined: readonly { readonly hash: string; readonly blockNumber: number }[],
): Promise<void> {
  const hashes = mined.map(({ hash }) => hash);
  const blocks = mined.map(({ blockNumber }) => blockNumber);
  await sql`
    update chain_transactions t set mined_block = m.block
    from (${formsOf(hashes)}) as f, unnest(${hashes}::text[], ${blocks}::bigint[]) as m(hash, block)
    where t.lane = f.lane and t.nonce = f.nonce and f.hash = m.hash and t.mined_block is null`.execute(
    db,
  );
}

/** The calls that some chain transactions carried, by the hash of the form that was mined. */
export async function findCalls(
  db: Db,
  hashes: readonly string[],
): Promise<{ hash: string; calls: StoredCall[] }[]> {
  if (hashes.length === 0) return [];
  const { rows } = await sql<{ hash: string; calls: StoredCall[] }>`
    select f.hash, t.calls from (${formsOf(hashes)}) as f
    join chain_transactions t on t.lane = f.lane and t.nonce = f.nonce`.execute(db);
  return rows;
}

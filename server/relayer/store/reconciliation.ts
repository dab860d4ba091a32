import { sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { Db } from "./open-database.ts";
import type { BatchStage } from "./tables/transfers.ts";

const NAME = "reconciled";

/** The block up to which the journal has been compared with the chain. */
export async function findReconciled(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom("chain_checkpoints")
    .select("number")
    .where("name", "=", NAME)
    .executeTakeFirst();
  return row && Number(row.number);
}

/** Moves on to a block, unless another instance is further. */
export async function moveReconciled(db: Db, to: Checkpoint): Promise<void> {
  await sql`
    insert into chain_checkpoints (name, number, hash) values (${NAME}, ${BigInt(to.number)}, ${to.hash})
    on conflict (name) do update set number = excluded.number, hash = excluded.hash
    where chain_checkpoints.number < excluded.number`.execute(db);
}

/** What the journal says happened on chain in some blocks, per batch; what was undone is left out. */
export async function sumChainEntries(
  db: Db,
  blocks: { readonly from: number; readonly to: number },
) {
  const { rows } = await sql<{
    batch_id: BatchId;
    kind: string;
    currency: string;
    amount_minor: bigint;
  }>`
    select batch_id, kind, currency, sum(amount_minor)::numeric as amount_minor
    from journal_entries e
    where block_number between ${BigInt(blocks.from)} and ${BigInt(blocks.to)}
      and kind in ('reserve', 'settle', 'expire', 'return')
      and not exists (select 1 from journal_entries u where u.undoes = e.position)
    group by batch_id, kind, currency`.execute(db);
  return rows;
}

/** What was signed for some batches: the sums that a reservation holds. Batches that are not ours are left out. */
export async function findBatchSums(db: Db, batchIds: readonly BatchId[]) {
  const { rows } = await sql<{
    batch_id: BatchId;
    corridor_id: string;
    send_total: bigint;
    receive_total: bigint;
  }>`
    select b.batch_id, b.corridor_id, b.send_total, sum(t.receive_minor)::numeric as receive_total
    from batches b join transfers t on t.batch_id = b.batch_id
    where b.batch_id = any(${batchIds}::text[])
    group by b.batch_id, b.corridor_id, b.send_total`.execute(db);
  return rows;
}

/**
 * What the journal says a payee has credited to its users or holds for them, after a position and up to another: all of it,
 * in order. The span bounds the work, and not a count of rows: that would be looked for among all that follow.
 */
export async function listOutlays(
  db: Db,
  query: {
    readonly payee: string;
    readonly after: bigint;
    readonly upTo: bigint;
    readonly since: Date;
  },
) {
  const { rows } = await sql<{
    position: bigint;
    batch_id: BatchId;
    uetr: string;
    currency: string;
    amount_minor: bigint;
  }>`
    select position, batch_id, uetr, currency, amount_minor from journal_entries
    where position > ${query.after} and position <= ${query.upTo} and at >= ${query.since}
      and kind in ('credit', 'hold')
      and debit = ${`${query.payee}/advanced`}
    order by position`.execute(db);
  return rows;
}

/** The journal's entry of what was credited or is held of one transfer, or undefined when there is none. */
export async function findOutlay(
  db: Db,
  key: { readonly payee: string; readonly batchId: string; readonly uetr: string },
): Promise<{ readonly position: bigint; readonly amount_minor: bigint } | undefined> {
  return db
    .selectFrom("journal_entries")
    .select(["position", "amount_minor"])
    .where("batch_id", "=", key.batchId as BatchId)
    .where("uetr", "=", key.uetr as Uetr)
    .where("kind", "in", ["credit", "hold"])
    .where("debit", "=", `${key.payee}/advanced`)
    .executeTakeFirst();
}

/** Where a batch stands, or undefined for one that is not ours. */
export async function findStage(db: Db, batchId: string): Promise<BatchStage | undefined> {
  const row = await db
    .selectFrom("batches")
    .select("stage")
    .where("batch_id", "=", batchId as BatchId)
    .executeTakeFirst();
  return row?.stage;
}

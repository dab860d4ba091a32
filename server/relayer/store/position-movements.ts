import { sql } from "kysely";
import type { Db } from "./open-database.ts";

/** One leg of a movement of positions, as the chain logged it; signed minor units. */
export interface NewMovement {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly leg: number;
  readonly account: string;
  readonly token: string;
  readonly amountMinor: bigint;
}

/** Stores movements; the same log twice is kept once. */
export async function insertMovements(db: Db, movements: readonly NewMovement[]): Promise<void> {
  if (movements.length === 0) return;
  const column = <K extends keyof NewMovement>(key: K) => movements.map((each) => each[key]);
  await sql`
    insert into position_movements (block_number, log_index, leg, account, token, amount_minor)
    select * from unnest(${column("blockNumber")}::bigint[], ${column("logIndex")}::int[],
      ${column("leg")}::int[], ${column("account")}::text[], ${column("token")}::text[],
      ${column("amountMinor").map(String)}::numeric[])
    on conflict do nothing`.execute(db);
}

/** Net movement per account and token over some blocks, both ends included. */
export async function sumMovements(db: Db, span: { fromBlock: number; toBlock: number }) {
  const { rows } = await sql<{ account: string; token: string; net_minor: bigint }>`
    select account, token, sum(amount_minor)::numeric as net_minor from position_movements
    where block_number between ${span.fromBlock} and ${span.toBlock}
    group by account, token order by token, account`.execute(db);
  return rows.map((row) => ({
    account: row.account,
    token: row.token,
    netMinor: row.net_minor.toString(),
  }));
}

import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";

/** The last block whose events are in the ledger, or undefined before the first. */
export function readCheckpoint(db: BankDatabase): Checkpoint | undefined {
  const row = db.prepare("select number, hash from checkpoint").get();
  return row && { number: Number(row["number"]), hash: String(row["hash"]) };
}

/** Moves the checkpoint. Call inside the commit that books the events up to it. */
export function writeCheckpoint(db: BankDatabase, { number, hash }: Checkpoint): void {
  db.prepare(
    `insert into checkpoint values (1, ?, ?)
     on conflict (only) do update set number = excluded.number, hash = excluded.hash`,
  ).run(number, hash);
}

import { currencyOf } from "../../../protocol/currency.ts";
import { parseAmount } from "../../../protocol/money.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import type { TreasuryTargets } from "../config/config.ts";
import { ownAccount } from "./chart.ts";
import type { BankDatabase } from "./open-ledger.ts";
import { move, postEntry } from "./post-entry.ts";

/** Books what the owners paid in, once per currency, when the bank first opens. */
export function bookCapital(db: BankDatabase, targets: TreasuryTargets, at: bigint): void {
  for (const [code, { capital }] of Object.entries(targets)) {
    const source = `capital:${code}`;
    inOneCommit(db, () => {
      if (db.prepare("select 1 from entries where source = ?").get(source) !== undefined) return;
      const currency = currencyOf(code).code;
      postEntry(
        db,
        { kind: "capital", source, reference: source, bookedAt: at },
        move(parseAmount(capital, code), {
          from: ownAccount("cash", currency),
          to: ownAccount("capital", currency),
        }),
      );
    });
  }
}

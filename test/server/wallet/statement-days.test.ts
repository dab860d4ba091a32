import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { inOneCommit, openSqlite } from "../../../server/foundation/storage/open-sqlite.ts";
import { book, openBooks } from "../../../server/wallet/store/ledger.ts";
import { SCHEMA } from "../../../server/wallet/store/schema.ts";
import { readStatement } from "../../../server/wallet/store/statement.ts";

describe("the days of a wallet's statement", () => {
  const directory = mkdtempSync(join(tmpdir(), "statement-days-"));
  after(() => rmSync(directory, { recursive: true, force: true }));

  const open = (file: string) => openSqlite({ directory, file, schema: SCHEMA });
  const today = () => new Date().toISOString().slice(0, 10);

  /** Books amounts through the corridor, and says that it was on an earlier day. */
  function bookOn(db: ReturnType<typeof open>, day: string, amounts: readonly bigint[]): void {
    inOneCommit(db, () => {
      for (const amount of amounts) {
        const lines = [
          { account: "transit", amount },
          { account: "funding", amount: -amount },
        ];
        book(db, { id: `credit:${day}:${amount}`, kind: "credit", reference: day, lines });
      }
      const at = `${day}T12:00:00.000Z`;
      db.prepare("update entries set booked_at = ? where reference = ?").run(at, day);
    });
  }
  const read = (db: ReturnType<typeof open>, date: string, after = 0) => {
    const { openingMinor, closingMinor, items } = readStatement(db, { date, after });
    return { openingMinor, closingMinor, amounts: items.map(({ amountMinor }) => amountMinor) };
  };

  it("of a database from before they were counted are counted when it is opened", () => {
    const db = open("old.sqlite");
    openBooks(db);
    bookOn(db, "2026-01-01", [5n, -2n]);
    bookOn(db, "2026-01-03", [10n]);
    db.exec("drop table corridor_days");
    db.close();
    const again = open("old.sqlite");
    const first = { openingMinor: 0n, closingMinor: 3n, amounts: [5n, -2n] };
    expect(read(again, "2026-01-01")).to.deep.equal(first);
    const none = { openingMinor: 3n, closingMinor: 3n, amounts: [] };
    expect(read(again, "2026-01-02")).to.deep.equal(none);
    const third = { openingMinor: 3n, closingMinor: 13n, amounts: [10n] };
    expect(read(again, "2026-01-03")).to.deep.equal(third);
    again.close();
  });

  it("go on with what is booked, and are read on from any entry", () => {
    const db = open("new.sqlite");
    openBooks(db);
    bookOn(db, "2026-01-01", [100n]);
    db.exec("update corridor_days set day = '2026-01-01'");
    const lines = (amount: bigint) => [
      { account: "transit", amount },
      { account: "funding", amount: -amount },
    ];
    for (const amount of [1n, 2n, 3n]) {
      book(db, { id: `payment:${amount}`, kind: "payment", reference: "r", lines: lines(amount) });
    }
    const whole = { openingMinor: 100n, closingMinor: 106n };
    expect(read(db, today())).to.deep.equal({ ...whole, amounts: [1n, 2n, 3n] });
    const [first] = readStatement(db, { date: today(), after: 0 }).items;
    expect(read(db, today(), first?.entry)).to.deep.equal({ ...whole, amounts: [2n, 3n] });
    db.close();
  });
});

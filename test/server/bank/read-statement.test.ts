import { expect } from "chai";
import { currencyOf } from "../../../protocol/currency.ts";
import { ownAccount } from "../../../server/bank/ledger/chart.ts";
import { type BankDatabase, openLedger } from "../../../server/bank/ledger/open-ledger.ts";
import { credit, debit, postEntry } from "../../../server/bank/ledger/post-entry.ts";
import { dayOf, readStatement } from "../../../server/bank/ledger/read-statement.ts";
import { inOneCommit } from "../../../server/foundation/storage/open-sqlite.ts";
import { temporaryDirectory } from "./bank-fixture.ts";

const HKD = currencyOf("HKD").code;
const cash = ownAccount("cash", HKD);
const capital = ownAccount("capital", HKD);
const MIDNIGHT = BigInt(Date.UTC(2018, 5, 25)) / 1_000n;

describe("readStatement", () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let db: BankDatabase;
  beforeEach(() => {
    directory = temporaryDirectory();
    db = openLedger(directory.path);
  });
  afterEach(() => {
    db.close();
    directory[Symbol.dispose]();
  });

  function book(source: string, bookedAt: bigint, minor: bigint): void {
    postEntry(db, { kind: "capital", source, reference: source, bookedAt }, [
      debit(cash, minor),
      credit(capital, minor),
    ]);
  }

  it("puts an entry on the UTC day of its booking, to the second", () => {
    inOneCommit(db, () => {
      book("day before", MIDNIGHT - 1n, 1n);
      book("first", MIDNIGHT, 20n);
      book("last", MIDNIGHT + 86_399n, 300n);
      book("day after", MIDNIGHT + 86_400n, 4_000n);
    });
    const statement = readStatement(db, capital, { day: dayOf("2018-06-25"), after: 0 });
    expect(statement.opening.value).to.equal("0.01");
    expect(statement.lines.map(({ reference }) => reference)).to.deep.equal(["first", "last"]);
    expect(statement.lines.map(({ amount }) => amount.value)).to.deep.equal(["0.20", "3.00"]);
    expect(statement.lines[0]?.bookedAt).to.equal("2018-06-25T00:00:00.000Z");
    expect(statement.closing.value).to.equal("3.21");
  });

  it("gives a long day in pages that leave nothing out and repeat nothing", () => {
    inOneCommit(db, () => {
      for (let n = 0; n < 2_345; n++) book(`entry ${n}`, MIDNIGHT, 1n);
    });
    const references: string[] = [];
    let pages = 0;
    for (let after: number | undefined = 0; after !== undefined; pages++) {
      const page = readStatement(db, cash, { day: dayOf("2018-06-25"), after });
      references.push(...page.lines.map(({ reference }) => reference));
      expect(page.closing.value).to.equal("23.45");
      after = page.next;
    }
    expect(pages).to.equal(3);
    expect(new Set(references).size).to.equal(2_345);
    expect(references).to.have.length(2_345);
  });
});

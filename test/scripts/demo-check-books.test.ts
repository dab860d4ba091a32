import { expect } from "chai";
import { checkBooks, type Moved } from "../../scripts/demo/check-books.ts";
import type { BookLine, Books } from "../../scripts/demo/take-books.ts";

const ACCOUNTS = { payer: "0xPayer", bank: "0xBank", payee: "0xPayee" };
/** HK$10.00 at a mid rate of 7 and a bank's rate of 6.9, rounded down by 0.01. */
const MOVED: Moved = { send: 1_000n, receive: 6_899n, fee: 500n, margin: 100n, residue: 1n };

const hkd = (minor: bigint, side?: BookLine["side"]): BookLine => ({
  currency: "HKD",
  minor,
  ...(side && { side }),
});
const php = (minor: bigint, side?: BookLine["side"]): BookLine => ({
  currency: "PHP",
  minor,
  ...(side && { side }),
});

/** Books in which `moved` has changed hands, correct in every line. */
function booksAfter({ send, receive, fee, margin, residue }: Moved): Map<string, BookLine> {
  const sold = receive + margin + residue;
  return new Map([
    ["sender", hkd(50_000n - send - fee)],
    ["payer.users", hkd(70_000n - send - fee)],
    ["payer.transit", hkd(send)],
    ["payer.fees", hkd(fee)],
    ["payer.sum", hkd(0n)],
    ["recipient", php(receive)],
    ["payee.users", php(300n + receive)],
    ["payee.transit", php(-receive)],
    ["payee.suspense", php(0n)],
    ["payee.sum", php(0n)],
    ["chain.position.HKD.payer", hkd(9_000n - send)],
    ["chain.position.HKD.bank", hkd(9_000n + send)],
    ["chain.position.PHP.bank", php(90_000n - receive)],
    ["chain.position.PHP.payee", php(receive)],
    ["chain.held.HKD", hkd(0n)],
    ["chain.held.PHP", php(0n)],
    ["chain.outside.HKD", hkd(2_000n)],
    ["chain.supply.HKD", hkd(20_000n)],
    ["chain.supply.PHP", php(90_000n)],
    ["ledger.position:0xPayer:HKD", hkd(9_000n - send, "credit")],
    ["ledger.position:0xBank:HKD", hkd(9_000n + send, "credit")],
    ["ledger.position:0xBank:PHP", php(90_000n - receive, "credit")],
    ["ledger.position:0xPayee:PHP", php(receive, "credit")],
    ["ledger.fx-position:HKD", hkd(send, "credit")],
    ["ledger.fx-position:PHP", php(-sold, "credit")],
    ["ledger.margin-income:PHP", php(margin, "credit")],
    ["ledger.rounding-residue:PHP", php(residue, "credit")],
    ["ledger.own-deposits:HKD", hkd(9_000n + send, "debit")],
    ["ledger.own-deposits:PHP", php(90_000n - receive, "debit")],
    ["ledger.cash:HKD", hkd(9_000n, "debit")],
  ]);
}

const BEFORE = booksAfter({ send: 0n, receive: 0n, fee: 0n, margin: 0n, residue: 0n });

const wrongIn = (after: Books) =>
  checkBooks({
    before: BEFORE,
    after,
    moved: MOVED,
    sendCurrency: "HKD",
    receiveCurrency: "PHP",
    accounts: ACCOUNTS,
  }).filter(({ holds }) => !holds);

describe("the demo's comparison of books", () => {
  it("finds nothing wrong when every party has booked the same", () => {
    expect(wrongIn(booksAfter(MOVED))).to.deep.equal([]);
  });

  it("finds one cent that is missing or too much, whichever balance it is in", () => {
    for (const name of booksAfter(MOVED).keys()) {
      for (const cent of [-1n, 1n]) {
        const after = booksAfter(MOVED);
        const line = after.get(name)!;
        after.set(name, { ...line, minor: line.minor + cent });
        expect(wrongIn(after), `${name} ${cent}`).not.to.deep.equal([]);
      }
    }
  });

  it("says both sums where they differ", () => {
    const after = booksAfter(MOVED);
    after.set("recipient", php(6_898n));
    expect(wrongIn(after)).to.deep.equal([
      { claim: "the recipient got the amount", holds: false, seen: "6898", expected: "6899" },
    ]);
  });

  it("finds money that moved when none should have", () => {
    const moved = { send: 0n, receive: 0n, fee: 0n, margin: 0n, residue: 0n };
    const checks = checkBooks({
      before: BEFORE,
      after: booksAfter(MOVED),
      moved,
      sendCurrency: "HKD",
      receiveCurrency: "PHP",
      accounts: ACCOUNTS,
    });
    expect(checks.filter(({ holds }) => !holds).length).to.be.greaterThan(10);
  });
});

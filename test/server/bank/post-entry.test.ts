import { expect } from "chai";
import fc from "fast-check";
import { currencyOf } from "../../../protocol/currency.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { RATE_UNIT, rateOf, receiveFor } from "../../../protocol/rate.ts";
import {
  releasePostings,
  reservationPostings,
  returnPostings,
  settlementPostings,
  type Terms,
} from "../../../server/bank/chain/settlement-postings.ts";
import { ownAccount } from "../../../server/bank/ledger/chart.ts";
import { type BankDatabase, openLedger } from "../../../server/bank/ledger/open-ledger.ts";
import {
  credit,
  debit,
  type EntryHeader,
  type Posting,
  postEntry,
  UnbalancedEntryError,
} from "../../../server/bank/ledger/post-entry.ts";
import { balanceOf, listAccounts } from "../../../server/bank/ledger/read-accounts.ts";
import { inOneCommit } from "../../../server/foundation/storage/open-sqlite.ts";
import { temporaryDirectory } from "./bank-fixture.ts";
import { addressOf, KEYS } from "./chain-fixture.ts";

const HKD = currencyOf("HKD").code;
const PHP = currencyOf("PHP").code;
const cash = ownAccount("cash", HKD);
const capital = ownAccount("capital", HKD);
const header = (source: string): EntryHeader => ({
  kind: "capital",
  source,
  reference: source,
  bookedAt: 0n,
});

describe("postEntry", () => {
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

  const book = (source: string, postings: Posting[]) =>
    inOneCommit(db, () => postEntry(db, header(source), postings));

  it("moves a sum between two accounts", () => {
    book("a", [debit(cash, 100n), credit(capital, 100n)]);
    book("b", [debit(cash, 5n), credit(capital, 5n)]);
    expect([balanceOf(db, cash), balanceOf(db, capital)]).to.deep.equal([105n, 105n]);
  });

  it("refuses debits that are not credits, in each currency for itself, and stores nothing", () => {
    const pesos = ownAccount("cash", PHP);
    expect(() => book("a", [debit(cash, 100n), credit(capital, 99n)])).to.throw(
      UnbalancedEntryError,
    );
    expect(() => book("b", [debit(cash, 100n), credit(pesos, 100n)])).to.throw(
      UnbalancedEntryError,
    );
    expect(listAccounts(db)).to.deep.equal([]);
  });

  it("books one fact once", () => {
    const lines = [debit(cash, 100n), credit(capital, 100n)];
    book("a", lines);
    expect(() => book("a", lines)).to.throw(/UNIQUE/);
    expect(balanceOf(db, cash)).to.equal(100n);
  });

  it("refuses sums that leave 64 bits rather than rounding them", () => {
    const most = 2n ** 63n - 1n;
    book("a", [debit(cash, most), credit(capital, most)]);
    expect(() => book("b", [debit(cash, 1n), credit(capital, 1n)])).to.throw();
    expect(() => book("c", [debit(cash, most + 1n), credit(capital, most + 1n)])).to.throw();
    expect(balanceOf(db, cash)).to.equal(most);
  });
});

describe("the postings of a batch", () => {
  const rates = fc.bigInt(RATE_UNIT / 1_000n, RATE_UNIT * 1_000n);
  const sends = fc.array(fc.bigInt(10_000n, 10n ** 12n), { minLength: 1, maxLength: 20 });
  const batches = fc.record({ rate: rates, margin: fc.bigInt(0n, 10n ** 9n), sends });

  const termsOf = (rate: bigint, margin: bigint): Terms => ({
    bank: addressOf(KEYS.bank),
    payer: addressOf(KEYS.payer),
    payee: addressOf(KEYS.payee),
    sendCurrency: HKD,
    receiveCurrency: PHP,
    rate: rateOf(rate),
    midRate: rateOf(rate + margin),
  });

  function sums(postings: readonly Posting[]): Map<string, bigint> {
    const totals = new Map<string, bigint>();
    for (const { account, amount } of postings) {
      totals.set(account.id, (totals.get(account.id) ?? 0n) + amount);
    }
    return new Map([...totals].filter(([, total]) => total !== 0n));
  }

  function balanced(postings: readonly Posting[]): boolean {
    return [HKD, PHP].every((currency) => {
      const lines = postings.filter(({ account }) => account.currency === currency);
      return lines.reduce((total, { amount }) => total + amount, 0n) === 0n;
    });
  }

  it("balance in both currencies whatever is rejected, and leave nothing reserved", () => {
    const property = fc.property(batches, fc.integer({ min: 0, max: 20 }), (batch, kept) => {
      const terms = termsOf(batch.rate, batch.margin);
      const legs = batch.sends.map((send) => ({
        send,
        receive: receiveFor({ send: minorUnits(send), rate: terms.rate }) as bigint,
      }));
      const add = (items: typeof legs) =>
        items.reduce(
          (total, { send, receive }) => ({
            send: total.send + send,
            receive: total.receive + receive,
          }),
          { send: 0n, receive: 0n },
        );
      const held = add(legs);
      const settled = add(legs.slice(0, kept));
      const reservation = reservationPostings(terms, held);
      const settlement = settlementPostings(terms, { held, settled });
      expect(balanced(reservation) && balanced(settlement)).to.equal(true);
      const after = sums([...reservation, ...settlement]);
      const reserved = [...after.keys()].filter((id) => id.startsWith("reserved:"));
      expect(reserved).to.deep.equal([]);
      const residue = after.get("rounding-residue:PHP") ?? 0n;
      // A credit: each transfer leaves less than one minor unit.
      expect(residue <= 0n && -residue <= BigInt(kept)).to.equal(true);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it("cancel out: a reservation with its release, a settlement of one with its return", () => {
    const property = fc.property(rates, fc.bigInt(10_000n, 10n ** 12n), (rate, send) => {
      const terms = termsOf(rate, rate / 250n);
      const legs = { send, receive: receiveFor({ send: minorUnits(send), rate: terms.rate }) };
      const reservation = reservationPostings(terms, legs);
      expect(sums([...reservation, ...releasePostings(terms, legs)]).size).to.equal(0);
      const settlement = settlementPostings(terms, { held: legs, settled: legs });
      const returned = returnPostings(terms, legs);
      expect(sums([...reservation, ...settlement, ...returned]).size).to.equal(0);
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { hexlify, randomBytes } from "ethers";
import { type Bank, createBank } from "../../../server/bank/context.ts";
import { readPosition, readTokenBalance } from "../../../server/foundation/chain/read-corridor.ts";
import {
  balance,
  balanceBecomes,
  eventually,
  get,
  post,
  quoteFrom,
  temporaryDirectory,
  testBankConfig,
} from "./bank-fixture.ts";
import {
  addressOf,
  KEYS,
  partyOn,
  passTime,
  startTestChain,
  type TestChain,
} from "./chain-fixture.ts";
import { makeOrder } from "./order-fixture.ts";

const bankAccount = addressOf(KEYS.bank);
const payer = addressOf(KEYS.payer);
const payee = addressOf(KEYS.payee);

interface PostedLine {
  seq: bigint;
  currency: string;
  amount: bigint;
}

describe("the bank's ledger", () => {
  let chain: TestChain;
  let directory: ReturnType<typeof temporaryDirectory>;
  let bank: Bank;

  before(async () => {
    chain = await startTestChain();
    directory = temporaryDirectory();
    bank = await createBank(testBankConfig(chain, directory.path));
    const sender = partyOn(chain, KEYS.payer);
    await sender.setSigner(addressOf(KEYS.payerSigner));
    await partyOn(chain, KEYS.payee).setSigner(addressOf(KEYS.payeeSigner));
    const fundingId = hexlify(randomBytes(32));
    const amount = { value: "10000.00", currency: "HKD" };
    await post(bank, "/fundings", { fundingId, account: payer, amount });
    await balanceBecomes(bank, `tokens:${payer}:HKD`, "10000.00");
    await sender.deposit("HKD", 900_000n);
    await balanceBecomes(bank, `position:${payer}:HKD`, "9000.00");
  });
  after(async () => {
    await bank[Symbol.asyncDispose]();
    await chain[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  function postedLines(): PostedLine[] {
    const db = new DatabaseSync(join(directory.path, "bank.sqlite"), { readBigInts: true });
    const rows = db
      .prepare(
        `select entry_seq as seq, currency, amount
         from postings join accounts on accounts.id = account_id order by entry_seq`,
      )
      .all();
    db.close();
    return rows as unknown as PostedLine[];
  }

  async function assertMirrorsChain(): Promise<void> {
    const { tokens, corridor } = chain.network;
    for (const [currency, token] of Object.entries(tokens)) {
      for (const account of Object.values(chain.network.accounts)) {
        const view = { connection: chain.connection, corridor };
        const position = await readPosition(view, { token, account });
        const held = await readTokenBalance(chain.connection, { token, account });
        const books = [
          await balance(bank, `position:${account}:${currency}`),
          await balance(bank, `tokens:${account}:${currency}`),
        ];
        expect(books.map((text) => BigInt(text.replace(".", "")))).to.deep.equal([position, held]);
      }
    }
  }

  /** The bank's claim on itself is what it owes itself, wherever that stands. */
  async function assertOwnDeposits(): Promise<void> {
    for (const currency of ["HKD", "PHP"]) {
      const books = ["tokens", "position", "reserved"].map((book) =>
        balance(bank, `${book}:${bankAccount}:${currency}`),
      );
      const owed = (await Promise.all(books)).map((text) => BigInt(text.replace(".", "")));
      const claim = BigInt((await balance(bank, `own-deposits:${currency}`)).replace(".", ""));
      expect(owed.reduce((sum, part) => sum + part, 0n)).to.equal(claim);
    }
  }

  it("holds both legs of a batch, and exchanges what the payee answers for", async () => {
    const order = await makeOrder(chain, await quoteFrom(bank), [100_000n, 33_333n, 7_777n]);
    const relayer = partyOn(chain, KEYS.compliance);
    await relayer.call("reserve", order.reserveValues);
    await balanceBecomes(bank, `reserved:${payer}:HKD`, "1411.10");
    expect(await balance(bank, `position:${payer}:HKD`)).to.equal("7588.90");
    const receives = order.legs.map(({ receive }) => receive);
    expect(receives).to.deep.equal([678_410n, 226_134n, 52_759n]);
    expect(await balance(bank, `reserved:${bankAccount}:PHP`)).to.equal("9573.03");

    await relayer.call("settle", await order.settleValues([1]));
    await balanceBecomes(bank, `position:${payee}:PHP`, "7311.69");
    expect(await balance(bank, `reserved:${payer}:HKD`)).to.equal("0.00");
    expect(await balance(bank, `reserved:${bankAccount}:PHP`)).to.equal("0.00");
    expect(await balance(bank, `position:${payer}:HKD`)).to.equal("7922.23");
    expect(await balance(bank, `position:${bankAccount}:HKD`)).to.equal("3077.77");
    // HK$1,077.77 at 6.8113495261 is 7,341.0681…; at 6.7841041279 it is 7,311.7039….
    expect(await balance(bank, "fx-position:HKD")).to.equal("1077.77");
    expect(await balance(bank, "fx-position:PHP")).to.equal("-7341.06");
    expect(await balance(bank, "margin-income:PHP")).to.equal("29.36");
    expect(await balance(bank, "rounding-residue:PHP")).to.equal("0.01");
    await assertMirrorsChain();
    await assertOwnDeposits();
  });

  it("releases an expired batch to where both legs came from", async () => {
    const before = await balance(bank, `position:${payer}:HKD`);
    const order = await makeOrder(chain, await quoteFrom(bank), [50_000n]);
    const relayer = partyOn(chain, KEYS.compliance);
    await relayer.call("reserve", order.reserveValues);
    await balanceBecomes(bank, `reserved:${payer}:HKD`, "500.00");
    await passTime(chain, 600);
    await relayer.call("expire", order.expireValues);
    await balanceBecomes(bank, `reserved:${payer}:HKD`, "0.00");
    expect(await balance(bank, `position:${payer}:HKD`)).to.equal(before);
    expect(await balance(bank, `reserved:${bankAccount}:PHP`)).to.equal("0.00");
    expect(await balance(bank, "fx-position:HKD")).to.equal("1077.77");
    await assertMirrorsChain();
    await assertOwnDeposits();
  });

  it("undoes the deal, margin and residue of a return", async () => {
    const names = [
      "fx-position:HKD",
      "fx-position:PHP",
      "margin-income:PHP",
      "rounding-residue:PHP",
    ];
    names.push(`position:${payer}:HKD`, `position:${payee}:PHP`, "own-deposits:PHP");
    const balances = () => Promise.all(names.map((name) => balance(bank, name)));
    const before = await balances();
    const order = await makeOrder(chain, await quoteFrom(bank), [12_345n]);
    const relayer = partyOn(chain, KEYS.compliance);
    await relayer.call("reserve", order.reserveValues);
    await relayer.call("settle", await order.settleValues([]));
    await balanceBecomes(bank, "fx-position:HKD", "1201.22");
    await relayer.call("returnTransfer", await order.returnValues(0));
    await balanceBecomes(bank, "fx-position:HKD", "1077.77");
    expect(await balances()).to.deep.equal(before);
    await assertMirrorsChain();
    await assertOwnDeposits();
  });

  it("knows tokens that were sent to the corridor by mistake from positions", async () => {
    const sender = partyOn(chain, KEYS.payer);
    await sender.transfer("HKD", chain.network.corridor, 100n);
    await balanceBecomes(bank, `tokens:${chain.network.corridor}:HKD`, "1.00");
    await sender.withdraw("HKD", 5_000n);
    await balanceBecomes(bank, `tokens:${payer}:HKD`, "1049.00");
    expect(await balance(bank, `tokens:${chain.network.corridor}:HKD`)).to.equal("1.00");
    await assertMirrorsChain();
    await assertOwnDeposits();
  });

  it("balances to zero in every currency after every entry", async () => {
    const totals = new Map<string, bigint>();
    let previous = 0n;
    let entries = 0;
    const lines = postedLines();
    for (const { seq, currency, amount } of lines) {
      if (seq !== previous) {
        expect([...totals.values()].every((total) => total === 0n)).to.equal(true);
        previous = seq;
        entries++;
      }
      totals.set(currency, (totals.get(currency) ?? 0n) + amount);
    }
    expect([...totals.values()]).to.deep.equal([0n, 0n]);
    expect(entries).to.be.greaterThan(20);
  });

  it("states each account's day, from opening to closing", async () => {
    const { body: list } = await get(bank, "/accounts");
    const block = await chain.connection.provider.getBlock("latest");
    const date = new Date(block!.timestamp * 1_000).toISOString().slice(0, 10);
    for (const { id, balance: shown } of list.accounts) {
      const { body } = await get(bank, `/statements/${id}/${date}`);
      const minor = (text: string) => BigInt(text.replace(".", ""));
      const sum = body.lines.reduce(
        (total: bigint, line: { amount: { value: string } }) => total + minor(line.amount.value),
        minor(body.opening.value),
      );
      expect(sum).to.equal(minor(body.closing.value));
      expect(body.closing).to.deep.equal(shown);
    }
    const { body } = await get(bank, `/statements/margin-income:PHP/${date}`);
    expect(body.lines[0]).to.deep.include({
      kind: "settlement",
      amount: { value: "29.36", currency: "PHP" },
    });
    expect(body.lines[0].chain.blockNumber).to.be.a("number");
    const early = await get(bank, "/statements/cash:HKD/2018-06-25");
    expect([early.body.opening.value, early.body.lines]).to.deep.equal(["0.00", []]);
  });

  it("refuses days that are none, unknown accounts and unknown parameters", async () => {
    const paths: [string, number, string][] = [
      ["/statements/cash:HKD/2018-02-30", 400, "id-format"],
      ["/statements/cash:HKD/today", 400, "id-format"],
      ["/statements/cash:USD/2018-06-25", 404, "not-found"],
      ["/statements/cash:HKD/2018-06-25?after=-1", 400, "query"],
      ["/statements/cash:HKD/2018-06-25?after=1&after=2", 400, "query"],
      ["/statements/cash:HKD/2018-06-25?limit=1", 400, "query"],
    ];
    for (const [path, status, code] of paths) {
      const answer = await get(bank, path);
      expect([answer.status, answer.body.code]).to.deep.equal([status, code]);
    }
  });

  it("is the same after a restart", async () => {
    const before = await get(bank, "/accounts");
    await bank[Symbol.asyncDispose]();
    bank = await createBank(testBankConfig(chain, directory.path));
    expect((await get(bank, "/accounts")).body).to.deep.equal(before.body);
  });

  it("is made again, but for the fiat, by a bank that reads the same chain from the start", async () => {
    using other = temporaryDirectory();
    const last = await get(bank, "/healthz");
    await bank[Symbol.asyncDispose]();
    await using rebuilt = await createBank(testBankConfig(chain, other.path));
    await eventually("the chain read", async () => {
      const { body } = await get(rebuilt, "/healthz");
      return body.followedTo >= last.body.followedTo;
    });
    expect(await balance(rebuilt, `vostro:${payer}:HKD`)).to.equal("-10000.00");
    expect(await balance(rebuilt, `tokens:${payer}:HKD`)).to.equal("1049.00");
    await rebuilt[Symbol.asyncDispose]();
    bank = await createBank(testBankConfig(chain, directory.path));
  });
});

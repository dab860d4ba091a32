import { expect } from "chai";
import { hexlify, randomBytes } from "ethers";
import { type Bank, createBank } from "../../../server/bank/context.ts";
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
import { addressOf, KEYS, partyOn, startTestChain, type TestChain } from "./chain-fixture.ts";
import { makeOrder } from "./order-fixture.ts";

const bankAccount = addressOf(KEYS.bank);
const payer = addressOf(KEYS.payer);
const payee = addressOf(KEYS.payee);

describe("POST /cycles/{id}/confirm", () => {
  let chain: TestChain;
  let directory: ReturnType<typeof temporaryDirectory>;
  let bank: Bank;
  let firstBlock: number;
  let toBlock: number;

  before(async () => {
    chain = await startTestChain();
    directory = temporaryDirectory();
    bank = await createBank(testBankConfig(chain, directory.path));
    const sender = partyOn(chain, KEYS.payer);
    await sender.setSigner(addressOf(KEYS.payerSigner));
    await partyOn(chain, KEYS.payee).setSigner(addressOf(KEYS.payeeSigner));
    const fundingId = hexlify(randomBytes(32));
    const amount = { value: "5000.00", currency: "HKD" };
    await post(bank, "/fundings", { fundingId, account: payer, amount });
    await balanceBecomes(bank, `tokens:${payer}:HKD`, "5000.00");
    await sender.deposit("HKD", 500_000n);
    const relayer = partyOn(chain, KEYS.compliance);
    // One batch settled in part, one settled and given back in part, one left reserved.
    const first = await makeOrder(chain, await quoteFrom(bank), [100_000n, 20_000n]);
    await relayer.call("reserve", first.reserveValues);
    const settled = await relayer.call("settle", await first.settleValues([1]));
    firstBlock = settled.blockNumber;
    const second = await makeOrder(chain, await quoteFrom(bank), [30_000n, 10_000n]);
    await relayer.call("reserve", second.reserveValues);
    await relayer.call("settle", await second.settleValues([]));
    await relayer.call("returnTransfer", await second.returnValues(1));
    const third = await makeOrder(chain, await quoteFrom(bank), [40_000n]);
    const { blockNumber } = await relayer.call("reserve", third.reserveValues);
    toBlock = blockNumber;
    await eventually("the chain read", async () => {
      return (await get(bank, "/healthz")).body.followedTo >= toBlock;
    });
  });
  after(async () => {
    await bank[Symbol.asyncDispose]();
    await chain[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  /** What settled: HK$1,000.00 and HK$300.00, at 6.7841041279. */
  function movements() {
    const HKD = chain.network.tokens["HKD"]!;
    const PHP = chain.network.tokens["PHP"]!;
    return [
      { account: payer, token: HKD, netMinor: "-130000" },
      { account: bankAccount, token: HKD, netMinor: "130000" },
      { account: bankAccount, token: PHP, netMinor: "-881933" },
      { account: payee, token: PHP, netMinor: "881933" },
    ];
  }

  const confirm = (cycle: string, body: object) => post(bank, `/cycles/${cycle}/confirm`, body);

  it("reports each account on which the cycle and the ledger differ", async () => {
    const wrong = movements();
    wrong[3]!.netMinor = "881934";
    wrong.splice(1, 1);
    wrong.push({ account: payer, token: chain.network.tokens["PHP"]!, netMinor: "1" });
    const { status, body } = await confirm("cycle-1", { fromBlock: 1, toBlock, movements: wrong });
    expect([status, body.agreed]).to.deep.equal([200, false]);
    const { HKD, PHP } = chain.network.tokens;
    expect(body.differences).to.have.deep.members([
      { account: bankAccount, token: HKD, statedMinor: "0", bookedMinor: "130000" },
      { account: payee, token: PHP, statedMinor: "881934", bookedMinor: "881933" },
      { account: payer, token: PHP, statedMinor: "1", bookedMinor: "0" },
    ]);
  });

  it("counts the first and the last of its blocks", async () => {
    const { HKD, PHP } = chain.network.tokens;
    const one = { fromBlock: firstBlock, toBlock: firstBlock, movements: [] };
    const { body } = await confirm("cycle-one-block", one);
    expect(body.differences).to.have.deep.members([
      { account: payer, token: HKD, statedMinor: "0", bookedMinor: "-100000" },
      { account: bankAccount, token: HKD, statedMinor: "0", bookedMinor: "100000" },
      { account: bankAccount, token: PHP, statedMinor: "0", bookedMinor: "-678410" },
      { account: payee, token: PHP, statedMinor: "0", bookedMinor: "678410" },
    ]);
  });

  it("counts only the blocks of the cycle", async () => {
    const { body } = await confirm("cycle-0", { fromBlock: 0, toBlock: 1, movements: [] });
    expect(body).to.deep.equal({ agreed: true });
    const early = await confirm("cycle-early", {
      fromBlock: 0,
      toBlock: 1,
      movements: movements(),
    });
    expect(early.body.differences).to.have.length(4);
  });

  it("agrees with the corrected cycle, gives the same answer again, and takes no other body", async () => {
    const cycle = { fromBlock: 1, toBlock, movements: movements() };
    expect((await confirm("cycle-1", cycle)).body).to.deep.equal({ agreed: true });
    const reordered = { ...cycle, movements: movements().reverse() };
    expect((await confirm("cycle-1", reordered)).body).to.deep.equal({ agreed: true });
    const { status, body } = await confirm("cycle-1", { ...cycle, movements: [] });
    expect([status, body.code]).to.deep.equal([422, "idempotency-key-reused"]);
  });

  it("sweeps what the bank has above its targets once a cycle is agreed, and pays nobody", async () => {
    await confirm("cycle-1", { fromBlock: 1, toBlock, movements: movements() });
    await balanceBecomes(bank, `position:${bankAccount}:HKD`, "2000.00");
    await balanceBecomes(bank, `tokens:${bankAccount}:HKD`, "0.00");
    expect(await balance(bank, "cash:HKD")).to.equal("1005000.00");
    expect(await balance(bank, "own-deposits:HKD")).to.equal("2000.00");
    expect(await balance(bank, `position:${payee}:PHP`)).to.equal("8819.33");
  });

  it("leaves what comes in afterwards where it is, until the next agreed cycle", async () => {
    const relayer = partyOn(chain, KEYS.compliance);
    const order = await makeOrder(chain, await quoteFrom(bank), [50_000n]);
    await relayer.call("reserve", order.reserveValues);
    await relayer.call("settle", await order.settleValues([]));
    await balanceBecomes(bank, `position:${bankAccount}:HKD`, "2500.00");
    // Several of the treasury's rounds.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await balance(bank, `position:${bankAccount}:HKD`)).to.equal("2500.00");
    await confirm("cycle-empty", { fromBlock: 0, toBlock: 1, movements: [] });
    await balanceBecomes(bank, `position:${bankAccount}:HKD`, "2000.00");
  });

  it("asks to come back for blocks that are not booked yet", async () => {
    const late = { fromBlock: 1, toBlock: toBlock + 1_000, movements: [] };
    const { status, body } = await confirm("cycle-2", late);
    expect([status, body.code, body.retryable]).to.deep.equal([503, "chain-unavailable", true]);
  });

  it("refuses malformed cycles", async () => {
    const cycle = { fromBlock: 1, toBlock, movements: movements() };
    const refused: [string, object, number][] = [
      ["cycle-3", { ...cycle, fromBlock: toBlock + 1 }, 422],
      ["cycle-3", { ...cycle, movements: [{ ...movements()[0], netMinor: -1 }] }, 422],
      ["cycle-3", { ...cycle, movements: [{ ...movements()[0], netMinor: "-0" }] }, 422],
      ["cycle-3", { ...cycle, paid: true }, 422],
      ["Cycle_3", cycle, 400],
    ];
    for (const [id, body, status] of refused) {
      expect((await confirm(id, body)).status).to.equal(status);
    }
  });
});

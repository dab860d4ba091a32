import { expect } from "chai";
import { hexlify, randomBytes } from "ethers";
import { type Bank, createBank } from "../../../server/bank/context.ts";
import {
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

interface Item {
  readonly kind: string;
  readonly batchId?: string;
  readonly index?: number;
  readonly amount: { readonly value: string; readonly currency: string };
  readonly bookedAt: string;
}

describe("GET /statements/{account}/{date}/items", () => {
  let chain: TestChain;
  let directory: ReturnType<typeof temporaryDirectory>;
  let bank: Bank;
  let day: string;
  let order: Awaited<ReturnType<typeof makeOrder>>;

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
    order = await makeOrder(chain, await quoteFrom(bank), [100_000n, 20_000n, 30_000n]);
    await relayer.call("reserve", order.reserveValues);
    await relayer.call("settle", await order.settleValues([1]));
    const { blockNumber } = await relayer.call("returnTransfer", await order.returnValues(2));
    const block = await chain.connection.provider.getBlock(blockNumber);
    day = new Date(Number(block?.timestamp) * 1_000).toISOString().slice(0, 10);
    await eventually("the chain read", async () => {
      return (await get(bank, "/healthz")).body.followedTo >= blockNumber;
    });
  });
  after(async () => {
    await bank[Symbol.asyncDispose]();
    await chain[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  async function itemsOf(account: string): Promise<Item[]> {
    const { body } = await get(bank, `/statements/${account}/${day}/items`);
    return body.items;
  }
  const ofBatch = (items: Item[]) =>
    items
      .filter(({ batchId }) => batchId === order.batchId)
      .map(({ kind, index, amount }) => [kind, index, amount.value]);

  it("tells each transfer of a batch apart: reserved, settled, rejected, returned", async () => {
    expect(ofBatch(await itemsOf(`position:${payer}:HKD`))).to.deep.equal([
      ["reservation", 0, "-1000.00"],
      ["reservation", 1, "-200.00"],
      ["reservation", 2, "-300.00"],
      ["settlement", 1, "200.00"],
      ["return", 2, "300.00"],
    ]);
    expect(ofBatch(await itemsOf(`position:${bankAccount}:HKD`))).to.deep.equal([
      ["settlement", 0, "1000.00"],
      ["settlement", 2, "300.00"],
      ["return", 2, "-300.00"],
    ]);
  });

  it("adds up, on every account, from the opening balance to the closing one", async () => {
    const { body } = await get(bank, "/accounts");
    const cents = ({ value }: { value: string }) => BigInt(value.replace(".", ""));
    for (const { id } of body.accounts as { id: string }[]) {
      const { body: statement } = await get(bank, `/statements/${id}/${day}/items`);
      const sum = (statement.items as Item[]).reduce(
        (total, item) => total + cents(item.amount),
        0n,
      );
      expect(cents(statement.opening) + sum, id).to.equal(cents(statement.closing));
    }
  });

  it("keeps as one item what was rounded once for the whole batch, and names what is no batch's", async () => {
    const margin = ofBatch(await itemsOf("margin-income:PHP"));
    expect(margin.filter(([kind]) => kind === "settlement")).to.have.length(1);
    const [deposit] = await itemsOf(`position:${payer}:HKD`);
    expect(deposit).to.include({ kind: "deposit" }).and.have.property("reference");
  });
});

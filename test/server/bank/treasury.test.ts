import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { id } from "ethers";
import { type Bank, createBank } from "../../../server/bank/context.ts";
import {
  readPosition,
  readSigner,
  readTokenBalance,
} from "../../../server/foundation/chain/read-corridor.ts";
import {
  ASKED,
  balanceBecomes,
  eventually,
  get,
  post,
  quoteFrom,
  temporaryDirectory,
  testBankConfig,
} from "./bank-fixture.ts";
import { addressOf, KEYS, partyOn, startTestChain, type TestChain } from "./chain-fixture.ts";

const account = addressOf(KEYS.bank);

describe("the bank's treasury", () => {
  let chain: TestChain;
  let directory: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    chain = await startTestChain();
    directory = temporaryDirectory();
  });
  afterEach(async () => {
    await chain[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  function onChain(currency: string) {
    const token = chain.network.tokens[currency]!;
    const view = { connection: chain.connection, corridor: chain.network.corridor };
    return {
      position: () => readPosition(view, { token, account }),
      balance: () => readTokenBalance(chain.connection, { token, account }),
    };
  }

  it("sets its signer and brings its positions to their targets by itself", async () => {
    await using bank = await createBank(testBankConfig(chain, directory.path));
    await balanceBecomes(bank, `position:${account}:PHP`, "1000000.00");
    await balanceBecomes(bank, `position:${account}:HKD`, "2000.00");
    const view = { connection: chain.connection, corridor: chain.network.corridor };
    expect(await readSigner(view, account)).to.equal(addressOf(KEYS.bankSigner));
    expect(await onChain("PHP").position()).to.equal(100_000_000n);
    expect(await onChain("PHP").balance()).to.equal(0n);
  });

  it("fills a position up only below its floor, and then to its target", async () => {
    const config = testBankConfig(chain, directory.path);
    const open = (floor: string) =>
      createBank({
        ...config,
        treasury: { ...config.treasury, PHP: { ...config.treasury["PHP"]!, floor } },
      });
    await using first = await open("500000.00");
    await balanceBecomes(first, `position:${account}:PHP`, "1000000.00");
    await first[Symbol.asyncDispose]();
    await partyOn(chain, KEYS.bank).withdraw("PHP", 40_000_000n);

    await using above = await open("600000.00");
    await balanceBecomes(above, `position:${account}:PHP`, "600000.00");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await onChain("PHP").position()).to.equal(60_000_000n);
    await above[Symbol.asyncDispose]();

    // Of what was withdrawn, a quarter is gone: only that much is issued anew.
    await partyOn(chain, KEYS.bank).redeem("PHP", 10_000_000n, id("a quarter"));
    await using below = await open("600000.01");
    await balanceBecomes(below, `position:${account}:PHP`, "1000000.00");
    expect(await onChain("PHP").balance()).to.equal(0n);
    const supply = await chain.connection.provider.call({
      to: chain.network.tokens["PHP"]!,
      data: id("totalSupply()").slice(0, 10),
    });
    expect(BigInt(supply)).to.equal(100_000_000n);
  });
});

describe("a chain that replaces booked blocks", () => {
  it("stops the bank, which says so until the blocks are back", async () => {
    await using chain = await startTestChain();
    using directory = temporaryDirectory();
    await using bank: Bank = await createBank(testBankConfig(chain, directory.path));
    await quoteFrom(bank);
    await balanceBecomes(bank, `position:${account}:HKD`, "2000.00");
    const { provider } = chain.connection;
    const snapshot = await provider.send("evm_snapshot", []);
    await provider.send("hardhat_mine", ["0x3"]);
    const { number } = (await provider.getBlock("latest"))!;
    await eventually("the blocks booked", async () => {
      return (await get(bank, "/healthz")).body.followedTo === number;
    });
    await provider.send("evm_revert", [snapshot]);
    await provider.send("evm_increaseTime", [7]);
    await provider.send("hardhat_mine", ["0x5"]);

    const health = await eventually("the halt", async () => {
      const answer = await get(bank, "/healthz");
      return answer.status === 503 && answer.body;
    });
    expect(health).to.deep.include({ status: "halted", followedTo: number });
    expect(health.reason).to.include(String(number));
    const quote = await post(bank, "/fx/quotes", ASKED);
    expect([quote.status, quote.body.code]).to.deep.equal([503, "chain-unavailable"]);
    const funding = { account: ASKED.payer, amount: { value: "1.00", currency: "HKD" } };
    const funded = await post(bank, "/fundings", { ...funding, fundingId: id("one") });
    expect([funded.status, funded.body.code]).to.deep.equal([503, "chain-unavailable"]);
    const cycle = await post(bank, "/cycles/one/confirm", {
      fromBlock: 0,
      toBlock: 1,
      movements: [],
    });
    expect([cycle.status, cycle.body.code]).to.deep.equal([503, "chain-unavailable"]);
  });
});

describe("a chain that contradicts the ledger", () => {
  it("stops the bank before the event, with nothing of it booked", async () => {
    await using chain = await startTestChain();
    using directory = temporaryDirectory();
    await using bank = await createBank(testBankConfig(chain, directory.path));
    const funding = { account: ASKED.payer, amount: { value: "9.00", currency: "HKD" } };
    await post(bank, "/fundings", { ...funding, fundingId: id("nine") });
    await balanceBecomes(bank, `tokens:${ASKED.payer}:HKD`, "9.00");
    // As if this redemption had been paid before.
    const redemptionId = id("paid");
    const db = new DatabaseSync(join(directory.path, "bank.sqlite"));
    db.prepare("insert into payouts values (?, ?, 'HKD', 400, 0, 0, '0x')").run(
      redemptionId,
      ASKED.payer,
    );
    db.close();
    await partyOn(chain, KEYS.payer).redeem("HKD", 400n, redemptionId);
    const health = await eventually("the halt", async () => {
      const answer = await get(bank, "/healthz");
      return answer.status === 503 && answer.body;
    });
    expect(health.reason).to.include("cannot be booked");
    const { body } = await get(bank, `/accounts/tokens:${ASKED.payer}:HKD`);
    expect(body.balance.value).to.equal("9.00");
    expect((await get(bank, "/accounts/cash:HKD")).body.balance.value).to.equal("1000009.00");
  });
});

import { expect } from "chai";
import { hexlify, id, randomBytes } from "ethers";
import { type Bank, createBank } from "../../../server/bank/context.ts";
import {
  balance,
  balanceBecomes,
  eventually,
  get,
  post,
  temporaryDirectory,
  testBankConfig,
} from "./bank-fixture.ts";
import { addressOf, KEYS, partyOn, startTestChain, type TestChain } from "./chain-fixture.ts";

const ISSUED = id("Issued(address,uint256,bytes32)");
const payer = addressOf(KEYS.payer);

function fundingOf(value: string, fundingId = hexlify(randomBytes(32))) {
  return { fundingId, account: payer, amount: { value, currency: "HKD" } };
}

describe("fundings and redemptions", () => {
  let chain: TestChain;
  let directory: ReturnType<typeof temporaryDirectory>;
  let bank: Bank;

  beforeEach(async () => {
    chain = await startTestChain();
    directory = temporaryDirectory();
    bank = await createBank(testBankConfig(chain, directory.path));
  });
  afterEach(async () => {
    await bank[Symbol.asyncDispose]();
    await chain[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  async function restart(change: object = {}) {
    await bank[Symbol.asyncDispose]();
    const config = testBankConfig(chain, directory.path);
    bank = await createBank({ ...config, chain: { ...config.chain, ...change } });
  }

  function issued(fundingId: string) {
    return eventually("the funding issued", async () => {
      const { body } = await get(bank, `/fundings/${fundingId}`);
      return body.status === "issued" && body;
    });
  }

  /** How often the chain issued against an id. */
  async function issuesOnChain(fundingId: string): Promise<number> {
    const topics = [ISSUED, null, fundingId];
    return (await chain.connection.provider.getLogs({ fromBlock: 0, topics })).length;
  }

  it("issue the sum in tokens, out of the fiat that came in", async () => {
    const funding = fundingOf("2500.00");
    const { status, body } = await post(bank, "/fundings", funding);
    expect([status, body.status, body.fundingId]).to.deep.equal([
      202,
      "accepted",
      funding.fundingId,
    ]);
    const { chain: reference, amount } = await issued(funding.fundingId);
    expect(amount).to.deep.equal({ value: "2500.00", currency: "HKD" });
    const receipt = await chain.connection.provider.getTransactionReceipt(
      reference.transactionHash,
    );
    expect(receipt?.blockNumber).to.equal(reference.blockNumber);
    expect(await balance(bank, `tokens:${payer}:HKD`)).to.equal("2500.00");
    expect(await balance(bank, `vostro:${payer}:HKD`)).to.equal("0.00");
    expect(await balance(bank, "cash:HKD")).to.equal("1002500.00");
  });

  it("happen once for one id: again, all at once and after a restart", async () => {
    const funding = fundingOf("100.00");
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(bank, "/fundings", funding)),
    );
    expect(answers.map(({ status }) => status).every((status) => status < 300)).to.equal(true);
    await issued(funding.fundingId);
    await restart();
    const again = await post(bank, "/fundings", funding);
    expect([again.status, again.body.status]).to.deep.equal([200, "issued"]);
    expect(await issuesOnChain(funding.fundingId)).to.equal(1);
    expect(await balance(bank, `tokens:${payer}:HKD`)).to.equal("100.00");
    expect(await balance(bank, "cash:HKD")).to.equal("1000100.00");
  });

  it("survive a stop before the chain was asked", async () => {
    const funding = fundingOf("70.00");
    await post(bank, "/fundings", funding);
    await restart();
    await issued(funding.fundingId);
    expect(await issuesOnChain(funding.fundingId)).to.equal(1);
  });

  it("survive a stop between the chain's issue and its booking", async () => {
    await restart({ followEveryMs: 3_600_000 });
    const funding = fundingOf("70.00");
    await post(bank, "/fundings", funding);
    await eventually("the issue on chain", async () => {
      return (await issuesOnChain(funding.fundingId)) === 1;
    });
    expect((await get(bank, `/fundings/${funding.fundingId}`)).body.status).to.equal("accepted");
    await restart();
    await issued(funding.fundingId);
    expect(await issuesOnChain(funding.fundingId)).to.equal(1);
    expect(await balance(bank, `tokens:${payer}:HKD`)).to.equal("70.00");
  });

  it("count as issued only at the network's depth", async () => {
    await balanceBecomes(bank, `position:${addressOf(KEYS.bank)}:HKD`, "2000.00");
    await restart({ depth: 2 });
    const funding = fundingOf("70.00");
    await post(bank, "/fundings", funding);
    await eventually("the issue on chain", async () => {
      return (await issuesOnChain(funding.fundingId)) === 1;
    });
    const { provider } = chain.connection;
    await provider.send("evm_mine", []);
    const { number } = (await provider.getBlock("latest"))!;
    await eventually("the chain read to its depth", async () => {
      return (await get(bank, "/healthz")).body.followedTo === number - 2;
    });
    expect((await get(bank, `/fundings/${funding.fundingId}`)).body.status).to.equal("accepted");
    await provider.send("evm_mine", []);
    await issued(funding.fundingId);
  });

  it("refuse another body under the same id, and book nothing for it", async () => {
    const funding = fundingOf("100.00");
    await post(bank, "/fundings", funding);
    const others = [
      fundingOf("100.01", funding.fundingId),
      { ...funding, account: addressOf(KEYS.payee) },
      { ...funding, amount: { value: "100.00", currency: "PHP" } },
    ];
    for (const other of others) {
      const { status, body } = await post(bank, "/fundings", other);
      expect([status, body.code]).to.deep.equal([422, "idempotency-key-reused"]);
    }
    await issued(funding.fundingId);
    expect(await balance(bank, "cash:HKD")).to.equal("1000100.00");
    expect(await balance(bank, `tokens:${addressOf(KEYS.payee)}:PHP`)).to.equal("0.00");
  });

  it("refuse bad amounts, other currencies, strangers and the zero id, and store nothing", async () => {
    const good = fundingOf("1.00");
    const amount = (value: unknown, currency = "HKD") => ({ ...good, amount: { value, currency } });
    const refused: [object, string][] = [
      [amount("1.005"), "amount-scale"],
      [amount("0.00"), "amount-range"],
      [amount(1), "amount-not-string"],
      [amount("1e3"), "amount-format"],
      [amount("1.00", "USD"), "currency"],
      [amount("1.00", "DEM"), "currency"],
      [{ ...good, account: addressOf(KEYS.bank) }, "field-format"],
      [{ ...good, account: addressOf(KEYS.compliance) }, "field-format"],
      [{ ...good, fundingId: `0x${"0".repeat(64)}` }, "field-format"],
      [{ ...good, fundingId: "1" }, "field-format"],
    ];
    for (const [body, code] of refused) {
      const answer = await post(bank, "/fundings", body);
      expect([answer.status, answer.body.code]).to.deep.equal([422, code]);
      expect(answer.body.pointer).to.match(/^\/(amount|account|fundingId)/);
      expect(answer.body.remedy).to.be.a("string");
    }
    expect((await get(bank, `/fundings/${good.fundingId}`)).status).to.equal(404);
    expect(await balance(bank, "cash:HKD")).to.equal("1000000.00");
  });

  it("pay a redemption out once, from the chain's event", async () => {
    const funding = fundingOf("100.00");
    await post(bank, "/fundings", funding);
    await issued(funding.fundingId);
    const redemptionId = hexlify(randomBytes(32));
    expect((await get(bank, `/redemptions/${redemptionId}`)).status).to.equal(404);
    await partyOn(chain, KEYS.payer).redeem("HKD", 4_000n, redemptionId);
    await balanceBecomes(bank, `tokens:${payer}:HKD`, "60.00");
    await restart();
    const { body } = await get(bank, `/redemptions/${redemptionId}`);
    expect(body.payouts).to.have.length(1);
    expect(body.payouts[0]).to.deep.include({
      account: payer,
      amount: { value: "40.00", currency: "HKD" },
      status: "paid",
    });
    expect(await balance(bank, "cash:HKD")).to.equal("1000060.00");
    expect(await balance(bank, `vostro:${payer}:HKD`)).to.equal("0.00");
  });

  it("keep two holders' redemptions of one id apart", async () => {
    const funding = fundingOf("100.00");
    await post(bank, "/fundings", funding);
    await issued(funding.fundingId);
    const holder = partyOn(chain, KEYS.payer);
    const other = partyOn(chain, KEYS.payee);
    await holder.transfer("HKD", other.address, 3_000n);
    const redemptionId = hexlify(randomBytes(32));
    await holder.redeem("HKD", 1_000n, redemptionId);
    await other.redeem("HKD", 500n, redemptionId);
    const { payouts } = await eventually("both payouts", async () => {
      const { body } = await get(bank, `/redemptions/${redemptionId}`);
      return body.payouts?.length === 2 && body;
    });
    const paid = payouts.map(({ account, amount }: { account: string; amount: object }) => [
      account,
      amount,
    ]);
    expect(paid).to.have.deep.members([
      [payer, { value: "10.00", currency: "HKD" }],
      [other.address, { value: "5.00", currency: "HKD" }],
    ]);
    expect(await balance(bank, `tokens:${other.address}:HKD`)).to.equal("25.00");
  });

  it("answer ids that are not ids with id-format, and other methods with what there is", async () => {
    for (const path of ["/fundings/1", `/redemptions/0x${"A".repeat(64)}`, "/accounts/cash"]) {
      const { status, body } = await get(bank, path);
      expect([status, body.code]).to.deep.equal([400, "id-format"]);
    }
    const response = await fetch(`${bank.url}/fundings`, { method: "DELETE" });
    expect(response.status).to.equal(405);
    expect(response.headers.get("allow")).to.equal("POST");
  });
});

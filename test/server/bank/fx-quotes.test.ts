import { expect } from "chai";
import { id } from "ethers";
import { corridorAbi } from "../../../protocol/contract-abi.ts";
import { quoteHashOf } from "../../../protocol/messages.ts";
import { recoverSigner } from "../../../protocol/signature.ts";
import { type Bank, createBank } from "../../../server/bank/context.ts";
import {
  ASKED,
  HKD_PHP,
  post,
  quoteFrom,
  temporaryDirectory,
  testBankConfig,
} from "./bank-fixture.ts";
import { addressOf, KEYS, partyOn, startTestChain, type TestChain } from "./chain-fixture.ts";
import { makeOrder } from "./order-fixture.ts";

describe("POST /fx/quotes", () => {
  let chain: TestChain;
  let stack: AsyncDisposableStack;

  before(async () => {
    stack = new AsyncDisposableStack();
    chain = stack.use(await startTestChain());
  });
  after(() => stack.disposeAsync());

  async function bankWith(change: object): Promise<AsyncDisposableStack & { bank: Bank }> {
    const opened = new AsyncDisposableStack();
    const directory = opened.use(temporaryDirectory());
    const bank = opened.use(
      await createBank({ ...testBankConfig(chain, directory.path), ...change }),
    );
    return Object.assign(opened, { bank });
  }

  it("quotes the ECB's cross rate of the configured day less the corridor's margin", async () => {
    await using opened = await bankWith({});
    const answer = await quoteFrom(opened.bank);
    // EUR/HKD 9.181, EUR/PHP 62.535 on 25 June 2018.
    expect(answer.midRate).to.deep.equal({
      value: "6.8113495261",
      source: "ECB",
      date: "2018-06-25",
    });
    expect(answer.marginBps).to.equal(40);
    expect(answer.rateMajor).to.equal("6.7841041279");
    expect(answer.quote.rate).to.equal(6_784_104_127_900n);
  });

  it("signs what the contract hashes, with clocks from the chain and room for its position", async () => {
    await using opened = await bankWith({});
    const { quote, quoteHash, signature, chainId, corridorAddress } = await quoteFrom(opened.bank);
    expect(corridorAddress).to.equal(chain.network.corridor);
    expect(chainId).to.equal(chain.network.chainId.toString());
    const deployment = { chainId: chain.network.chainId, corridor: chain.network.corridor };
    expect(quoteHashOf(deployment, quote)).to.equal(quoteHash);
    expect(recoverSigner(quoteHash, signature)).to.equal(opened.bank.signer.toLowerCase());
    const block = await chain.connection.provider.getBlock("latest");
    const now = BigInt(block!.timestamp);
    expect(quote.validUntil - now <= 120n && quote.validUntil - now > 100n).to.equal(true);
    expect(quote.settleUntil - quote.validUntil).to.equal(120n);
    expect(quote.returnUntil - quote.settleUntil).to.equal(2_592_000n);
    const covered = (quote.maxSend * quote.rate) / 10n ** 12n;
    expect(covered <= 100_000_000n && covered > 99_999_000n).to.equal(true);
  });

  it("is taken by the contract, signature and terms", async () => {
    await using opened = await bankWith({});
    const answer = await quoteFrom(opened.bank);
    const order = await makeOrder(chain, answer, [100_000n]);
    // No position yet: it is the last thing the contract looks at, after both signatures.
    const data = corridorAbi.encodeFunctionData("reserve", order.reserveValues);
    const payer = partyOn(chain, KEYS.payer);
    await payer.setSigner(addressOf(KEYS.payerSigner));
    const failure = await chain.connection.provider.call({ to: chain.network.corridor, data }).then(
      () => undefined,
      (error: { data?: string }) => error.data,
    );
    const selector = id("InsufficientPosition(address,address,uint256,uint256)").slice(0, 10);
    expect(failure?.slice(0, 10)).to.equal(selector);
  });

  it("is never the same promise twice", async () => {
    await using opened = await bankWith({});
    const [first, second] = [await quoteFrom(opened.bank), await quoteFrom(opened.bank)];
    expect(first.quoteHash).not.to.equal(second.quoteHash);
  });

  it("uses Friday's rates on a Sunday, and none that are older than allowed", async () => {
    const rates = testBankConfig(chain, "").rates;
    await using sunday = await bankWith({ rates: { ...rates, asOf: "2018-06-24" } });
    expect((await quoteFrom(sunday.bank)).midRate.date).to.equal("2018-06-22");
    await using late = await bankWith({ rates: { ...rates, asOf: "2018-06-24", maxAgeDays: 1 } });
    const { status, body } = await post(late.bank, "/fx/quotes", ASKED);
    expect([status, body.code]).to.deep.equal([503, "stale-rate"]);
    expect(body.detail).to.include("2018-06-22");
    expect(body.retryable).to.equal(true);
  });

  it("refuses days before the series, and days after its end", async () => {
    const rates = testBankConfig(chain, "").rates;
    for (const asOf of ["1998-12-31", "2024-12-31"]) {
      await using opened = await bankWith({ rates: { ...rates, asOf } });
      const { body } = await post(opened.bank, "/fx/quotes", ASKED);
      expect(body.code).to.equal("stale-rate");
    }
  });

  it("quotes nothing while its position covers nothing", async () => {
    const treasury = {
      HKD: { capital: "1.00", floor: "0.01", target: "0.01" },
      PHP: { capital: "1.00", floor: "0.01", target: "0.01" },
    };
    await using chainOfItsOwn = await startTestChain();
    using directory = temporaryDirectory();
    const config = { ...testBankConfig(chainOfItsOwn, directory.path), treasury };
    await using bank = await createBank(config);
    const { status, body } = await post(bank, "/fx/quotes", ASKED);
    expect([status, body.code]).to.deep.equal([503, "liquidity-unavailable"]);
  });

  it("refuses unknown corridors, strangers, one account on both sides and malformed bodies", async () => {
    await using opened = await bankWith({});
    const stranger = addressOf(KEYS.compliance);
    const refused: [object, number, string, string | undefined][] = [
      [{ ...ASKED, corridor: "HKD-VND" }, 422, "corridor-closed", "/corridor"],
      [{ ...ASKED, payer: stranger }, 422, "corridor-closed", "/payer"],
      [{ ...ASKED, payee: stranger }, 422, "corridor-closed", "/payee"],
      [{ ...ASKED, payee: ASKED.payer }, 422, "same-party", "/payee"],
      [{ ...ASKED, payer: "0x12" }, 422, "field-format", "/payer"],
      [{ ...ASKED, rate: "7" }, 422, "unknown-field", "/rate"],
      [{ corridor: HKD_PHP }, 422, "field-missing", "/payer"],
    ];
    for (const [body, status, code, pointer] of refused) {
      const answer = await post(opened.bank, "/fx/quotes", body);
      expect([answer.status, answer.body.code, answer.body.pointer]).to.deep.equal([
        status,
        code,
        pointer,
      ]);
    }
  });
});

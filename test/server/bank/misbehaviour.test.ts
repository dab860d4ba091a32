import { expect } from "chai";
import { hexlify, randomBytes } from "ethers";
import { type Bank, createBank } from "../../../server/bank/context.ts";
import type { WireFault } from "../../../server/foundation/simulator/fault.ts";
import { programFaults, readFaults } from "../../../server/local/program-faults.ts";
import {
  balance,
  balanceBecomes,
  eventually,
  get,
  post,
  temporaryDirectory,
  testBankConfig,
} from "./bank-fixture.ts";
import { addressOf, KEYS, startTestChain, type TestChain } from "./chain-fixture.ts";

const payer = addressOf(KEYS.payer);
const TOKENS = `tokens:${payer}:HKD`;
const POST_FUNDING = "POST /fundings";
const GET_FUNDING = "GET /fundings/{id}";

const newFunding = () => ({
  fundingId: hexlify(randomBytes(32)),
  account: payer,
  amount: { value: "100.00", currency: "HKD" },
});

/** What a caller has of a request that ended without an answer. */
const outcomeOf = (asking: Promise<Response>) =>
  asking.then(
    async (response) => ({ status: response.status, text: await response.text() }),
    (error: Error) => ({ failed: String((error.cause as Error | undefined) ?? error) }),
  );

describe("the bank, told to misbehave", () => {
  let chain: TestChain;
  let directory: ReturnType<typeof temporaryDirectory>;
  let bank: Bank;

  beforeEach(async () => {
    chain = await startTestChain();
    directory = temporaryDirectory();
    const config = testBankConfig(chain, directory.path);
    bank = await createBank({ ...config, control: { host: "127.0.0.1", port: 0 } });
  });
  afterEach(async () => {
    await bank[Symbol.asyncDispose]();
    await chain[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const program = (...faults: WireFault[]) => programFaults(bank.controlUrl, faults);
  /** Orders a funding, and gives up after a while. */
  const order = (funding: object, patienceMs = 5_000) =>
    outcomeOf(
      fetch(`${bank.url}/fundings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(funding),
        signal: AbortSignal.timeout(patienceMs),
      }),
    );
  const isIssued = (fundingId: string) =>
    eventually("the funding issued", async () => {
      return (await get(bank, `/fundings/${fundingId}`)).body.status === "issued";
    });

  it("has no control interface unless it is given one, and serves none on its own port", async () => {
    const other = temporaryDirectory();
    const config = testBankConfig(chain, other.path);
    const plain = await createBank(config);
    expect(plain.controlUrl).to.equal(undefined);
    await plain[Symbol.asyncDispose]();
    other[Symbol.dispose]();
    expect((await get(bank, "/faults")).status).to.equal(404);
  });

  it("tells its programme and how often each fault struck, and refuses what it cannot do", async () => {
    await program({ route: POST_FUNDING, mode: "garbage", times: 1 });
    await order(newFunding());
    await order(newFunding());
    expect(await readFaults(bank.controlUrl)).to.deep.equal([
      { route: POST_FUNDING, mode: "garbage", times: 1, hits: 1 },
    ]);
    for (const wrong of [
      { route: "GET /nowhere", mode: "hang" },
      { route: POST_FUNDING, mode: "wrong-entry" },
      { route: POST_FUNDING, mode: "not-found-for", seconds: 1 },
    ] as WireFault[]) {
      const refused = await program(wrong).catch((error: Error) => error);
      expect(refused, JSON.stringify(wrong)).to.be.an("error");
    }
  });

  it("latency: answers as it should, late", async () => {
    await program({ route: POST_FUNDING, mode: "latency", ms: 300 });
    const startedAt = performance.now();
    const { status } = (await order(newFunding())) as { status: number };
    expect(status).to.equal(202);
    expect(performance.now() - startedAt).to.be.at.least(300);
  });

  for (const [mode, told] of [
    ["execute-then-500", /500/],
    ["execute-then-reset", /ECONNRESET|other side closed/],
    ["execute-then-hang", /timeout/i],
    ["execute-then-garbage", /doctype html/],
  ] as const) {
    it(`${mode}: does it once, whatever it then says`, async () => {
      await program({ route: POST_FUNDING, mode, times: 1 });
      const funding = newFunding();
      expect(JSON.stringify(await order(funding, 500))).to.match(told);
      await isIssued(funding.fundingId);
      expect((await order(funding)) as object).to.include({ status: 200 });
      expect(await balance(bank, TOKENS)).to.equal("100.00");
    });
  }

  for (const [mode, told] of [
    ["hang", /timeout/i],
    ["garbage", /doctype html/],
  ] as const) {
    it(`${mode}: does nothing, and says nothing that can be read`, async () => {
      await program({ route: POST_FUNDING, mode, times: 1 });
      const funding = newFunding();
      expect(JSON.stringify(await order(funding, 500))).to.match(told);
      expect((await get(bank, `/fundings/${funding.fundingId}`)).status).to.equal(404);
    });
  }

  it("accept-then-never: promises, keeps promising when asked, and does nothing", async () => {
    await program({ route: POST_FUNDING, mode: "accept-then-never" });
    const funding = newFunding();
    const { status, body } = await post(bank, "/fundings", funding);
    expect([status, body.status]).to.deep.equal([202, "accepted"]);
    const asked = await get(bank, `/fundings/${funding.fundingId}`);
    expect(asked.body).to.deep.equal(body);
    expect(await balance(bank, TOKENS)).to.equal("0.00");
    await program();
    expect((await get(bank, `/fundings/${funding.fundingId}`)).status).to.equal(404);
  });

  it("not-found-for: knows nothing at first of what it did, and then it does", async () => {
    await program({ route: GET_FUNDING, mode: "not-found-for", seconds: 0.4 });
    const funding = newFunding();
    await post(bank, "/fundings", funding);
    expect((await get(bank, `/fundings/${funding.fundingId}`)).status).to.equal(404);
    await isIssued(funding.fundingId);
  });

  it("late-flip: refuses, and does it all the same later", async () => {
    await program({ route: POST_FUNDING, mode: "late-flip", seconds: 0.3, times: 1 });
    const funding = newFunding();
    const { status, body } = await post(bank, "/fundings", funding);
    expect([status, body.code]).to.deep.equal([422, "limit-exceeded"]);
    expect((await get(bank, `/fundings/${funding.fundingId}`)).status).to.equal(404);
    await isIssued(funding.fundingId);
  });

  it("no-dedup: pays twice what comes twice, and its statement shows it", async () => {
    await program({ route: POST_FUNDING, mode: "no-dedup" });
    const funding = newFunding();
    await post(bank, "/fundings", funding);
    await post(bank, "/fundings", funding);
    await balanceBecomes(bank, TOKENS, "200.00");
  });

  it("wrong-entry: one entry is a cent off, and the statement still adds up", async () => {
    const funding = newFunding();
    await post(bank, "/fundings", funding);
    await isIssued(funding.fundingId);
    const { bookedAt } = (await statementOn(new Date().toISOString().slice(0, 10))).lines[0] ?? {};
    const day = String(bookedAt).slice(0, 10);
    await program({ route: "GET /statements/{account}/{date}", mode: "wrong-entry", times: 1 });
    const wrong = await statementOn(day);
    const right = await statementOn(day);
    expect(wrong.lines[0]?.amount.value).to.equal("100.01");
    expect(right.lines[0]?.amount.value).to.equal("100.00");
    const cents = ({ closing }: typeof wrong) => Number(closing.value.replace(".", ""));
    expect(cents(wrong) - cents(right)).to.equal(1);
  });

  async function statementOn(day: string) {
    const { body } = await get(bank, `/statements/${TOKENS}/${day}`);
    return body as {
      lines: { amount: { value: string }; bookedAt: string }[];
      closing: { value: string };
    };
  }
});

import { expect } from "chai";
import type { WireFault } from "../../../server/foundation/simulator/fault.ts";
import { programFaults } from "../../../server/local/program-faults.ts";
import { startTestCorridor, type TestCorridor } from "../../e2e/local-corridor.ts";
import { newPair } from "../../e2e/people.ts";
import { takeMismatches } from "../../openapi/watch-answers.ts";
import { createOwnRelayer, type OwnRelayer, type ReservedBatch } from "./own-relayer.ts";

const PUT_CREDIT = "PUT /credits/{batchId}";

describe("a receiving wallet, told to misbehave", () => {
  let test: TestCorridor;
  let relayer: OwnRelayer;
  let phone: string;
  let amount: string;
  let batch: ReservedBatch;

  before(async () => {
    test = await startTestCorridor({ settleWithinMs: 600_000 });
    relayer = await createOwnRelayer(test);
  });
  after(async () => {
    relayer[Symbol.dispose]();
    await test[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    phone = (await newPair(test)).recipient.phone;
    const quote = await relayer.askBank();
    const details = relayer.detailsFor(quote, phone);
    amount = details.creditedAmount.value;
    batch = await relayer.reserve(await relayer.prepare(quote, [details]));
  });
  afterEach(async () => {
    await program();
    // Told to misbehave, a wallet answers what no description says.
    takeMismatches();
  });

  const payee = () => test.corridor.plan.corridors[0]?.payee ?? "";
  const program = (...faults: WireFault[]) =>
    programFaults(test.corridor.controlUrl(payee()), faults);
  const balance = async () => (await test.receiving.account(phone)).balance.value;
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(new URL(path, test.corridor.walletUrl(payee())), {
      signal: AbortSignal.timeout(700),
      ...init,
    });
    const text = await response.text();
    return { status: response.status, text };
  };
  /** Hands the batch over, as a relayer does. */
  const credit = () =>
    ask(`/credits/${batch.batchId}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(batch.instruction),
    }).catch((error: Error) => ({ status: 0, text: String(error.cause ?? error) }));
  const statementOf = async (uetr: string | undefined) => {
    const { text } = await ask(`/statements/${new Date().toISOString().slice(0, 10)}`);
    const { items } = JSON.parse(text) as { items: { uetr: string; amount: { value: string } }[] };
    return items.filter((item) => item.uetr === uetr).map((item) => item.amount.value);
  };
  const uetr = () => batch.instruction.items[0]?.details.uetr;

  for (const [mode, told] of [
    ["execute-then-500", /internal/],
    ["execute-then-reset", /ECONNRESET|other side closed/],
    ["execute-then-hang", /timeout/i],
    ["execute-then-garbage", /doctype html/],
  ] as const) {
    it(`${mode}: credits once, whatever it then says, and answers the same when asked again`, async () => {
      await program({ route: PUT_CREDIT, mode, times: 1 });
      expect((await credit()).text).to.match(told);
      expect(await balance()).to.equal(amount);
      const enquiry = await ask(`/credits/${batch.batchId}`);
      expect((await credit()).text).to.equal(enquiry.text);
      expect(await balance()).to.equal(amount);
    });
  }

  for (const [mode, told] of [
    ["hang", /timeout/i],
    ["garbage", /doctype html/],
  ] as const) {
    it(`${mode}: credits nothing, and says nothing that can be read`, async () => {
      await program({ route: PUT_CREDIT, mode, times: 1 });
      expect((await credit()).text).to.match(told);
      expect(await balance()).to.equal("0.00");
    });
  }

  it("latency: answers as it should, late", async () => {
    await program({ route: PUT_CREDIT, mode: "latency", ms: 200 });
    const startedAt = performance.now();
    expect((await credit()).status).to.equal(200);
    expect(performance.now() - startedAt).to.be.at.least(200);
    expect(await balance()).to.equal(amount);
  });

  it("accept-then-never: says in progress for ever, and credits nothing", async () => {
    await program({ route: PUT_CREDIT, mode: "accept-then-never" });
    for (const answer of [await credit(), await ask(`/credits/${batch.batchId}`)]) {
      expect(answer.status).to.equal(202);
      expect(JSON.parse(answer.text).status).to.equal("in-progress");
    }
    expect(await balance()).to.equal("0.00");
  });

  it("not-found-for: knows nothing at first of what it credited, and then it does", async () => {
    await program({ route: "GET /credits/{batchId}", mode: "not-found-for", seconds: 0.2 });
    await credit();
    expect((await ask(`/credits/${batch.batchId}`)).status).to.equal(404);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await ask(`/credits/${batch.batchId}`)).status).to.equal(200);
  });

  it("late-flip: signs that it rejects, and later credits and signs that it does", async () => {
    await program({ route: PUT_CREDIT, mode: "late-flip", seconds: 0.2, times: 1 });
    const rejected = JSON.parse((await credit()).text);
    expect(rejected.answers[0]).to.include({ status: "RJCT", reason: "AC04" });
    expect(await balance()).to.equal("0.00");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await balance()).to.equal(amount);
    const flipped = JSON.parse((await ask(`/credits/${batch.batchId}`)).text);
    expect(flipped.answers[0].status).to.equal("ACCC");
    expect(flipped.outcomeSignature).not.to.equal(rejected.outcomeSignature);
  });

  it("no-dedup: credits twice what comes twice, and its statement shows both", async () => {
    await credit();
    expect(await statementOf(uetr())).to.deep.equal([`-${amount}`]);
    await program({ route: PUT_CREDIT, mode: "no-dedup" });
    await credit();
    await credit();
    expect(await statementOf(uetr())).to.deep.equal([`-${amount}`, `-${amount}`]);
    const cents = (value: string) => BigInt(value.replace(".", ""));
    expect(cents(await balance())).to.equal(2n * cents(amount));
  });

  it("wrong-entry: one entry of the statement is a cent off, and it still adds up", async () => {
    await credit();
    const day = new Date().toISOString().slice(0, 10);
    const read = async () => JSON.parse((await ask(`/statements/${day}`)).text);
    const right = await read();
    await program({ route: "GET /statements/{date}", mode: "wrong-entry" });
    const wrong = await read();
    const cents = ({ value }: { value: string }) => BigInt(value.replace(".", ""));
    expect(cents(wrong.items[0].amount) - cents(right.items[0].amount)).to.equal(1n);
    expect(cents(wrong.closing) - cents(right.closing)).to.equal(1n);
    expect(wrong.items.slice(1)).to.deep.equal(right.items.slice(1));
  });

  it("stale-directory: still shows accounts that cannot be paid any more", async () => {
    await test.receiving.setStatus(phone, "closed");
    const lookUp = async () => {
      const body = { corridor: test.id, account: { type: "mobile", value: phone } };
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      return JSON.parse((await ask("/accounts/lookup", init)).text).eligible;
    };
    expect(await lookUp()).to.equal(false);
    await program({ route: "POST /accounts/lookup", mode: "stale-directory" });
    expect(await lookUp()).to.equal(true);
  });
});

import { expect } from "chai";
import { createDirectPayer } from "../../server/local/direct-payer.ts";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { launchProcess } from "../../server/local/launchers.ts";
import { urlOf } from "../../server/local/plan.ts";
import { signedIn } from "./console-client.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";

describe("the relayer's operations port", () => {
  let test: TestCorridor;
  let operations: string;
  before(async () => {
    test = await startTestCorridor({ launch: launchProcess });
    const { plan } = test.corridor;
    operations = urlOf(plan, { port: plan.ports.operations });
  });
  after(() => test[Symbol.asyncDispose]());

  const metrics = async () => (await fetch(`${operations}/metrics`)).text();

  it("counts transfers by state, and shows what waits and how far the chain is followed", async () => {
    await sendFirstTransfer(test.corridor);
    // It is counted when it is written into the audit log, a moment later.
    const isCounted = (figures: string) =>
      /^corridor_transfers\{state="settled"\} 1$/m.test(figures);
    const text = await eventually(metrics, isCounted);
    expect(text).to.match(/^corridor_chain_final_block [1-9]\d*$/m);
    expect(text).to.match(/^corridor_database_statements_total [1-9]\d*$/m);
    expect(text).to.match(/^process_cpu_seconds_total /m);
  });

  it("is not to be had on the wallets' port, nor the wallets' API here", async () => {
    expect((await fetch(`${test.corridor.relayerUrl}/metrics`)).status).to.equal(404);
    expect((await fetch(`${operations}/v1/corridors`)).status).to.equal(404);
  });

  it("leads a browser that opens the port to the console, and on the wallets' port to the interface's page", async () => {
    const led = async (url: string) =>
      (await fetch(url, { redirect: "manual" })).headers.get("location");
    expect(await led(operations)).to.equal("/console");
    expect(await led(test.corridor.relayerUrl)).to.equal("/docs");
  });

  it("stays alive but is not ready while the chain cannot be asked", async () => {
    const ready = async () => {
      const response = await fetch(`${operations}/readyz`);
      return { status: response.status, body: await response.json() };
    };
    expect(await ready()).to.deep.equal({
      status: 200,
      body: { ready: true, database: "ok", chain: "ok" },
    });
    const payer = createDirectPayer(test.corridor);
    const pair = { ...(await newPair(test)), amount: { value: "100.00", currency: "HKD" } };
    const signedOrder = async () => {
      const quote = await payer.quote(pair);
      return payer.sign(quote, payer.detailsFor(pair, quote));
    };
    const [before, during] = [await signedOrder(), await signedOrder()];
    await payer.relayer.sendTransfer(before, { idempotencyKey: before.details.uetr });
    const chain = test.corridor.services.get("chain");
    if (chain?.pid === undefined) throw new Error("the chain is a process of its own");
    await chain.kill();
    const failing = await eventually(ready, ({ status }) => status === 503);
    expect(failing.body).to.deep.equal({ ready: false, database: "ok", chain: "failing" });
    expect((await fetch(`${operations}/healthz`)).status).to.equal(200);
    const figures = await metrics();
    expect(figures).to.match(/^corridor_reading_failures_total\{source="chain"\} [1-9]/m);
    expect(figures, "what is not known is left out").not.to.match(/^corridor_chain_final_block /m);
    // The order before this one may have been settled in the chain's last moment, or not.
    expect(figures, "and hides nothing else").to.match(
      /^corridor_transfers\{state="settled"\} [12]$/m,
    );
    const operator = await signedIn(test, { operator: "olga", role: "operator" });
    expect((await operator.get("")).text).to.contain("The node cannot be asked");
    for (const room of ["/corridors", "/participants", "/transfers", "/performance"]) {
      expect((await operator.get(room)).status, room).to.equal(200);
    }
    expect((await operator.get("/positions")).status).to.equal(503);
    const quote = await test.fetch(`${test.corridor.relayerUrl}/v1/transfers`);
    expect(quote.status, "what is stored can still be read").to.equal(200);
    const taken = await payer.relayer.sendTransfer(during, {
      idempotencyKey: during.details.uetr,
    });
    expect(taken.state, "an order waits in the queue").to.equal("accepted");
    const refused = await payer.quote(pair).catch((error) => error.problem);
    expect(refused).to.include({ status: 503, code: "chain-unavailable", retryable: true });
  });
});

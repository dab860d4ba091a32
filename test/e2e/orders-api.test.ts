import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Address } from "../../protocol/messages.ts";
import {
  participantListSchema,
  positionListSchema,
  rateListSchema,
} from "../../protocol/wire/market.ts";
import { problemSchema } from "../../protocol/wire/problem.ts";
import { transferSchema } from "../../protocol/wire/relayer.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { positionOnChain } from "./on-chain.ts";
import { newPair } from "./people.ts";
import { servicesOf, whileQueued } from "./queue.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const AMOUNT = { value: "100.00", currency: "HKD" };
async function signedOrder(test: TestCorridor, payer: DirectPayer) {
  const wanted = { ...(await newPair(test)), amount: AMOUNT };
  const quote = await payer.quote(wanted);
  return { quote, details: payer.detailsFor(wanted, quote) };
}

function poster(test: TestCorridor) {
  return (path: string, body: unknown, headers: Record<string, string> = {}) =>
    test.fetch(new URL(path, test.corridor.relayerUrl), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        ...headers,
      },
      body: JSON.stringify(body),
    });
}

describe("orders", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  let post: ReturnType<typeof poster>;
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    post = poster(test);
  });

  const end = (uetr: string) =>
    eventually(
      () => payer.relayer.transfer(uetr),
      ({ state }) => ["settled", "rejected", "expired"].includes(state),
    );
  const get = async (path: string) =>
    (await test.fetch(new URL(path, test.corridor.relayerUrl))).json();

  it("of many transfers are answered a line each as their outcomes come, where lines are asked for", async () => {
    const items = await Promise.all([1, 2, 3].map(() => signedOrder(test, payer)));
    const lines = { accept: "application/x-ndjson", prefer: "wait=20" };
    const response = await post("/v1/batches", await payer.signMany(items), lines);
    expect(response.headers.get("content-type")).to.match(/^application\/x-ndjson/);
    const told = (await response.text()).trimEnd().split("\n");
    const transfers = told.map((line) => transferSchema.parse(JSON.parse(line)));
    const uetrs = items.map(({ details }) => details.uetr);
    expect(transfers.map(({ uetr }) => uetr)).to.have.members(uetrs);
    for (const { state } of transfers) expect(state).to.be.oneOf(["credited", "settled"]);
  });

  it("are told as they stand when the time is up", async () => {
    await whileQueued(test, async () => {
      const items = await Promise.all([1, 2].map(() => signedOrder(test, payer)));
      const lines = { accept: "application/x-ndjson", prefer: "wait=1" };
      const response = await post("/v1/batches", await payer.signMany(items), lines);
      const told = (await response.text()).trimEnd().split("\n");
      expect(told.map((line) => JSON.parse(line).state)).to.deep.equal(["accepted", "accepted"]);
    });
  });

  it("can be cancelled while nothing was signed for the chain, and never get there", async () => {
    const item = await signedOrder(test, payer);
    const { uetr } = item.details;
    await whileQueued(test, async () => {
      const order = await payer.sign(item.quote, item.details);
      expect((await post("/v1/transfers", order)).status).to.equal(202);
      for (const time of ["first", "again"]) {
        const response = await post(`/v1/transfers/${uetr}/cancel`, {});
        expect(response.status, time).to.equal(200);
        const cancelled = transferSchema.parse(await response.json());
        expect(cancelled, time).to.include({ state: "rejected", reason: "CUST", version: 2 });
      }
    });
    const other = await signedOrder(test, payer);
    const order = await payer.sign(other.quote, other.details);
    const sent = await payer.relayer.sendTransfer(order, { idempotencyKey: randomUUID() });
    expect((await end(sent.uetr)).state, "the queue has gone on").to.equal("settled");
    const { batchId } = await payer.relayer.transfer(uetr);
    const { chain } = servicesOf(test);
    expect((await chain.batchAt(batchId, await chain.finalBlock())).status).to.equal("None");
    const late = await post(`/v1/transfers/${sent.uetr}/cancel`, {});
    expect(late.status).to.equal(409);
    expect(problemSchema.parse(await late.json()).code).to.equal("transition");
    expect((await post(`/v1/transfers/${randomUUID()}/cancel`, {})).status).to.equal(404);
  });

  it("are either cancelled or carried out, never both, however close it is", async () => {
    const items = await Promise.all(Array.from({ length: 12 }, () => signedOrder(test, payer)));
    const orders = await Promise.all(items.map(({ quote, details }) => payer.sign(quote, details)));
    const answers = await Promise.all(
      orders.map(async (order) => {
        await post("/v1/transfers", order);
        return (await post(`/v1/transfers/${order.details.uetr}/cancel`, {})).status;
      }),
    );
    for (const [index, status] of answers.entries()) {
      const { state, batchId } = await end(orders[index]?.details.uetr ?? "");
      expect(state).to.equal(status === 200 ? "rejected" : "settled");
      const { chain } = servicesOf(test);
      const held = await chain.batchAt(batchId, await chain.newestBlock());
      expect(held.status).to.equal(status === 200 ? "None" : "Settled");
    }
  });

  it("can be planned: with whom, and at what rate", async () => {
    const { participants } = participantListSchema.parse(await get("/v1/participants"));
    const { network } = test.corridor;
    expect(participants.map(({ id }) => id)).to.include.members([
      payer.corridor.payer,
      payer.corridor.payee,
      ...payer.corridor.banks,
    ]);
    for (const { id, account } of participants) expect(account).to.equal(network.accounts[id]);
    const { rates } = rateListSchema.parse(await get("/v1/rates"));
    const wanted = { ...(await newPair(test)), amount: AMOUNT };
    const quote = await payer.quote(wanted);
    expect(rates.find(({ corridor }) => corridor === test.id)?.rate).to.equal(quote.rate);
  });

  it("can be planned: out of how much, which is what the chain shows at the block that is told", async () => {
    const { quote, details } = await signedOrder(test, payer);
    const order = await payer.sign(quote, details);
    const sent = await payer.relayer.sendTransfer(order, { idempotencyKey: randomUUID() });
    const { reserved } = (await end(sent.uetr)).chain;
    const read = async () => positionListSchema.parse(await get("/v1/positions"));
    const told = await eventually(
      read,
      ({ blockNumber }) => blockNumber >= (reserved?.blockNumber ?? 0),
    );
    expect(told.account).to.equal(test.corridor.network.accounts[payer.corridor.payer]);
    const tokens = Object.values(test.corridor.network.tokens);
    expect(told.positions.map(({ token }) => token)).to.have.members(tokens);
    for (const { token, amount } of told.positions) {
      const owner = { token: token as Address, account: told.account as Address };
      const onChain = await positionOnChain(test, owner, told.blockNumber);
      expect(BigInt(amount.value.replace(".", "")), amount.currency).to.equal(onChain);
    }
  });
});

describe("a relayer with too much waiting", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  before(async () => {
    test = await startTestCorridor({ relayerSettings: { MAX_WAITING_BATCHES: "1" } });
    payer = createDirectPayer(test.corridor);
  });
  after(() => test[Symbol.asyncDispose]());

  it("turns new work away at the door, and carries out what it has accepted", async () => {
    const post = poster(test);
    const orders = await Promise.all(
      [1, 2, 3].map(async () => {
        const { quote, details } = await signedOrder(test, payer);
        return payer.sign(quote, details);
      }),
    );
    const [, , third] = orders;
    const retry = { "idempotency-key": randomUUID() };
    await whileQueued(test, async () => {
      for (const order of orders.slice(0, 2)) {
        expect((await post("/v1/transfers", order)).status).to.equal(202);
      }
      // Until what the door has measured before is too old to go by.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      for (const path of ["/v1/transfers", "/v1/batches", "/v1/quotes"]) {
        const refused = await post(path, third, retry);
        expect(refused.status, path).to.equal(503);
        expect(Number(refused.headers.get("retry-after")), path).to.be.above(0);
        expect(problemSchema.parse(await refused.json()).code, path).to.equal("overloaded");
      }
      const { transfers } = await payer.relayer.transfers();
      expect(transfers, "nothing of it is stored, and reading goes on").to.have.lengthOf(2);
    });
    for (const { details } of orders.slice(0, 2)) {
      await eventually(
        () => payer.relayer.transfer(details.uetr),
        ({ state }) => state === "settled",
      );
    }
    const again = await eventually(
      () => post("/v1/transfers", third, { ...retry, prefer: "wait=10" }),
      ({ status }) => status !== 503,
    );
    expect(again.status).to.equal(200);
  });
});

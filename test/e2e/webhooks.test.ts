import { expect } from "chai";
import { sql } from "kysely";
import { Webhook } from "standardwebhooks";
import {
  transferEventSchema,
  webhookDeliveryListSchema,
  webhookEndpointListSchema,
  webhookEndpointSchema,
} from "../../protocol/wire/webhooks.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";
import { type ReceivedCall, startReceiver, type WebhookReceiver } from "./webhook-receiver.ts";

describe("webhooks", () => {
  let test: TestCorridor;
  let receiver: WebhookReceiver;
  let endpoint: { id: string; secret: string };

  async function call(path: string, body?: unknown, method = body ? "POST" : "GET") {
    const answer = await test.fetch(`${test.corridor.relayerUrl}/v1${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  beforeEach(async () => {
    test = await sharedCorridor();
    receiver = await startReceiver();
    const { body } = await call("/webhook-endpoints", { url: receiver.url });
    const { id, secret = "" } = webhookEndpointSchema.parse(body);
    endpoint = { id, secret };
  });
  afterEach(async () => {
    await call(`/webhook-endpoints/${endpoint.id}`, undefined, "DELETE");
    await receiver[Symbol.asyncDispose]();
  });

  const path = (rest: string) => `/webhook-endpoints/${endpoint.id}${rest}`;
  const read = ({ headers, body }: ReceivedCall, secret = endpoint.secret) => {
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    return transferEventSchema.parse(verified);
  };
  const tellsOf = (uetr: string) => receiver.calls.filter(({ body }) => body.includes(uetr));
  const told = (uetr: string, state: string) =>
    eventually(
      async () => tellsOf(uetr).map((each) => read(each)),
      (events) => events.some(({ data }) => data.state === state),
    );
  const deliveries = async () =>
    webhookDeliveryListSchema.parse((await call(path("/deliveries"))).body).deliveries;
  /** Lets the clock of waiting deliveries run out. */
  const letTimePass = () =>
    sql`update webhook_deliveries set due_at = now() where state = 'pending'`.execute(
      test.relayerDatabase(),
    );

  it("tell each step once, signed so that Standard Webhooks' own library takes it", async () => {
    const { uetr } = await pay(test, await newPair(test));
    const events = await told(uetr, "settled");
    const transfer = await test.relayer.transfer(uetr);
    const inOrder = events.sort((a, b) => a.data.version - b.data.version);
    expect(inOrder.map(({ data }) => data.state)).to.deep.equal(
      transfer.timeline.map(({ state }) => state),
    );
    for (const { data } of inOrder) {
      expect(data.sendAmount).to.deep.equal(transfer.sendAmount);
      expect(data.receiveAmount).to.deep.equal(transfer.receiveAmount);
    }
  });

  it("say nothing of the persons", async () => {
    const pair = await newPair(test);
    const { uetr } = await pay(test, pair);
    await told(uetr, "settled");
    const all = JSON.stringify(receiver.calls);
    for (const text of [pair.sender.name, pair.sender.phone, pair.recipient.name]) {
      expect(all).to.not.contain(text);
    }
  });

  it("come again under the same id until they are taken, with each attempt on record", async () => {
    receiver.behave((response) => response.writeHead(500).end());
    const { uetr } = await pay(test, await newPair(test));
    await told(uetr, "settled");
    receiver.behave((response) => response.writeHead(204).end());
    await eventually(
      async () => {
        await letTimePass();
        return deliveries();
      },
      (all) => all.length >= 4 && all.every(({ state }) => state === "delivered"),
    );
    const ids = new Map<string, number>();
    for (const { headers } of tellsOf(uetr)) {
      const id = String(headers["webhook-id"]);
      ids.set(id, (ids.get(id) ?? 0) + 1);
    }
    const steps = (await test.relayer.transfer(uetr)).timeline.length;
    expect(ids.size, "one id for each step").to.equal(steps);
    for (const { attempts } of await deliveries()) {
      expect(attempts.map(({ status }) => status).slice(0, 1)).to.deep.equal([500]);
      expect(attempts.at(-1)?.status).to.equal(204);
    }
  });

  it("end as dead letters after the last attempt, and live again by a redelivery or a replay", async () => {
    receiver.behave((response) => response.writeHead(503).end());
    const { uetr } = await pay(test, await newPair(test));
    await told(uetr, "settled");
    await sql`update webhook_deliveries set tries = 9 where state = 'pending'`.execute(
      test.relayerDatabase(),
    );
    const dead = await eventually(
      async () => {
        await letTimePass();
        return deliveries();
      },
      (all) => all.every(({ state }) => state === "dead"),
    );
    receiver.behave((response) => response.writeHead(200).end());
    const [first] = dead;
    await call(path(`/deliveries/${first?.id}/redeliver`), {});
    await eventually(deliveries, (all) => all[0]?.state === "delivered");
    const { body } = await call(path("/replay"), { fromSeq: dead[1]?.seq });
    expect(body).to.deep.equal({ replayed: dead.length - 1 });
    await eventually(deliveries, (all) => all.every(({ state }) => state === "delivered"));
  });

  it("are replayed from a time, for an endpoint that came later as well", async () => {
    const began = new Date().toISOString();
    const { uetr } = await pay(test, await newPair(test));
    await told(uetr, "settled");
    const late = await startReceiver();
    const { body } = await call("/webhook-endpoints", { url: late.url });
    await call(`/webhook-endpoints/${body.id}/replay`, { from: began });
    const steps = (await test.relayer.transfer(uetr)).timeline.length;
    await eventually(
      async () => late.calls.filter((each) => each.body.includes(uetr)).length,
      (count) => count === steps,
    );
    await call(`/webhook-endpoints/${body.id}`, undefined, "DELETE");
    await late[Symbol.asyncDispose]();
  });

  it("are signed by both secrets for a day after a rotation", async () => {
    const { body } = await call(path("/rotate-secret"), {});
    const { uetr } = await pay(test, await newPair(test));
    await eventually(
      async () => tellsOf(uetr).length,
      (count) => count > 0,
    );
    const [first] = tellsOf(uetr);
    if (!first) expect.fail("nothing was told");
    expect(body.secret).to.not.equal(endpoint.secret);
    expect(read(first, endpoint.secret)).to.deep.equal(read(first, body.secret));
  });

  it("stop for a receiver that is gone (410), until its wallet rotates the secret", async () => {
    receiver.behave((response) => response.writeHead(410).end());
    await pay(test, await newPair(test));
    const disabled = await eventually(
      async () =>
        webhookEndpointListSchema.parse((await call("/webhook-endpoints")).body).endpoints,
      (all) => all.some(({ id, state }) => id === endpoint.id && state === "disabled"),
    );
    expect(disabled.find(({ id }) => id === endpoint.id)?.disabledReason).to.contain("410");
    receiver.behave((response) => response.writeHead(204).end());
    const { body } = await call(path("/rotate-secret"), {});
    expect(body.state).to.equal("active");
  });

  it("reach a quick receiver although a slow one never answers", async () => {
    const slow = await startReceiver();
    slow.behave(() => {});
    const { body } = await call("/webhook-endpoints", { url: slow.url });
    for (let count = 0; count < 3; count++) {
      const { uetr } = await pay(test, await newPair(test));
      await told(uetr, "settled");
    }
    expect(slow.calls.length, "a few calls are under way to it, no more").to.be.within(1, 8);
    await call(`/webhook-endpoints/${body.id}`, undefined, "DELETE");
    await slow[Symbol.asyncDispose]();
  });

  it("follow no redirect, and read no more of an answer than a little", async () => {
    const elsewhere = await startReceiver();
    receiver.behave((response) => {
      response.writeHead(302, { location: elsewhere.url });
      response.end(Buffer.alloc(1_000_000));
    });
    await pay(test, await newPair(test));
    await eventually(deliveries, (all) => all.some(({ attempts }) => attempts.length > 0));
    expect(elsewhere.calls).to.deep.equal([]);
    const [first] = await deliveries();
    expect(first?.attempts[0]).to.include({ status: 302 });
    expect(first?.state).to.equal("pending");
    await elsewhere[Symbol.asyncDispose]();
  });

  it("are another wallet's secret: a foreign endpoint looks like a missing one", async () => {
    const foreign = "8f14e45f-ceea-467f-a9f4-3a8f3f1f2b11";
    const missing = await call(`/webhook-endpoints/${foreign}/deliveries`);
    expect(missing.status).to.equal(404);
    const inside = await call("/webhook-endpoints", { url: "https://169.254.169.254/" });
    expect(inside).to.deep.include({ status: 422 });
    expect(inside.body).to.include({ code: "field-format", pointer: "/url" });
  });
});

import { expect } from "chai";
import { batchIdOf } from "../../protocol/messages.ts";
import { batchMessageSchema } from "../../protocol/wire/messages.ts";
import type { Uetr } from "../../protocol/wire/primitives.ts";
import { advanceChainTime } from "../../server/local/chain-clock.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";
import { servicesOf, signedOrder, whileQueued } from "./queue.ts";
import { sharedCorridor } from "./shared-corridor.ts";
import { startReceiver, type WebhookReceiver } from "./webhook-receiver.ts";

describe("the reason why a transfer has ended", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  let receiver: WebhookReceiver;
  let endpoint: string;
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    receiver = await startReceiver();
    const answer = await test.fetch(new URL("/v1/webhook-endpoints", test.corridor.relayerUrl), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url: receiver.url }),
    });
    endpoint = (await answer.json()).id;
  });
  after(async () => {
    await test.receiving.misbehave({});
    const url = new URL(`/v1/webhook-endpoints/${endpoint}`, test.corridor.relayerUrl);
    await test.fetch(url, { method: "DELETE" });
    await receiver[Symbol.asyncDispose]();
  });

  /** What each of the places says in which a party may look. */
  async function toldOf(uetr: string) {
    const transfer = await eventually(
      () => payer.relayer.transfer(uetr),
      ({ state }) => state === "expired",
    );
    const events: (string | undefined)[] = [];
    for await (const { data } of payer.relayer.track(uetr)) events.push(data.reason);
    const webhook = await eventually(
      async () => receiver.calls.map(({ body }) => JSON.parse(body).data),
      (calls) => calls.some((data) => data.uetr === uetr && data.state === "expired"),
    );
    const headUrl = new URL("/v1/audit/head", test.corridor.relayerUrl);
    const { seq } = await (await test.fetch(headUrl)).json();
    const from = Math.max(0, Number(seq) - 900);
    const { entries } = await (
      await test.fetch(new URL(`/v1/audit?limit=1000&after=${from}`, test.corridor.relayerUrl))
    ).json();
    const audited = entries
      .map(({ entry }: { entry?: string }) => JSON.parse(entry ?? "{}"))
      .find(
        (each: { uetr?: string; state?: string }) => each.uetr === uetr && each.state === "expired",
      );
    return {
      answer: transfer.reason,
      timeline: transfer.timeline.at(-1)?.reason,
      event: events.at(-1),
      webhook: webhook.find((data) => data.uetr === uetr && data.state === "expired").reason,
      audit: audited.reason,
    };
  }
  const everywhere = (reason: string) => ({
    answer: reason,
    timeline: reason,
    event: reason,
    webhook: reason,
    audit: reason,
  });

  it("is the contract's, in one code everywhere, when the contract would not hold it", async () => {
    const { chain } = servicesOf(test);
    await whileQueued(test, async () => {
      const order = await signedOrder(test, payer);
      const { uetr } = order.details;
      await payer.relayer.sendTransfer(order, { idempotencyKey: uetr });
      const { chainId, corridor } = test.corridor.network;
      const batch = batchMessageSchema.parse(order.batch);
      const { timestamp } = await chain.finalBlock();
      await test
        .relayerDatabase()
        .updateTable("batches")
        .set({ last_error: "InsufficientPosition", valid_until: timestamp })
        .where("batch_id", "=", batchIdOf({ chainId, corridor }, batch))
        .execute();
      expect(await toldOf(uetr)).to.deep.equal(everywhere("AM04"));
    });
  });

  it("is the contract's in the paying wallet's own record as well", async () => {
    const { chain } = servicesOf(test);
    await whileQueued(test, async () => {
      const { uetr } = await pay(test, await newPair(test));
      const { valid_until } = await test
        .relayerDatabase()
        .updateTable("batches")
        .set({ last_error: "InsufficientPosition" })
        .where("batch_id", "=", (eb) =>
          eb
            .selectFrom("transfers")
            .select("batch_id")
            .where("uetr", "=", uetr as Uetr),
        )
        .returning("valid_until")
        .executeTakeFirstOrThrow();
      const { timestamp } = await chain.finalBlock();
      await advanceChainTime(test.corridor.rpcUrl, Number(valid_until - timestamp));
      const { state, reason } = await eventually(
        () => test.sending.payment(uetr),
        ({ closedAt }) => closedAt !== undefined,
      );
      expect([state, reason]).to.deep.equal(["expired", "AM04"]);
    });
  });

  it("is a timeout at the payee's, in one code everywhere, when the payee never answered", async () => {
    await test.receiving.misbehave({ silent: true });
    const order = await signedOrder(test, payer);
    const { uetr } = order.details;
    await payer.relayer.sendTransfer(order, { idempotencyKey: uetr });
    await eventually(
      () => payer.relayer.transfer(uetr),
      ({ state }) => state === "reserved",
    );
    await advanceChainTime(test.corridor.rpcUrl, 3_600);
    expect(await toldOf(uetr)).to.deep.equal(everywhere("AB05"));
  });
});

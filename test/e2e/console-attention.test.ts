import { expect } from "chai";
import { sql } from "kysely";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { actsBy, type SignedIn, signedIn } from "./console-client.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { holdQueue, sendOne } from "./queue.ts";
import { sharedCorridor } from "./shared-corridor.ts";
import { startReceiver } from "./webhook-receiver.ts";

describe("what needs an operator, on the console's first page", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  let operator: SignedIn;
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    operator = await signedIn(test, { operator: "anna", role: "operator" });
  });
  const actsAbout = (subject: string) => actsBy(test, "anna", subject);

  it("is a case with its facts, closed with a reason, once", async () => {
    const db = test.relayerDatabase();
    const { rows } = await sql<{ id: string }>`
      insert into cases (kind, subject, facts, next_action)
      values ('foreign-nonce', 'a drill', '{}', 'nothing: it is a drill') returning id`.execute(db);
    const { id } = rows[0]!;
    expect((await operator.get("")).text).to.contain("Case: foreign nonce");
    expect((await operator.get(`/cases/${id}`)).text).to.contain("nothing: it is a drill");
    const closed = await operator.post(`/cases/${id}/resolve`, { reason: "only a drill" });
    expect(closed.status).to.equal(303);
    expect((await operator.post(`/cases/${id}/resolve`, { reason: "again" })).status).to.equal(409);
    expect(await actsAbout(`foreign-nonce ${id}`)).to.deep.equal([
      { act: "resolve-case", reason: "only a drill" },
    ]);
  });

  it("says once what keeps several batches, and all of them are tried again together", async () => {
    const release = await holdQueue(test);
    const stuck = [await sendOne(test, payer), await sendOne(test, payer)];
    const db = test.relayerDatabase();
    // Parked in all but name: nobody would try them for an hour.
    await sql`update batches set accepted_at = now() - interval '2 minutes',
      due_at = now() + interval '1 hour' where stage = 'reserve'`.execute(db);
    const { text } = await operator.get("");
    expect(text.split("2 transfers of harbour-wallet overdue")).to.have.lengthOf(2);
    expect(text).to.contain("2 batches wait to be packed").and.contain("Try them all again now");
    await release();
    const fields = { corridor: test.id, stage: "reserve", reason: "the queue is free again" };
    expect((await operator.post("/batches/retry-overdue", fields)).status).to.equal(303);
    for (const { uetr } of stuck) {
      await eventually(
        () => payer.relayer.transfer(uetr),
        ({ state }) => state === "settled",
      );
    }
    expect(await actsAbout(`corridor:${test.id} reserve: 2 batches`)).to.deep.equal([
      { act: "retry-overdue", reason: "the queue is free again" },
    ]);
  });

  it("is a batch that is stuck, and why, to be parked or tried again", async () => {
    const release = await holdQueue(test);
    const { uetr, batchId } = await sendOne(test, payer);
    const db = test.relayerDatabase();
    const late = sql`accepted_at = now() - interval '2 minutes', last_error = 'no answer of the node'`;
    await sql`update batches set ${late} where batch_id = ${batchId}`.execute(db);
    const { text } = await operator.get("");
    expect(text).to.contain("1 transfer of harbour-wallet overdue");
    expect(text).to.contain("waits to be packed into a chain transaction");
    expect(text).to.contain("no answer of the node");
    await operator.post(`/batches/${batchId}/park`, { reason: "wait for the node" });
    expect((await operator.get("")).text).to.contain("1 transfer of harbour-wallet parked");
    await release();
    await operator.post(`/batches/${batchId}/retry`, { reason: "the node is back" });
    await eventually(
      () => payer.relayer.transfer(uetr),
      ({ state }) => state === "settled",
    );
    await eventually(
      () => actsAbout(batchId),
      (acts) => acts.length === 2,
    );
    expect((await operator.get("")).text).not.to.contain(batchId);
  });

  it("is a receiver that was down for too long, and what was given up is sent again together", async () => {
    await using receiver = await startReceiver();
    const { calls } = receiver;
    const made = await test.fetch(`${test.corridor.relayerUrl}/v1/webhook-endpoints`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url: receiver.url }),
    });
    const { id } = (await made.json()) as { id: string };
    await sendOne(test, payer);
    await eventually(
      async () => calls.length,
      (count) => count >= 4,
    );
    const db = test.relayerDatabase();
    const dead = () =>
      sql<{ count: number }>`
      select count(*)::int as count from webhook_deliveries
      where endpoint_id = ${id} and state = 'dead'`.execute(db);
    await eventually(
      async () => {
        await sql`update webhook_deliveries set state = 'dead'
          where endpoint_id = ${id} and state = 'delivered'`.execute(db);
        return (await dead()).rows[0]?.count ?? 0;
      },
      (count) => count >= 4,
    );
    expect((await operator.get("")).text).to.contain("Webhooks of harbour-wallet do not arrive");
    const before = calls.length;
    const path = `/webhooks/harbour-wallet/${id}/redeliver-dead`;
    expect((await operator.post(path, { reason: "the receiver is back" })).status).to.equal(303);
    await eventually(
      async () => calls.length,
      (count) => count >= before + 4,
    );
    const { rows } = await dead();
    expect(rows[0]?.count).to.equal(0);
    await test.fetch(`${test.corridor.relayerUrl}/v1/webhook-endpoints/${id}`, {
      method: "DELETE",
    });
  });
});

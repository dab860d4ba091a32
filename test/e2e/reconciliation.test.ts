import { expect } from "chai";
import { sql } from "kysely";
import { urlOf } from "../../server/local/plan.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";

describe("the relayer compares its journal with what others say", () => {
  let test: TestCorridor;
  beforeEach(async () => {
    const relayerSettings = { RECONCILE_SECONDS: "1", RECONCILE_GRACE_MS: "1500" };
    test = await startTestCorridor({ relayerSettings });
  });
  afterEach(async () => {
    await test.receiving.misbehave({});
    await test[Symbol.asyncDispose]();
  });

  const operations = async (path: string, body?: unknown) => {
    const { plan } = test.corridor;
    const url = urlOf(plan, { port: plan.ports.operations });
    const answer = await fetch(`${url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return answer.json();
  };
  const halts = async () =>
    (await operations("/halts")).halts as { scope: string; reason: string }[];
  const cases = async () =>
    (await operations("/cases")).cases as {
      id: string;
      kind: string;
      facts: Record<string, string>;
      resolved_at: string | null;
    }[];
  const ended = (uetr: string, state = "settled") =>
    eventually(
      () => test.relayer.transfer(uetr),
      (transfer) => transfer.state === state,
    );
  const rounds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1_100));

  it("and finds nothing after payments that settled, failed, were held and came back", async () => {
    const settled = await pay(test, await newPair(test));
    await ended(settled.uetr);
    const review = await newPair(test);
    await test.receiving.setStatus(review.recipient.phone, "under-review");
    const held = await pay(test, review);
    await ended(held.uetr, "held");
    const closed = await newPair(test);
    await test.receiving.misbehave({ staleDirectory: true });
    await test.receiving.setStatus(closed.recipient.phone, "closed");
    await ended((await pay(test, closed)).uetr, "rejected");
    await test.receiving.misbehave({});
    await test.relayer.recall(settled.uetr);
    await ended(settled.uetr, "returned");
    await rounds(4);
    expect(await halts()).to.deep.equal([]);
    expect(await cases()).to.deep.equal([]);
  });

  it("and stops new transfers when the journal differs from the chain, while others go on", async () => {
    await ended((await pay(test, await newPair(test))).uetr);
    await rounds(2);
    await test.receiving.misbehave({ silent: true });
    const { uetr } = await pay(test, await newPair(test));
    await ended(uetr, "reserved");
    // A journal that somebody has changed by hand, compared from the first block on once more.
    await sql`update journal_entries set amount_minor = amount_minor + 1
      where uetr = ${uetr} and kind = 'reserve' and currency = 'HKD'`.execute(
      test.relayerDatabase(),
    );
    const compareAgain = sql`delete from chain_checkpoints where name = 'reconciled'`;
    const [halt] = await eventually(
      async () => {
        // Each time: a round that was under way has put its own place back.
        await compareAgain.execute(test.relayerDatabase());
        return halts();
      },
      (all) => all.length > 0,
    );
    expect(halt?.scope).to.equal("reservations");
    expect(halt?.reason).to.contain("journal and chain");
    const [opened] = await cases();
    expect(opened?.kind).to.equal("reconciliation-break");
    expect(BigInt(opened?.facts["journal"] ?? 0) - BigInt(opened?.facts["chain"] ?? 0)).to.equal(
      1n,
    );
    const { plan } = test.corridor;
    const figures = await fetch(`${urlOf(plan, { port: plan.ports.operations })}/metrics`);
    expect(await figures.text(), "it is known how far they were compared").to.match(
      /^corridor_reconciled_block \d+$/m,
    );
    await test.receiving.misbehave({});
    await ended(uetr);
    const waiting = await pay(test, await newPair(test));
    await rounds(1);
    expect((await test.sending.payment(waiting.uetr)).state).to.equal("sent");
  });

  it("and finds an entry that was committed behind the place up to which it had read", async () => {
    // Every credit stands before all that is read on from.
    await sql`create function put_behind() returns trigger language plpgsql as
      'begin new.position := -new.position; return new; end'`.execute(test.relayerDatabase());
    await sql`create trigger late_commit before insert on journal_entries for each row
      when (new.kind = 'credit') execute function put_behind()`.execute(test.relayerDatabase());
    await ended((await pay(test, await newPair(test))).uetr);
    await rounds(5);
    expect(await halts()).to.deep.equal([]);
    expect(await cases()).to.deep.equal([]);
  });

  it("and asks people when the payee's statement lacks a credit, until they have decided", async () => {
    const { uetr } = await pay(test, await newPair(test));
    await ended(uetr);
    // A credit in our journal that the payee knows nothing of.
    await sql`insert into journal_entries
      (participant_id, uetr, batch_id, kind, debit, credit, currency, amount_minor)
      select participant_id, gen_random_uuid(), batch_id, kind, debit, credit, currency, 1
      from journal_entries where uetr = ${uetr} and kind = 'credit'`.execute(
      test.relayerDatabase(),
    );
    const [opened] = await eventually(cases, (all) => all.length > 0);
    expect(opened?.facts).to.include({ kind: "missing-right", "island-wallet": "0", journal: "1" });
    const order = { by: "operator", reason: "a test wrote this entry" };
    await operations(`/cases/${opened?.id}/resolve`, order);
    expect((await cases())[0]?.resolved_at).to.be.a("string");
    await operations("/halts/lift", { scope: "reservations", ...order });
    await ended((await pay(test, await newPair(test))).uetr);
  });
});

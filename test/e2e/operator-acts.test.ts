import { expect } from "chai";
import { problemSchema } from "../../protocol/wire/problem.ts";
import { requestKeyListSchema } from "../../protocol/wire/request-keys.ts";
import { generateRequestJwk, importRequestKey } from "../../sdk/keys/request-key.ts";
import { createSignedFetch } from "../../sdk/keys/signed-fetch.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { urlOf } from "../../server/local/plan.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";
import { holdQueue, sendOne } from "./queue.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const BY = { by: "ops-desk", reason: "a drill of the runbook" };
const AMOUNT = { value: "100.00", currency: "HKD" };

describe("an operator", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
  });

  const at = (path: string) =>
    new URL(path, urlOf(test.corridor.plan, { port: test.corridor.plan.ports.operations }));
  async function act(path: string, body: unknown) {
    const response = await fetch(at(path), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }
  const read = async (path: string) => (await fetch(at(path))).json();
  const codeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => "accepted",
      (error) => problemSchema.parse(error.problem).code,
    );
  const statusOf = async () => {
    const answer = await test.fetch(new URL("/v1/corridors", test.corridor.relayerUrl));
    const { corridors } = (await answer.json()) as { corridors: { id: string; status: string }[] };
    return corridors.find(({ id }) => id === test.id)?.status;
  };
  async function expectAudited(subject: string, acts: readonly string[]): Promise<void> {
    const own = await eventually(
      async () => {
        const { seq } = (await read("/audit/head")) as { seq: string };
        const from = Math.max(0, Number(seq) - 900);
        const page = (await read(`/audit?limit=1000&after=${from}`)) as {
          entries: { entry: string }[];
        };
        const entries = page.entries.map(({ entry }) => JSON.parse(entry));
        return entries.filter((each) => each.subject === subject && each.reason === BY.reason);
      },
      (entries) => entries.length === acts.length,
    );
    for (const { by, reason } of own) expect({ by, reason }).to.deep.equal(BY);
    expect(own.map((each) => each.act)).to.deep.equal(acts);
  }

  for (const party of ["corridor", "participant"] as const) {
    it(`pauses a ${party} for what is new, and what was accepted goes on`, async () => {
      const wanted = { ...(await newPair(test)), amount: AMOUNT };
      const [early, late] = [await payer.quote(wanted), await payer.quote(wanted)];
      const sign = (quote: typeof early) => payer.sign(quote, payer.detailsFor(wanted, quote));
      const [first, second] = [await sign(early), await sign(late)];
      await payer.relayer.sendTransfer(first, { idempotencyKey: first.details.uetr });
      const scope = `${party}:${party === "corridor" ? test.id : "island-wallet"}`;
      expect((await act("/halts", { scope, ...BY })).status).to.equal(201);
      expect(await codeOf(payer.quote(wanted))).to.equal("corridor-closed");
      const sent = payer.relayer.sendTransfer(second, { idempotencyKey: second.details.uetr });
      expect(await codeOf(sent)).to.equal("corridor-closed");
      expect(await statusOf()).to.equal("closed");
      await eventually(
        () => payer.relayer.transfer(first.details.uetr),
        ({ state }) => state === "settled",
      );
      await act("/halts/lift", { scope, ...BY });
      expect(await statusOf()).to.equal("open");
      expect(await codeOf(payer.quote(wanted))).to.equal("accepted");
      await expectAudited(scope, ["halt", "lift-halt"]);
    });
  }

  it("parks a batch and tries it again, with a reason that stays on record", async () => {
    const release = await holdQueue(test);
    const { uetr, batchId } = await sendOne(test, payer);
    expect(await read(`/batches/${batchId}`)).to.include({ stage: "reserve", parked: false });
    const parked = await act(`/batches/${batchId}/park`, BY);
    expect(parked.body).to.include({ parked: true, participant: "harbour-wallet" });
    await release();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await payer.relayer.transfer(uetr)).state, "left alone").to.equal("accepted");
    expect((await act(`/batches/${batchId}/retry`, BY)).body).to.include({ parked: false });
    await eventually(
      () => payer.relayer.transfer(uetr),
      ({ state }) => state === "settled",
    );
    await expectAudited(batchId, ["park-batch", "retry-batch"]);
    const done = await eventually(
      () => act(`/batches/${batchId}/park`, BY),
      ({ status }) => status === 409,
    );
    expect(done.body.code).to.equal("transition");
    const unknown = await act(`/batches/0x${"0".repeat(64)}/retry`, BY);
    expect(unknown.body.code).to.equal("not-found");
  });

  it("gives a wallet a new request key and ends one at once, even the last", async () => {
    const jwk = await generateRequestJwk();
    const { d: _, ...publicKey } = jwk;
    const added = await act("/participants/island-wallet/keys", { publicKey, ...BY });
    expect(added.status).to.equal(201);
    const signedFetch = createSignedFetch(await importRequestKey(jwk));
    const use = async () => (await signedFetch(`${test.corridor.relayerUrl}/v1/corridors`)).status;
    expect(await use()).to.equal(200);
    const { keyId } = added.body;
    const ended = await act(`/participants/island-wallet/keys/${keyId}/revoke`, BY);
    const { keys } = requestKeyListSchema.parse(ended.body);
    expect(keys.find((key) => key.keyId === keyId)?.revokedReason).to.equal(BY.reason);
    expect(await use()).to.equal(401);
    await expectAudited(`island-wallet ${keyId}`, ["add-key", "revoke-key"]);
    expect((await act("/participants/nobody/keys", { publicKey, ...BY })).status).to.equal(404);
  });

  it("must say who and why", async () => {
    const { body } = await act("/halts", { scope: "reservations", by: "ops-desk" });
    expect(body).to.include({ code: "field-missing", pointer: "/reason" });
    expect(await read("/halts")).to.deep.equal({ halts: [] });
  });
});

describe("the list of a wallet's transfers", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  const sent: string[] = [];
  let from = "";
  let to = "";
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    from = new Date().toISOString();
    const pair = await newPair(test);
    const quotes = [];
    for (let at = 0; at < 5; at++) quotes.push(await payer.quote({ ...pair, amount: AMOUNT }));
    const items = quotes.map((quote) => ({
      quote,
      details: payer.detailsFor({ ...pair, amount: AMOUNT }, quote),
    }));
    await payer.relayer.sendBatch(await payer.signMany(items), { idempotencyKey: "five at once" });
    sent.push(...items.map(({ details }) => details.uetr));
    await new Promise((resolve) => setTimeout(resolve, 5));
    to = new Date().toISOString();
  });

  async function list(query: Record<string, string>, as: TestCorridor["fetch"] = test.fetch) {
    const url = `${test.corridor.relayerUrl}/v1/transfers?${new URLSearchParams(query)}`;
    const answer = await as(url);
    return { status: answer.status, body: await answer.json() };
  }

  it("goes page by page, each transfer once, although all were accepted in one moment", async () => {
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const { body } = await list({ limit: "2", from, to, ...(cursor && { cursor }) });
      seen.push(...body.transfers.map(({ uetr }: { uetr: string }) => uetr));
      cursor = body.next;
      more = cursor !== undefined;
    }
    expect(seen).to.have.lengthOf(5);
    expect(seen).to.have.members(sent);
  });

  it("holds what was accepted from one time up to another, in the states that are asked for", async () => {
    const before = await list({ to: from, limit: "200" });
    const uetrs = before.body.transfers.map(({ uetr }: { uetr: string }) => uetr);
    for (const uetr of sent) expect(uetrs).not.to.include(uetr);
    const settled = await eventually(
      () => list({ from, to, state: "settled" }),
      ({ body }) => body.transfers.length === 5,
    );
    expect(settled.status).to.equal(200);
    expect((await list({ from, to, state: "rejected" })).body.transfers).to.deep.equal([]);
  });

  it("refuses a cursor that was made up, or given to another wallet", async () => {
    const { body } = await list({ limit: "2", from, to });
    const foreign = await list({ cursor: body.next }, test.corridor.fetchAs("island-wallet"));
    const forged = Buffer.from("after 00000000-0000-4000-8000-000000000000").toString("base64url");
    for (const answer of [foreign, await list({ cursor: forged }), await list({ cursor: "x" })]) {
      expect(answer.body).to.include({ status: 400, code: "query" });
    }
  });

  it("takes times in UTC alone", async () => {
    expect((await list({ from: "yesterday" })).body.code).to.equal("query");
    expect((await list({ from: "2026-01-01T00:00:00+08:00" })).body.code).to.equal("query");
  });
});

import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { problemSchema } from "../../protocol/wire/problem.ts";
import type { ToldEvent } from "../../sdk/api/follow-events.ts";
import { createRelayerClient } from "../../sdk/api/relayer-client.ts";
import { RelayerProblem } from "../../sdk/api/relayer-problem.ts";
import { MAX_STREAMS } from "../../server/relayer/http/event-streams.ts";
import { startPostgres, type TestPostgres } from "../fixtures/postgres.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const STORY = ["accepted", "reserved", "credited", "settled"];

/** A client for the paying wallet; what it follows ends with `stop`. */
function follower(test: TestCorridor, baseUrl = test.corridor.relayerUrl) {
  const stopping = new AbortController();
  const client = createRelayerClient({
    baseUrl,
    requestKey: test.corridor.requestKeyOf("harbour-wallet"),
    signal: stopping.signal,
  });
  return { client, stop: () => stopping.abort() };
}

/** Collects a stream's events in the background. */
function collect(events: AsyncIterable<ToldEvent>) {
  const seen: ToldEvent[] = [];
  const ended = (async () => {
    for await (const event of events) seen.push(event);
  })();
  const statesOf = (uetr: string) =>
    seen.filter(({ event }) => event.data.uetr === uetr).map(({ event }) => event.data.state);
  const told = (uetr: string) =>
    eventually(
      async () => statesOf(uetr),
      (states) => states.at(-1) === "settled",
    );
  return { seen, ended, told };
}

describe("event streams", () => {
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
  });

  const get = (path: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    test.fetch(new URL(path, test.corridor.relayerUrl), {
      headers,
      ...(signal && { signal }),
    });

  it("tell one transfer's steps as they happen, and tracking ends with the last one", async () => {
    const { client } = follower(test);
    const { uetr } = await pay(test, await newPair(test));
    const states: string[] = [];
    for await (const { data } of client.track(uetr)) states.push(data.state);
    expect(states).to.deep.equal(STORY);
    const again: number[] = [];
    for await (const { data } of client.track(uetr)) again.push(data.version);
    expect(again, "who comes late is told the same").to.deep.equal([1, 2, 3, 4]);
  });

  it("tell all of a wallet's steps by their numbers in the audit log, behind any of them", async () => {
    const { client, stop } = follower(test);
    const live = collect(client.events());
    const whole = collect(client.events({ after: "0" }));
    const { uetr } = await pay(test, await newPair(test));
    expect(await live.told(uetr)).to.deep.equal(STORY);
    expect(await whole.told(uetr)).to.deep.equal(STORY);
    const from = live.seen.at(0)?.id ?? "";
    const rest = collect(client.events({ after: from }));
    await rest.told(uetr);
    stop();
    await Promise.all([live.ended, whole.ended, rest.ended]);
    expect(rest.seen.map(({ id }) => id)).to.deep.equal(live.seen.slice(1).map(({ id }) => id));
    const audit = (await (await get("/v1/audit?limit=1000")).json()) as {
      entries: { seq: string; entry?: string }[];
    };
    const logged = audit.entries.filter(({ entry }) => entry?.includes('"kind":"transfer"'));
    expect(whole.seen.map(({ id }) => id)).to.deep.equal(logged.map(({ seq }) => seq));
  });

  it("go on where a reconnecting reader stopped, rather than where it began", async () => {
    const { client } = follower(test);
    const { uetr } = await pay(test, await newPair(test));
    for await (const _ of client.track(uetr));
    const path = `/v1/transfers/${uetr}/events`;
    const reading = new AbortController();
    const response = await get(`${path}?after=1`, { "last-event-id": "3" }, reading.signal);
    const { value } = (await response.body?.getReader().read()) ?? {};
    const first = new TextDecoder().decode(value);
    reading.abort();
    expect(response.headers.get("content-type")).to.equal("text/event-stream; charset=utf-8");
    expect(first).to.match(/^retry: \d+\nid: 3\n\n/);
    expect(first).not.to.match(/^id: [12]$/m);
  });

  it("are refused for a foreign transfer, a forged place and a stream too many", async () => {
    const { client } = follower(test);
    const missing = client.track(randomUUID()).next();
    const refusal = await missing.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).to.be.instanceOf(RelayerProblem);
    expect((refusal as RelayerProblem).problem.code).to.equal("not-found");
    for (const query of ["?after=-1", "?after=1e3", "?after=1&after=2", "?cursor=1"]) {
      expect((await get(`/v1/events${query}`)).status, query).to.equal(400);
    }
    expect((await get("/v1/events", { "last-event-id": "soon" })).status).to.equal(400);
    const open = new AbortController();
    for (let count = 0; count < MAX_STREAMS; count++) {
      expect((await get("/v1/events", {}, open.signal)).status).to.equal(200);
    }
    const oneMore = await get("/v1/events");
    open.abort();
    expect(oneMore.status).to.equal(503);
    expect(Number(oneMore.headers.get("retry-after"))).to.be.above(0);
    expect(problemSchema.parse(await oneMore.json()).code).to.equal("overloaded");
    await eventually(
      async () => {
        const closing = new AbortController();
        const { status } = await get("/v1/events", {}, closing.signal);
        closing.abort();
        return status;
      },
      (status) => status === 200,
    );
  });
});

describe("event streams of two instances on one database", () => {
  let server: TestPostgres;
  let test: TestCorridor;
  before(async () => {
    server = await startPostgres();
    test = await startTestCorridor({ databaseUrl: await server.newDatabase(), relayers: 2 });
  });
  after(async () => {
    await test[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("tell what the other one has done, end cleanly when theirs goes, and go on when it is back", async () => {
    const { client, stop } = follower(test, test.corridor.relayerUrls(1).api);
    const events = collect(client.events());
    const first = await pay(test, await newPair(test));
    expect(await events.told(first.uetr)).to.deep.equal(STORY);
    const second = test.corridor.services.get("relayer-2");
    const response = await test.fetch(`${test.corridor.relayerUrls(1).api}/v1/events`);
    await second?.[Symbol.asyncDispose]();
    expect(await response.text(), "ended, not cut off").to.match(/^retry: /);
    const meanwhile = await pay(test, await newPair(test));
    await test.corridor.restartRelayer(1);
    expect(await events.told(meanwhile.uetr), "nothing is missed").to.deep.equal(STORY);
    stop();
    await events.ended;
    const ids = events.seen.map(({ id }) => Number(id));
    expect(ids, "in order, none twice").to.deep.equal([...new Set(ids)].sort((a, b) => a - b));
  });
});

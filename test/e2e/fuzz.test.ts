import { randomInt } from "node:crypto";
import { expect } from "chai";
import { sql } from "kysely";
import { Agent, request } from "undici";
import { BANK } from "../../protocol/openapi/bank.ts";
import { keyOrder } from "../../protocol/openapi/examples.ts";
import type { Interface } from "../../protocol/openapi/interface.ts";
import { OPERATIONS } from "../../protocol/openapi/operations.ts";
import { PARTICIPANT } from "../../protocol/openapi/participant.ts";
import { RELAYER } from "../../protocol/openapi/relayer.ts";
import { contentDigestOf } from "../../protocol/request-signature.ts";
import { signRequest } from "../../sdk/keys/sign-request.ts";
import { createDirectPayer } from "../../server/local/direct-payer.ts";
import { urlOf } from "../../server/local/plan.ts";
import { environment } from "../fixtures/environment.ts";
import { isPage, noteAnswer, takeMismatches } from "../openapi/watch-answers.ts";
import { Draw } from "./fuzz/draw.ts";
import { type MadeFrom, type MadeRequest, makeRequest } from "./fuzz/make-request.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const { database, fuzzRequests } = environment;
const seed = Number(environment.seed ?? randomInt(2 ** 31));
/** On PostgreSQL the same code runs behind another driver: fewer will do. */
const REQUESTS = Number(fuzzRequests ?? (database === "postgresql" ? 1_500 : 10_000));
const AT_ONCE = 12;
const AMOUNT = { value: "100.00", currency: "HKD" };
const LEAKS = /<html|<!doctype|node_modules|\.ts:\d|at \w+ \(/i;

interface Target extends MadeFrom {
  readonly described: Interface;
  readonly base: string;
  /** Of a hundred requests, so many. */
  readonly share: number;
}

describe(`made-up requests (SEED=${seed})`, function () {
  this.timeout(300_000);
  let test: TestCorridor;
  let targets: readonly Target[];
  const agent = new Agent({ connections: AT_ONCE });
  const statuses = new Map<number, number>();
  const accepted = new Map<string, number>();
  const wrong: string[] = [];

  before(async () => {
    test = await sharedCorridor();
    targets = await aim();
  });
  after(() => agent.close());

  async function aim(): Promise<readonly Target[]> {
    const { corridor, id } = test;
    const { plan } = corridor;
    const payer = createDirectPayer(corridor);
    const pair = await newPair(test);
    const quote = await payer.quote({ ...pair, amount: AMOUNT });
    const order = await payer.sign(quote, payer.detailsFor({ ...pair, amount: AMOUNT }, quote));
    const again = await payer.quote({ ...pair, amount: AMOUNT });
    const details = payer.detailsFor({ ...pair, amount: AMOUNT }, again);
    const batch = await payer.signMany([{ quote: again, details }]);
    const known = { id: [quote.id], uetr: [order.details.uetr], keyId: ["a".repeat(43)] };
    const unknown = {
      batchId: [`0x${"12".repeat(32)}`],
      uetr: ["8a562c67-ca16-48ba-b074-65581be6f001"],
      date: [new Date().toISOString().slice(0, 10)],
      id: ["island-wallet"],
      keyId: known.keyId,
      case: ["8a562c67-ca16-48ba-b074-65581be6f001"],
    };
    const wanted = {
      corridor: id,
      fixedSide: "send",
      amount: AMOUNT,
      debtor: { name: pair.sender.name },
      creditor: { account: { type: "mobile", value: pair.recipient.phone } },
    };
    // What is accepted must not stand in other tests' way.
    const halt = { scope: "participant:crane-wallet", by: "fuzz", reason: "made up" };
    const nobody = { account: "0x00000000000000000000000000000000000F00D0" };
    return [
      {
        described: RELAYER,
        base: corridor.relayerUrl,
        share: 60,
        good: { ...known, delivery: unknown.case },
        bodies: { createQuote: wanted, sendTransfer: order, sendBatch: batch },
      },
      {
        described: OPERATIONS,
        base: urlOf(plan, { port: plan.ports.operations }),
        share: 14,
        good: unknown,
        bodies: { halt, liftHalt: halt },
      },
      {
        described: PARTICIPANT,
        base: corridor.walletUrl("island-wallet"),
        share: 14,
        good: unknown,
        bodies: {},
      },
      {
        described: BANK,
        base: urlOf(plan, plan.bank),
        share: 12,
        good: {
          ...unknown,
          fundingId: unknown.batchId,
          redemptionId: unknown.batchId,
          account: ["cash:HKD"],
          cycle: ["made-up"],
        },
        bodies: {
          fund: { fundingId: unknown.batchId[0], ...nobody, amount: AMOUNT },
        },
      },
    ];
  }

  /** Mostly signed; some with a bearer key, some with neither. */
  async function authorised(draw: Draw, target: Target, made: MadeRequest) {
    const { headers, body } = made;
    if (!target.described.signed) return headers;
    const kind = draw.below(20);
    if (kind === 0) return headers;
    const reads = ["GET", "HEAD"].includes(made.method);
    if (kind === 1 || (reads && kind < 12)) {
      return { ...headers, authorization: `Bearer ${test.corridor.sandboxKeys["harbour-wallet"]}` };
    }
    const digest =
      body === undefined ? {} : { "content-digest": contentDigestOf(Buffer.from(body)) };
    const { method, path } = made;
    const signed = { method, url: `${target.base}${path}`, headers: { ...headers, ...digest } };
    return signRequest(test.corridor.requestKeyOf("harbour-wallet"), signed);
  }

  async function send(draw: Draw, target: Target): Promise<void> {
    const made = makeRequest(draw, target.described, target);
    const url = new URL(`${target.base}${made.path}`);
    // ".." may lead out of the interface to a page for people.
    if (isPage(url.pathname)) return;
    const headers = await authorised(draw, target, made).catch(() => undefined);
    // What cannot be written as HTTP cannot be sent.
    if (headers === undefined) return;
    const answer = await request(url, {
      method: made.method as "GET",
      headers: headers as Record<string, string>,
      dispatcher: agent,
      ...(made.body !== undefined && { body: made.body }),
    }).catch((error: Error) => {
      if (/invalid|header/i.test(error.message)) return undefined;
      throw new Error(`${made.method} ${made.path}: ${error.message}`);
    });
    if (answer === undefined) return;
    const { statusCode: status } = answer;
    const type = String(answer.headers["content-type"] ?? "");
    const streamed = /event-stream/.test(type);
    if (streamed) answer.body.destroy();
    const text = streamed ? undefined : await answer.body.text();
    note(made, status, text);
    noteAnswer(url, { method: made.method, status, type, ...(text !== undefined && { text }) });
    for (const mismatch of takeMismatches()) wrong.push(`${mismatch}\nasked: ${String(made.body)}`);
  }

  function note({ operation, method, path, body }: MadeRequest, status: number, text = ""): void {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status < 300 && method === operation.method.toUpperCase()) {
      accepted.set(operation.id, (accepted.get(operation.id) ?? 0) + storedBy(operation.id, text));
    }
    if (status === 500 || LEAKS.test(text)) {
      wrong.push(
        `${method} ${path.slice(0, 200)} ${String(body).slice(0, 2_000)}: ${status} ${text}`,
      );
    }
  }

  /** How many things an accepted request has stored: each quote of a batch's is one. */
  function storedBy(id: string, text: string): number {
    if (id !== "createBatchQuotes") return 1;
    const { results } = JSON.parse(text) as { results: readonly object[] };
    return results.filter((each) => "quote" in each).length;
  }

  const TABLES = [
    "quotes",
    "batches",
    "transfers",
    "webhook_endpoints",
    "request_keys",
    "returns",
    "cases",
  ];
  async function counts(): Promise<Record<string, number>> {
    const each = TABLES.map((table) => sql`(select count(*)::int from ${sql.table(table)})`);
    const { rows } = await sql<{ counts: number[] }>`
      select array[${sql.join(each)}] as counts`.execute(test.relayerDatabase());
    return Object.fromEntries(TABLES.map((table, at) => [table, rows[0]?.counts[at] ?? 0]));
  }

  const times = (id: string) => accepted.get(id) ?? 0;

  it(`${REQUESTS} of them find no failure, no leak, no answer that is not described, nothing stored but what was accepted`, async () => {
    const draw = new Draw(seed);
    const before = await counts();
    let left = REQUESTS;
    const work = async () => {
      while (left-- > 0) {
        const at = draw.below(100);
        const reached = targets.map((_, index) =>
          targets.slice(0, index + 1).reduce((sum, { share }) => sum + share, 0),
        );
        const target = targets[reached.findIndex((share) => share > at)];
        // Each request has its own seed, so that their order over the connections does not matter.
        if (target) await send(new Draw(draw.below(2 ** 31)), target);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const told = [...statuses].sort(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
    console.log(`      SEED=${seed}, ${told.join(", ")}`);
    expect(wrong.slice(0, 5), `${wrong.length} wrong answers`).to.deep.equal([]);
    const after = await counts();
    const orders = times("sendTransfer") + times("sendBatch");
    // The same order may be accepted once, however often and under however many keys it is sent.
    expect(after["batches"]! - before["batches"]!).to.be.at.most(Math.min(2, orders));
    // A recall of the one that was settled may be granted, once.
    const granted = Math.min(1, times("recallTransfer"));
    expect(after["returns"]! - before["returns"]!).to.be.at.most(granted);
    expect(after).to.deep.equal({
      ...before,
      batches: after["batches"],
      returns: after["returns"],
      transfers: before["transfers"]! + after["batches"]! - before["batches"]!,
      quotes: before["quotes"]! + times("createQuote") + times("createBatchQuotes"),
      webhook_endpoints:
        before["webhook_endpoints"]! +
        times("createWebhookEndpoint") -
        times("removeWebhookEndpoint"),
      request_keys: before["request_keys"]! + times("addKey"),
    });
    expect(Math.min(statuses.get(200) ?? 0, statuses.get(422) ?? 0)).to.be.above(REQUESTS / 50);
  });

  after(async () => {
    const call = (path: string, body: object) =>
      fetch(
        new URL(path, urlOf(test.corridor.plan, { port: test.corridor.plan.ports.operations })),
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ by: "fuzz", reason: "cleaning up", ...body }),
        },
      );
    await call("/limits", { corridor: test.id, dailyMaximum: null });
    const db = test.relayerDatabase();
    await db.deleteFrom("webhook_endpoints").where("url", "like", "https://127.0.0.1%").execute();
    await db.deleteFrom("halts").execute();
    const { x } = keyOrder.publicKey;
    await db.deleteFrom("request_keys").where("public_key", "=", x).execute();
  });
});

import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { sql } from "kysely";
import type { Transfer } from "../../protocol/wire/relayer.ts";
import { metricIn } from "../../scripts/measure/read/counters.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { WORKER_TIMES } from "../../server/relayer/config/config.ts";
import { startPostgres, type TestPostgres } from "../fixtures/postgres.ts";
import { watchHttp } from "./cost/watch-http.ts";
import { OWN, type Statements, watchStatements } from "./cost/watch-statements.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair, type Pair } from "./people.ts";

const AMOUNT = { value: "100.00", currency: "HKD" };
const BATCH = 100;

/**
 * The most that an order may cost, quote and signatures included, until it is settled and in the audit log. What it was
 * when this was written stands behind each, for one transfer and for a batch of 100.
 */
const STATEMENTS: Statements = {
  "request signature": 4, // 2, and 1 whenever the keys are read anew
  quote: 1, // 1
  order: 2, // 2
  queue: 16, // 12; wakes that find nothing come on a busy machine
  reads: 10, // 5 to 8
  "chain transactions": 12, // 8; wakes that find nothing come on a busy machine
  "followed blocks": 6, // 2, and 1 more for each block that comes in between
  steps: 4, // 4
  books: 4, // 4
  "audit log": 40, // 10 to 24, as the steps come together or one by one
  commit: 34, // 14 to 20, as above
};
/** Statements of an order in all. */
const ALL = 137; // 61 to 77 alone on a machine, 99 on one with much else to do
/** Chain transactions of an order: it is reserved, and it is settled. */
const CHAIN_TRANSACTIONS = 2; // 2
/**
 * JSON-RPC calls of all five services, who follow the chain each for itself and look for new blocks by the clock: on a busy
 * machine an order takes longer and more of those looks. One call for each transfer of a batch would be 100 more.
 */
const CHAIN_CALLS = 90; // 29 to 36, 55 on a machine with much else to do
/** Bytes both ways, for one transfer. On a busy machine it may be settled before it is told, which the answer then tells as well. */
const BYTES = {
  single: { relayer: 6_400, payee: 3_200 }, // 5,963 (some 200 more when settled) and 2,892
  batch: { relayer: 2_750, payee: 950 }, // 2,448 (2,642 when settled) and 899
};

describe("what a transfer costs, on PostgreSQL", () => {
  const usual = { ...WORKER_TIMES };
  let statements: ReturnType<typeof watchStatements>;
  let http: ReturnType<typeof watchHttp>;
  let server: TestPostgres;
  let test: TestCorridor;
  let payer: DirectPayer;
  let pairs: Pair[];
  before(async () => {
    statements = watchStatements();
    http = watchHttp();
    // What the relayer looks for by itself now and then is no transfer's cost.
    Object.assign(WORKER_TIMES, { pollMs: 15_000, sweepMs: 60_000 });
    server = await startPostgres();
    test = await startTestCorridor({
      databaseUrl: await server.newDatabase(),
      relayerSettings: { RECONCILE_SECONDS: "3600", ANCHOR_SECONDS: "3600" },
    });
    payer = createDirectPayer(test.corridor);
    pairs = await Promise.all([1, 2, 3, 4, 5].map(() => newPair(test)));
    await sendSingle();
    await sendBatch();
  });
  after(async () => {
    Object.assign(WORKER_TIMES, usual);
    statements[Symbol.dispose]();
    http[Symbol.dispose]();
    await test[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const orderOf = (index: number) => ({ ...pairs[index % pairs.length]!, amount: AMOUNT });

  async function untilDone(sent: readonly Transfer[]): Promise<void> {
    const uetrs = sent.map(({ uetr }) => uetr);
    const look = () =>
      sql<{ left: number }>`select ${sql.raw(OWN)}
      (select count(*)::int from transfers where uetr = any(${uetrs}) and state <> 'settled')
      + (select count(*)::int from outbox) as left`.execute(test.relayerDatabase());
    await eventually(look, ({ rows }) => rows[0]?.left === 0);
  }

  async function sendSingle(): Promise<void> {
    const order = orderOf(0);
    const quote = await payer.quote(order);
    const signed = await payer.sign(quote, payer.detailsFor(order, quote));
    const sent = { idempotencyKey: signed.details.uetr, waitSeconds: 20 };
    await untilDone([await payer.relayer.sendTransfer(signed, sent)]);
  }

  async function sendBatch(): Promise<void> {
    const orders = Array.from({ length: BATCH }, (_, index) => orderOf(index));
    const requests = orders.map(({ sender, recipient, amount }) => ({
      corridor: test.id,
      fixedSide: "send" as const,
      amount,
      debtor: { name: sender.name },
      creditor: { account: { type: "mobile" as const, value: recipient.phone } },
    }));
    const results = await payer.relayer.batchQuotes(requests);
    const quotes = results.flatMap((each) => ("quote" in each ? [each.quote] : []));
    const items = quotes.map((quote, index) => ({
      quote,
      details: payer.detailsFor(orders[index]!, quote),
    }));
    const sent = { idempotencyKey: randomUUID(), waitSeconds: 20 };
    await untilDone(await payer.relayer.sendBatch(await payer.signMany(items), sent));
  }

  async function countChainTransactions(): Promise<number> {
    const { rows } = await sql<{ count: number }>`select ${sql.raw(OWN)}
      count(*)::int as count from chain_transactions`.execute(test.relayerDatabase());
    return rows[0]?.count ?? 0;
  }

  async function readMetric(name: string): Promise<number> {
    const url = new URL("/metrics", test.corridor.relayerUrls(0).operations);
    return metricIn(await (await fetch(url)).text(), name);
  }

  /** Expects an order to cost no more than stated, and each stage to be seen at all; `transfers` share its bytes. */
  async function expectCost(
    order: { readonly transfers: number; readonly bytes: { relayer: number; payee: number } },
    send: () => Promise<void>,
  ): Promise<void> {
    const { plan } = test.corridor;
    const payee = plan.wallets.find(({ participant }) => participant.id === payer.corridor.payee);
    const before = await countChainTransactions();
    const served = await readMetric('corridor_http_requests_total{direction="served"}');
    statements.take();
    http.take();
    await send();
    const counts = statements.take();
    const { requests, bytes } = http.take();
    expect(counts, "by stage").to.have.all.keys(Object.keys(STATEMENTS));
    for (const [stage, most] of Object.entries(STATEMENTS)) {
      expect(counts[stage], `statements: ${stage}`).to.be.within(1, most);
    }
    const metered = (await readMetric('corridor_http_requests_total{direction="served"}')) - served;
    const seen = [...requests.values()].reduce((sum, list) => sum + list.length, 0);
    // All services are in this process; whoever asks for the metrics is counted as well.
    expect(metered, "requests by the relayer's own count").to.be.at.least(seen);
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(all, "statements in all").to.be.at.most(ALL);
    expect((await countChainTransactions()) - before).to.equal(CHAIN_TRANSACTIONS);
    expect(requests.get(plan.ports.relayer), "a quote, an order").to.have.length(2);
    expect(requests.get(payee!.port), "a look-up, an instruction to credit").to.have.length(2);
    expect(requests.get(plan.ports.chain)?.length, "calls to the chain").to.be.at.most(CHAIN_CALLS);
    const each = (port: number) => (bytes.get(port) ?? 0) / order.transfers;
    expect(each(plan.ports.relayer), "bytes at the relayer").to.be.within(1, order.bytes.relayer);
    expect(each(payee!.port), "bytes at the payee").to.be.within(1, order.bytes.payee);
  }

  it("alone: some 65 statements, two chain transactions, four requests and 9 kB", () =>
    expectCost({ transfers: 1, bytes: BYTES.single }, sendSingle));

  it("in a batch of 100: the same statements, chain transactions and requests for all of them, and 3.4 kB each", () =>
    expectCost({ transfers: BATCH, bytes: BYTES.batch }, sendBatch));
});

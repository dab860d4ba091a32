/** `npm run measure:batching`: the SDK's `sendMany` and automatic batching beside one signature for each transfer. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClientOptions,
  type CorridorClient,
  createClient,
} from "../sdk/send/create-client.ts";
import { inParallel } from "../sdk/send/in-parallel.ts";
import type { CheckedQuote, Payment } from "../sdk/send/payment.ts";
import type { Sent } from "../sdk/send/prove-sent.ts";
import { clientOptionsOf } from "../server/local/client-options.ts";
import { launchProcess } from "../server/local/launchers.ts";
import { planCorridor } from "../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../server/local/start-corridor.ts";
import { createWalletApp } from "../server/local/wallet-app.ts";
import { describeMachine } from "./measure/read/machine.ts";
import { summarise } from "./measure/report/percentiles.ts";
import { formatTable } from "./terminal/print-table.ts";
import { readCount, readDuration, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run measure:batching [-- options]

  --count 200          transfers of each way, all at once
  --idle 40            transfers of each way, one at a time
  --block-time 0       time between blocks; 0 mines at once`;

const { values } = readOptions(USAGE, {
  count: { type: "string", default: "200" },
  idle: { type: "string", default: "40" },
  "block-time": { type: "string", default: "0" },
});

const [count, idle] = [readCount("count", values.count), readCount("idle", values.idle)];

const QUOTES_AT_ONCE = 8;
const PEOPLE = 20;
const WARM_UP = 20;

function optionsFor(corridor: LocalCorridor): ClientOptions {
  return { ...clientOptionsOf(corridor), wait: { by: "prefer", seconds: 25 } };
}

async function openPeople(corridor: LocalCorridor): Promise<Payment[]> {
  const [pair] = corridor.plan.corridors;
  if (!pair) throw new Error("the plan has no corridor");
  const receiving = createWalletApp(corridor.walletUrl(pair.payee));
  return inParallel(Array.from({ length: PEOPLE }), 4, async (_, index): Promise<Payment> => {
    const phone = `+63917${String(index).padStart(7, "0")}`;
    const name = `Liwayway Dela Cruz ${index}`;
    await receiving.openAccount({ phone, name });
    const debtor = {
      name: "Chan Tai Man",
      account: { type: "mobile" as const, value: "+85260000000" },
    };
    return {
      corridor: pair.id,
      fixedSide: "send",
      amount: { value: "100.00", currency: pair.sendCurrency },
      debtor,
      creditor: { name, account: { type: "mobile", value: phone } },
    };
  });
}

/** Quotes, as users see them before they say yes: they are asked for before the clock starts. */
function quotesFor(client: CorridorClient, people: readonly Payment[], count: number) {
  return inParallel(Array.from({ length: count }), QUOTES_AT_ONCE, (_, index) => {
    const payment = people[index % people.length];
    if (!payment) throw new Error("there are no people");
    return client.quote(payment);
  });
}

function assertCredited(sent: readonly Sent[]): void {
  const others = sent.filter(({ outcome }) => outcome !== "credited");
  if (others.length > 0)
    throw new Error(`void: ${others.length} of ${sent.length} are not credited`);
}

/** One way of sending a pile of quotes. */
type Way = (quotes: readonly CheckedQuote[]) => Promise<readonly Sent[]>;

async function runAtOnce(client: CorridorClient, people: readonly Payment[], way: Way) {
  const quotes = await quotesFor(client, people, count);
  const began = performance.now();
  const sent = await way(quotes);
  const seconds = (performance.now() - began) / 1_000;
  assertCredited(sent);
  const signatures = new Set(sent.map(({ order }) => order.batchId)).size;
  return { perSecond: quotes.length / seconds, seconds, signatures };
}

/** One transfer at a time with each client in turn, so that both meet the same machine. */
async function runIdle(clients: readonly CorridorClient[], people: readonly Payment[]) {
  const samples = clients.map((): number[] => []);
  for (let round = 0; round < idle; round++) {
    for (const [index, client] of clients.entries()) {
      const [quote] = await quotesFor(client, people, 1);
      if (!quote) throw new Error("there is no quote");
      await new Promise((resolve) => setTimeout(resolve, 100));
      const began = performance.now();
      assertCredited([await client.send(quote)]);
      samples[index]?.push(performance.now() - began);
    }
  }
  return samples.map((each) => summarise(each));
}

async function measure(corridor: LocalCorridor): Promise<void> {
  const options = optionsFor(corridor);
  const alone = createClient({ ...options, batching: false });
  const gathering = createClient(options);
  const people = await openPeople(corridor);
  for (const quote of await quotesFor(alone, people, WARM_UP)) await alone.send(quote);
  const [single, automatic] = await runIdle([alone, gathering], people);
  const each: Way = (quotes) => Promise.all(quotes.map((quote) => alone.send(quote)));
  const gathered: Way = (quotes) => Promise.all(quotes.map((quote) => gathering.send(quote)));
  const many: Way = async (quotes) => {
    const results = await gathering.sendMany(quotes);
    return results.map((result) => {
      if ("sent" in result) return result.sent;
      throw result.error;
    });
  };
  const ways = [
    ["send, a signature each", await runAtOnce(alone, people, each)],
    ["send, automatic batching", await runAtOnce(gathering, people, gathered)],
    ["sendMany", await runAtOnce(gathering, people, many)],
  ] as const;
  const base = ways[0][1].perSecond;
  const header = ["all at once", "transfers", "signatures", "seconds", "per second", "ratio"];
  const rows = ways.map(([name, { perSecond, seconds, signatures }]) => [
    name,
    `${values.count}`,
    `${signatures}`,
    seconds.toFixed(2),
    perSecond.toFixed(1),
    (perSecond / base).toFixed(2),
  ]);
  console.log(`\n${formatTable(header, rows)}`);
  const ms = (value: number | undefined) => `${value?.toFixed(1)} ms`;
  const idle = [
    ["send, batching off", `${single?.count}`, ms(single?.p50), ms(single?.p95)],
    ["send, automatic batching", `${automatic?.count}`, ms(automatic?.p50), ms(automatic?.p95)],
  ];
  console.log(`\n${formatTable(["one at a time", "transfers", "p50", "p95"], idle)}`);
  const { processors, model, node } = describeMachine();
  console.log(
    `\nfrom send to the payee's verified signature; ${processors} × ${model}, Node ${node}`,
  );
}

const directory = mkdtempSync(join(tmpdir(), "corridor-batching-"));
try {
  const blockTimeMs = readDuration(values["block-time"]);
  const plan = await planCorridor({
    directory,
    blockTimeMs,
    sendCurrencies: ["HKD"],
    logLevel: "error",
  });
  await using corridor = await startCorridor(plan, { launch: launchProcess });
  await measure(corridor);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit();

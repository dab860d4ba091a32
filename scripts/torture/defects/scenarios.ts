import { callChain } from "../../../server/local/chain-clock.ts";
import { waitFor } from "../../../server/local/wait-for.ts";
import { seededRandom } from "../../kill-start/seeded-random.ts";
import type { Field, FieldOptions } from "../field/start-field.ts";
import type { Order } from "../history.ts";
import { drawOrder, type Mix, place, USUAL_MIX } from "../load/orders.ts";
import { openAccounts, type People } from "../load/people.ts";
import { healField, settleDown } from "../settle-down.ts";

/** What a field is put through, so that a defect has its chance to show. */
interface Scenario {
  readonly field?: Pick<FieldOptions, "depth" | "blockTimeMs">;
  readonly run: (field: Field, people: People) => Promise<void>;
}

const ORDERS = 8;
const PLAIN: Mix = { ...USUAL_MIX, repeated: 0, unpayable: 0, sanctioned: 0, recalled: 0 };
const REST_MS = 25_000;
const HIT_MS = 40_000;
const ACT_MS = 2_000;
/** So much more than a lease that the others have taken the work over, however busy the machine is. */
const PAUSE_MS = 9_000;
/** A bank's quote can be reserved for two minutes. */
const PAST_QUOTE_SECONDS = 150;
const ACCEPT_MS = 4_000;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function drawOrders(field: Field, people: People, mix: Mix, count = ORDERS): Order[] {
  const random = seededRandom(7);
  const orders = Array.from({ length: count }, (_, at) => {
    const sender = people.senders[at % people.senders.length];
    if (!sender) throw new Error("nobody pays");
    return drawOrder(people, sender, mix, random);
  });
  field.history.orders.push(...orders);
  return orders;
}

const placeAll = (field: Field, orders: readonly Order[]) =>
  Promise.all(orders.map((order) => place(field, order)));

/** Sends the very requests again that relayers have taken, as a wallet does that lost the answers. */
async function repeatOnTheWire({ lines, corridor, route, history }: Field): Promise<void> {
  const taken = history.exchanges.filter(
    ({ method, path, status = 0 }) => method === "POST" && path === "/v1/transfers" && status < 300,
  );
  const signedFetch = corridor.fetchAs(route.payer);
  for (const { request, idempotencyKey = "" } of taken) {
    await signedFetch(`${lines.balancer.url}/v1/transfers`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
      body: JSON.stringify(request),
    });
  }
}

/** One relayer comes to the place where it has claimed and signed, and stays there for a while. */
async function holdOwner(field: Field, people: People, act: string, ms: number): Promise<void> {
  const { crew, lines, sending } = field;
  await crew.restart(0, { FAILPOINTS: `C18:${act}` });
  await lines.balancer.prefer(0);
  const from = crew.logOf(0).length;
  const isHit = async () => crew.logOf(0).slice(from).includes("failpoint C18");
  const paying = placeAll(field, drawOrders(field, people, PLAIN));
  if (!(await waitFor(isHit, (hit) => hit, HIT_MS))) throw new Error("nobody came to C18");
  await sleep(ms);
  // One that is stopped for longer than its lease goes on only when another one has ended what it held.
  if (act === "stop") {
    const isEnded = (payments: readonly { closedAt?: unknown }[]) =>
      payments.length > 0 && payments.every(({ closedAt }) => closedAt !== undefined);
    await waitFor(() => sending.payments(), isEnded, HIT_MS);
  }
  crew.resume(0);
  await paying;
  // Time to do what it was about to, before it is started anew.
  await sleep(ACT_MS);
}

/** The chain takes nothing until the quotes have lapsed. */
async function lapseQuotes(field: Field, people: People): Promise<void> {
  const chain = (method: string, ...params: unknown[]) =>
    callChain(field.corridor.rpcUrl, method, params);
  const orders = drawOrders(field, people, PLAIN, 3);
  await chain("evm_setAutomine", false);
  await chain("evm_setIntervalMining", 0);
  await placeAll(field, orders);
  await sleep(ACCEPT_MS);
  await chain("evm_increaseTime", `0x${PAST_QUOTE_SECONDS.toString(16)}`);
}

const SCENARIOS = {
  payments: {
    run: async (field, people) => {
      await placeAll(field, drawOrders(field, people, PLAIN));
    },
  },
  "repeated orders": {
    run: async (field, people) => {
      const orders = drawOrders(field, people, PLAIN, 4);
      await placeAll(field, [...orders, ...orders, ...orders]);
      await repeatOnTheWire(field);
    },
  },
  "slow owner": { run: (field, people) => holdOwner(field, people, "sleep=1500", 1_500) },
  "paused owner": { run: (field, people) => holdOwner(field, people, "stop", PAUSE_MS) },
  "deep chain": {
    field: { depth: 3, blockTimeMs: 1_000 },
    run: async (field, people) => {
      const watched = watchHeads(field);
      await placeAll(field, drawOrders(field, people, PLAIN, 4));
      await settleDown(field, { patienceMs: REST_MS, webhooks: false });
      // Until the last of what happened would have been deep enough.
      await sleep(5_000);
      await watched.stop();
    },
  },
  "lapsed quotes": { run: lapseQuotes },
  refusals: {
    run: async (field, people) => {
      await placeAll(field, drawOrders(field, people, { ...PLAIN, unpayable: 1 }));
    },
  },
} as const satisfies Readonly<Record<string, Scenario>>;
export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];

/** Notes when each block was seen. */
function watchHeads({ corridor, history }: Field) {
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const number = Number(await callChain(corridor.rpcUrl, "eth_blockNumber", []));
      if (history.heads.at(-1)?.number !== number) {
        history.heads.push({ at: Date.now(), number, hash: "" });
      }
      await sleep(50);
    }
  })();
  return {
    stop() {
      stopped = true;
      return watching;
    },
  };
}

/** How the field of a scenario differs from the usual one. */
export function fieldOf(name: ScenarioName): Scenario["field"] {
  const scenario: Scenario = SCENARIOS[name];
  return scenario.field ?? {};
}

/** Puts a field through a scenario, mends it, and lets it come to rest as far as it does. */
export async function runScenario(field: Field, name: ScenarioName): Promise<void> {
  const people = await openAccounts(field, 4);
  await SCENARIOS[name].run(field, people);
  await healField(field);
  await settleDown(field, { patienceMs: REST_MS, webhooks: true });
}

import { auditHeadSchema } from "../../protocol/wire/books.ts";
import { transferListSchema } from "../../protocol/wire/relayer.ts";
import { createRelayerClient } from "../../sdk/api/relayer-client.ts";
import { createBankBooks } from "../../server/local/bank-books.ts";
import { setBlockTime } from "../../server/local/chain/start-chain.ts";
import { callChain } from "../../server/local/chain-clock.ts";
import { urlOf } from "../../server/local/plan.ts";
import { programFaults } from "../../server/local/program-faults.ts";
import { waitFor } from "../../server/local/wait-for.ts";
import { daysFrom, readWallet } from "../reconcile/read-all.ts";
import type { Field } from "./field/start-field.ts";
import type { Order } from "./history.ts";
import { repeatUnanswered } from "./load/orders.ts";
import { STALE_DIRECTORY } from "./load/people.ts";

/** How a field came to rest. */
export interface Rest {
  /** Every order answered, every transfer ended, every webhook told, every book up to date. */
  readonly atRest: boolean;
  /** What had not come to its end. */
  readonly open: readonly string[];
  /** How long each kind of thing was waited for, one after the other, in milliseconds. */
  readonly waitedMs: Readonly<Record<string, number>>;
  /** How long each transfer that was under way at the heal took to its end, in milliseconds. */
  readonly recoveredMs: readonly number[];
}

const RECENT = 200;
const LOOK_MS = 150;

/** Ends every fault: processes, lines, simulators, chain. */
export async function healField(field: Field): Promise<void> {
  const { corridor, lines, route, inbox, chain } = field;
  await lines.heal();
  await lines.balancer.prefer();
  inbox.answer(204);
  if (chain === "anvil") {
    await callChain(corridor.rpcUrl, "evm_setAutomine", [false]);
    await callChain(corridor.rpcUrl, "evm_setIntervalMining", [1]);
  } else await setBlockTime(corridor.rpcUrl, corridor.plan.blockTimeMs);
  await programFaults(corridor.controlUrl(corridor.plan.bank.participant.id), []);
  await programFaults(corridor.controlUrl(route.payer), []);
  await programFaults(corridor.controlUrl(route.payee), [STALE_DIRECTORY]);
  await field.crew.healAll();
}

/** States that lead on by themselves once the faults are over. */
const MOVING = ["accepted", "reserved", "credited", "disputed"] as const;

/** Transfers that are on their way, as the first living relayer tells them: at most 200 of each state. */
async function openTransfers({ corridor, crew, route }: Field): Promise<string[]> {
  const [instance = 0] = crew.alive();
  const signedFetch = corridor.fetchAs(route.payer);
  const open: string[] = [];
  for (const state of MOVING) {
    const path = `/v1/transfers?state=${state}&limit=${RECENT}`;
    const answer = await signedFetch(new URL(path, corridor.relayerUrls(instance).api));
    const { transfers } = transferListSchema.parse(await answer.json());
    open.push(...transfers.map(({ uetr }) => `${uetr} is ${state}`));
  }
  return open;
}

/** Steps that the audit log does not hold yet. */
async function openAudit({ corridor, crew, route }: Field): Promise<string[]> {
  const [instance = 0] = crew.alive();
  const { api, operations } = corridor.relayerUrls(instance);
  const requestKey = corridor.requestKeyOf(route.payer);
  const client = createRelayerClient({ baseUrl: api, requestKey });
  let steps = 0;
  let cursor: string | undefined;
  do {
    const query = { limit: RECENT, ...(cursor !== undefined && { cursor }) };
    const page: Awaited<ReturnType<typeof client.transfers>> = await client.transfers(query);
    steps += page.transfers.reduce((sum, { version }) => sum + version, 0);
    cursor = page.next;
  } while (cursor !== undefined);
  const head = auditHeadSchema.parse(
    await (await fetch(new URL("/audit/head", operations))).json(),
  );
  return Number(head.seq) < steps ? [`the audit log has ${head.seq} of ${steps} entries`] : [];
}

/** What the sending wallet still waits for. */
async function openPayments({ sending, route }: Field): Promise<string[]> {
  const payments = await sending.payments();
  const open = payments.filter(({ closedAt }) => closedAt === undefined);
  return open.map(({ uetr, state }) => `${route.payer} shows ${uetr} as ${state}`);
}

/** Orders that nobody has answered for good: each is sent again, as an app does. */
async function openOrders(field: Field, orders: readonly Order[]): Promise<string[]> {
  const open = await repeatUnanswered(field, orders);
  return open > 0 ? [`${open} orders are not answered`] : [];
}

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly dueAt?: string;
}

/** What a receiver was refusing is tried again in minutes; it may ask for it at once. */
const LATER_MS = 10_000;

/** What has not been told yet: audit entries unwritten, webhooks undelivered. */
async function openRecords({ corridor, crew, route, webhookEndpoint }: Field): Promise<string[]> {
  const [instance = 0] = crew.alive();
  const { api, operations } = corridor.relayerUrls(instance);
  const head = auditHeadSchema.parse(
    await (await fetch(new URL("/audit/head", operations))).json(),
  );
  const signedFetch = corridor.fetchAs(route.payer);
  let pending = 0;
  for (let after = "0"; ; ) {
    const path = `/v1/webhook-endpoints/${webhookEndpoint}/deliveries?after=${after}&limit=1000`;
    const answer = await signedFetch(new URL(path, api));
    const page = (await answer.json()) as { deliveries: Delivery[]; next: string };
    const waiting = page.deliveries.filter(({ state }) => state === "pending");
    pending += waiting.length;
    for (const { id, dueAt } of waiting) {
      if (dueAt === undefined || Date.parse(dueAt) - Date.now() < LATER_MS) continue;
      const again = `/v1/webhook-endpoints/${webhookEndpoint}/deliveries/${id}/redeliver`;
      const json = { "content-type": "application/json" };
      await signedFetch(new URL(again, api), { method: "POST", headers: json, body: "{}" });
    }
    if (page.deliveries.length === 0) break;
    after = page.next;
  }
  return pending > 0
    ? [`${pending} webhooks are not delivered, the log's head is ${head.seq}`]
    : [];
}

/** Orders to give a transfer back that the receiving wallet has signed and the chain has not carried out. */
async function openReturns({ corridor, route, history, sending }: Field): Promise<string[]> {
  const days = daysFrom(new Date(history.startedAt).toISOString());
  const items = await readWallet(corridor.walletUrl(route.payee), days);
  const signed = new Set<string>(
    items.filter(({ kind }) => kind === "return").map(({ uetr }) => uetr),
  );
  if (signed.size === 0) return [];
  const payments = await sending.payments();
  return payments
    .filter(({ uetr, state }) => signed.has(uetr) && state !== "returned")
    .map(({ uetr, state }) => `${uetr} is to be returned, and is ${state}`);
}

/** The bank has followed the chain to where everything happened. */
async function openBank({ corridor, depth }: Field): Promise<string[]> {
  const { plan, rpcUrl } = corridor;
  const { followedTo } = await createBankBooks(urlOf(plan, plan.bank)).health();
  const head = Number(await callChain(rpcUrl, "eth_blockNumber", []));
  return followedTo + depth < head ? [`the bank has followed to ${followedTo} of ${head}`] : [];
}

/** Failing reads mean that somebody is not up yet. */
const whatIsOpen = (look: () => Promise<string[]>) =>
  look().catch((error: unknown) => [`unread: ${error instanceof Error ? error.message : error}`]);

/** How far a field must come to rest: with or without what comes after a transfer's end. */
export interface RestOptions {
  readonly patienceMs: number;
  readonly webhooks: boolean;
  /** Orders before this one are known to be answered. */
  readonly fromOrder?: number;
}

/** Notes how long each transfer that is under way takes to its end, until told to stop. */
async function trackRecovery(field: Field, stop: AbortSignal): Promise<number[]> {
  const began = performance.now();
  const recoveredMs: number[] = [];
  let under = new Set<string>();
  while (!stop.aborted) {
    const open = await openTransfers(field).catch(() => undefined);
    if (open) {
      const now = new Set(open.map((each) => each.split(" ")[0] ?? ""));
      const ms = Math.round(performance.now() - began);
      for (const uetr of under) if (!now.has(uetr)) recoveredMs.push(ms);
      under = now;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return recoveredMs;
}

/** Waits until nothing is under way any more: the orders first, then the transfers, then what is told and booked. */
export async function settleDown(field: Field, options: RestOptions): Promise<Rest> {
  const began = performance.now();
  const orders = field.history.orders.slice(options.fromOrder ?? 0);
  const stop = new AbortController();
  const tracking = trackRecovery(field, stop.signal);
  const looks: readonly (readonly [string, () => Promise<string[]>])[] = [
    ["orders", () => openOrders(field, orders)],
    ["transfers", () => openTransfers(field)],
    ["payments", () => openPayments(field)],
    ["returns", () => openReturns(field)],
    ["audit log", () => openAudit(field)],
    ...(options.webhooks ? ([["webhooks", () => openRecords(field)]] as const) : []),
    ["bank", () => openBank(field)],
  ];
  const waitedMs: Record<string, number> = {};
  for (const [name, look] of looks) {
    const from = performance.now();
    const left = options.patienceMs - (from - began);
    const open = await waitFor(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        return whatIsOpen(look);
      },
      (found) => found.length === 0,
      left,
    );
    waitedMs[name] = Math.round(performance.now() - from);
    if (open.length === 0 && name !== "bank") continue;
    stop.abort();
    return { atRest: open.length === 0, open, waitedMs, recoveredMs: await tracking };
  }
  throw new Error("the bank comes last");
}

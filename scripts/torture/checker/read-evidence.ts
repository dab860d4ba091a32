import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ledgerAccountListSchema } from "../../../protocol/wire/bank.ts";
import { auditHeadSchema, auditPageSchema } from "../../../protocol/wire/books.ts";
import type { Transfer } from "../../../protocol/wire/relayer.ts";
import {
  type WireWebhookDelivery,
  webhookDeliveryListSchema,
} from "../../../protocol/wire/webhooks.ts";
import { createRelayerClient } from "../../../sdk/api/relayer-client.ts";
import type { SignedFetch } from "../../../sdk/keys/signed-fetch.ts";
import { connectChain } from "../../../server/foundation/chain/connect.ts";
import { readPosition } from "../../../server/foundation/chain/read-corridor.ts";
import { relayerEnv } from "../../../server/local/environments.ts";
import { relayerKey } from "../../../server/local/keys.ts";
import { urlOf } from "../../../server/local/plan.ts";
import { daysFrom, readBank, readJournal, readWallet } from "../../reconcile/read-all.ts";
import { logOf } from "../field/launch-services.ts";
import type { Field } from "../field/start-field.ts";
import { type Evidence, minorOf } from "./evidence.ts";
import { type ChainReader, createChainReader } from "./read-chain.ts";

const TIMEOUT_MS = 20_000;
const PAGE = 200;
const SANCTIONED = "Anglo-Caribbean Co., Ltd.";
const haltsSchema = z.object({
  halts: z.array(z.object({ scope: z.string(), reason: z.string() })),
});
const casesSchema = z.object({
  cases: z.array(z.object({ kind: z.string(), subject: z.string(), facts: z.unknown() })),
});

async function get(url: URL, ask: SignedFetch = fetch) {
  const answer = await ask(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: answer.status, text: await answer.text() };
}

async function read<T extends z.ZodType>(
  schema: T,
  url: URL,
  ask?: SignedFetch,
): Promise<z.output<T>> {
  const { status, text } = await get(url, ask);
  if (status >= 400) throw new Error(`${url.pathname} answered ${status}`);
  return schema.parse(JSON.parse(text));
}

/** A relayer that runs: any of them must tell the same. */
function living({ corridor, crew }: Field): { readonly api: string; readonly operations: string } {
  const [instance] = crew.alive();
  if (instance === undefined) throw new Error("no relayer runs");
  return corridor.relayerUrls(instance);
}

async function readTransfers(field: Field): Promise<Transfer[]> {
  const { corridor, route } = field;
  const requestKey = corridor.requestKeyOf(route.payer);
  const client = createRelayerClient({ baseUrl: living(field).api, requestKey });
  const all: Transfer[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await client.transfers({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    all.push(...page.transfers);
    cursor = page.next;
    more = cursor !== undefined;
  }
  return all;
}

async function readAudit(operations: string) {
  const entries = [];
  for (let after = "0"; ; ) {
    const url = new URL(`/audit?after=${after}&limit=1000`, operations);
    const page = await read(auditPageSchema, url);
    entries.push(...page.entries);
    if (page.entries.length === 0) return entries;
    after = page.next;
  }
}

async function readDeliveries(field: Field) {
  const { corridor, route, webhookEndpoint } = field;
  const signedFetch = corridor.fetchAs(route.payer);
  const all: WireWebhookDelivery[] = [];
  for (let after = "0"; ; ) {
    const path = `/v1/webhook-endpoints/${webhookEndpoint}/deliveries?after=${after}&limit=1000`;
    const url = new URL(path, living(field).api);
    const page = await read(webhookDeliveryListSchema, url, signedFetch);
    all.push(...page.deliveries);
    if (page.deliveries.length === 0) return all;
    after = page.next;
  }
}

/** The bank moves what is above its target out of its position now and then: its ledger follows a moment later. */
const POSITION_TRIES = 8;
const POSITION_PAUSE_MS = 400;

async function readPositions(field: Field) {
  for (let tries = 1; ; tries++) {
    const positions = await readPositionsOnce(field);
    const equal = [...positions.values()].every(({ bank, chain }) => bank === chain);
    if (equal || tries === POSITION_TRIES) return positions;
    await new Promise((resolve) => setTimeout(resolve, POSITION_PAUSE_MS));
  }
}

/** What the bank's ledger and the contract each say of everybody's position. */
async function readPositionsOnce({ corridor, depth }: Field) {
  const { plan, network, rpcUrl } = corridor;
  const url = new URL("/accounts", urlOf(plan, plan.bank));
  const { accounts } = await read(ledgerAccountListSchema, url);
  const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth });
  const positions = new Map<string, { bank: bigint; chain: bigint }>();
  try {
    for (const { book, holder, currency, balance } of accounts) {
      const token = network.tokens[currency];
      if (book !== "position" || holder === undefined || !token) continue;
      const view = { connection, corridor: network.corridor };
      const chain = await readPosition(view, { token, account: holder });
      positions.set(`${holder} ${currency}`, { bank: minorOf(balance), chain });
    }
    return positions;
  } finally {
    connection.provider.destroy();
  }
}

const problemSchema = z.object({ code: z.string() });
function told({ status, text }: { status: number; text: string }) {
  const problem = status >= 400 ? problemSchema.safeParse(JSON.parse(text)) : undefined;
  return { status, ...(problem?.success && { code: problem.data.code }) };
}

/** Asks with the receiving wallet's key for what is the sending wallet's. */
async function probeIsolation(field: Field, known: string | undefined) {
  const { corridor, route } = field;
  const signedFetch = corridor.fetchAs(route.payee);
  const ask = (path: string) => get(new URL(`/v1${path}`, living(field).api), signedFetch);
  const readable = ["/transfers", "/ledger/entries", "/ledger/accounts", "/webhook-endpoints"];
  const texts = [];
  for (const path of readable) texts.push((await ask(path)).text);
  // Of others' audit entries it may see the digests, which tell nothing.
  return {
    foreign: told(await ask(`/transfers/${known ?? randomUUID()}`)),
    missing: told(await ask(`/transfers/${randomUUID()}`)),
    readable: [...texts, (await ask("/audit?limit=1000")).text],
  };
}

async function probeScreening(field: Field) {
  const { corridor, route } = field;
  const answer = await corridor.fetchAs(route.payer)(new URL("/v1/quotes", living(field).api), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      corridor: route.id,
      fixedSide: "send",
      amount: { value: "100.00", currency: route.sendCurrency },
      debtor: { name: SANCTIONED },
      creditor: { account: { type: "mobile", value: "+639190000002" } },
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return told({ status: answer.status, text: await answer.text() });
}

/** Logs and metrics of everybody that sees persons' names and must not repeat them. */
async function readOutputs({ corridor, directory, crew }: Field): Promise<Map<string, string>> {
  const { plan } = corridor;
  const outputs = new Map<string, string>();
  for (let instance = 0; instance < crew.count; instance++) {
    const file = logOf(directory, relayerEnv(plan, instance));
    outputs.set(`the log of relayer ${instance}`, readFileSync(file, "utf8"));
    if (!crew.alive().includes(instance)) continue;
    const { operations } = corridor.relayerUrls(instance);
    const { text } = await get(new URL("/metrics", operations));
    outputs.set(`the metrics of relayer ${instance}`, text);
  }
  for (const { participant, port } of [plan.bank, ...plan.wallets]) {
    const file = join(directory, `${port}.log`);
    outputs.set(`the log of ${participant.id}`, readFileSync(file, "utf8"));
  }
  return outputs;
}

const keysOf = ({ crew }: Field) =>
  Array.from({ length: crew.count }, (_, instance) => relayerKey(instance).address);

/** A reader that goes on where it stopped: for a chain that is never reorganised. */
export const chainReaderOf = (field: Field): ChainReader =>
  createChainReader(field.corridor.rpcUrl, field.corridor.network, keysOf(field));

/** Reads everything that a verdict rests on. Every service must be up. */
export async function readEvidence(
  field: Field,
  reader: ChainReader = chainReaderOf(field),
): Promise<Evidence> {
  const { corridor, route, depth, inbox, webhookSecret } = field;
  // What is taken while all of this is read may not be in what was read before.
  const history = { ...field.history, exchanges: [...field.history.exchanges] };
  const { plan, network } = corridor;
  const { operations } = living(field);
  const days = daysFrom(new Date(history.startedAt).toISOString());
  const transfers = await readTransfers(field);
  const audit = await readAudit(operations);
  const outputs = await readOutputs(field);
  outputs.set("the audit log", audit.map(({ entry }) => entry ?? "").join("\n"));
  return {
    readAt: Date.now(),
    network,
    route,
    depth,
    relayerKeys: keysOf(field).map((key) => key.toLowerCase()),
    history,
    chain: await reader.read(),
    transfers,
    payments: await field.sending.payments(),
    payer: await readWallet(corridor.walletUrl(route.payer), days),
    payee: await readWallet(corridor.walletUrl(route.payee), days),
    totals: {
      [route.payer]: await field.sending.totals(),
      [route.payee]: await field.receiving.totals(),
    },
    journal: await readJournal(operations),
    audit,
    auditHead: await read(auditHeadSchema, new URL("/audit/head", operations)),
    halts: (await read(haltsSchema, new URL("/halts", operations))).halts,
    cases: (await read(casesSchema, new URL("/cases", operations))).cases,
    bank: await readBank(urlOf(plan, plan.bank), days),
    positions: await readPositions(field),
    webhooks: {
      secret: webhookSecret,
      received: inbox.received,
      deliveries: await readDeliveries(field),
    },
    isolation: await probeIsolation(field, transfers[0]?.uetr),
    screening: await probeScreening(field),
    outputs,
  };
}

import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { WireQuoteRequest, WireTransferRequest } from "../../../protocol/wire/relayer.ts";
import { createDirectPayer, type DirectPayer } from "../../../server/local/direct-payer.ts";
import { urlOf } from "../../../server/local/plan.ts";
import { untilAtRest } from "../at-rest.ts";
import type { TestCorridor } from "../local-corridor.ts";
import { newPair, type Pair } from "../people.ts";
import { type RawAnswer, type RawRequest, sendRaw, sendSigned } from "./raw-http.ts";

export const JSON_TYPE = { "content-type": "application/json" };
const AMOUNT = { value: "100.00", currency: "HKD" };

/** What bad inputs are made from, and what they must not change. */
export interface World {
  readonly test: TestCorridor;
  readonly payer: DirectPayer;
  readonly pair: Pair;
  readonly relayerUrl: string;
  readonly operationsUrl: string;
  readonly bankUrl: string;
  readonly walletUrl: string;
  /** Sends to the relayer, signed as the payer. */
  send(path: string, request?: Omit<RawRequest, "url">): Promise<RawAnswer>;
  postJson(path: string, body: unknown, headers?: Record<string, string>): Promise<RawAnswer>;
  quoteRequest(changes?: object): WireQuoteRequest;
  /** What a correct wallet would send, for HK$100. */
  signedOrder(): Promise<WireTransferRequest>;
  order(transfer: unknown): Promise<RawAnswer>;
  /** Everything that a request could have left behind at the relayer. */
  snapshot(): Promise<string>;
  /** The same at the bank and the receiving wallet, once nothing is under way any more. */
  snapshotOfOthers(): Promise<string>;
}

const TABLES = [
  "quotes",
  "batches",
  "transfers",
  "returns",
  "webhook_endpoints",
  "request_keys",
  "send_limits",
  "halts",
  "cases",
];

export async function openWorld(test: TestCorridor): Promise<World> {
  const { corridor } = test;
  const { plan, relayerUrl } = corridor;
  const payer = createDirectPayer(corridor);
  const key = corridor.requestKeyOf(payer.corridor.payer);
  const pair = await newPair(test);
  const bankUrl = urlOf(plan, plan.bank);
  const walletUrl = corridor.walletUrl(payer.corridor.payee);
  const send: World["send"] = (path, request = {}) =>
    sendSigned(key, { url: `${relayerUrl}${path}`, ...request });
  const postJson: World["postJson"] = (path, body, headers = {}) =>
    send(path, {
      method: "POST",
      headers: { ...JSON_TYPE, ...headers },
      body: JSON.stringify(body),
    });
  const stored = async () => {
    const counts = TABLES.map((table) => sql`(select count(*)::int from ${sql.table(table)})`);
    const { rows } = await sql`select array[${sql.join(counts)}] as counts`.execute(
      test.relayerDatabase(),
    );
    return rows;
  };
  const text = async (url: string) => (await sendRaw({ url })).text;
  return {
    test,
    payer,
    pair,
    relayerUrl,
    operationsUrl: urlOf(plan, { port: plan.ports.operations }),
    bankUrl,
    walletUrl,
    send,
    postJson,
    quoteRequest: (changes = {}) => ({
      corridor: test.id,
      fixedSide: "send",
      amount: AMOUNT,
      debtor: { name: pair.sender.name },
      creditor: { account: { type: "mobile", value: pair.recipient.phone } },
      ...changes,
    }),
    async signedOrder() {
      const quote = await payer.quote({ ...pair, amount: AMOUNT });
      return payer.sign(quote, payer.detailsFor({ ...pair, amount: AMOUNT }, quote));
    },
    order: (transfer) =>
      postJson("/v1/transfers", transfer, { "idempotency-key": `"${randomUUID()}"` }),
    snapshot: async () => JSON.stringify(await stored()),
    async snapshotOfOthers() {
      await untilAtRest(test);
      return (await text(`${bankUrl}/accounts`)) + (await text(`${walletUrl}/app/totals`));
    },
  };
}

/** One row of the table: what is sent, and what must be answered. */
export interface BadInput {
  readonly input: string;
  readonly status: number | readonly number[];
  readonly code?: string | readonly string[];
  /** Makes what is needed first, then answers how to send it. */
  prepare(world: World): Promise<() => Promise<RawAnswer>>;
}

/** A row that needs nothing made first. */
export function row(
  input: string,
  [status, code]: [BadInput["status"], BadInput["code"]?],
  send: (world: World) => Promise<RawAnswer>,
): BadInput {
  return {
    input,
    status,
    ...(code !== undefined && { code }),
    prepare: async (world) => () => send(world),
  };
}

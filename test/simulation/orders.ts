import { sql } from "kysely";
import { packAmounts } from "../../protocol/amounts.ts";
import { type Instruction, rootOf } from "../../protocol/batch-tree.ts";
import { commitmentTo } from "../../protocol/commitment.ts";
import type { Corridor } from "../../protocol/corridor.ts";
import {
  type Batch,
  batchIdOf,
  type Deployment,
  type Quote,
  type QuoteHash,
  quoteHashOf,
} from "../../protocol/messages.ts";
import { formatAmount, minorUnits } from "../../protocol/money.ts";
import type { DigestSigner } from "../../protocol/signature.ts";
import type { PaymentDetails } from "../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../protocol/wire/primitives.ts";
import type { BatchRequest } from "../../protocol/wire/relayer.ts";
import type { Caller } from "../../server/relayer/services/store-orders.ts";
import type { Db } from "../../server/relayer/store/open-database.ts";
import { insertWholesaleQuote } from "../../server/relayer/store/wholesale-quotes.ts";
import type { Random } from "./random.ts";

/** HK$1 for ₱7, in the contract's units. */
const RATE_MAJOR = "7";
const RATE = 7_000_000_000_000n;

export interface Parties {
  readonly corridor: Corridor;
  readonly deployment: Deployment;
  readonly accounts: Readonly<Record<"bank" | "payer" | "payee", Quote["bank"]>>;
  readonly tokens: Readonly<Record<"send" | "receive", Quote["sendToken"]>>;
  readonly bankSigner: DigestSigner;
  readonly payerSigner: DigestSigner;
}

/** An order as a wallet sends it, under the key with which it may send it again. */
export interface Order {
  readonly caller: Caller;
  readonly request: BatchRequest;
  readonly sendMinors: readonly bigint[];
}

/** The bank's promise over everything that one order moves. */
async function quoteFor(
  parties: Parties,
  random: Random,
  db: Db,
  times: { now: bigint; total: bigint },
) {
  const { accounts, tokens, deployment, corridor } = parties;
  const validUntil = times.now + BigInt(20 + random.below(60));
  const quote: Quote = {
    ...accounts,
    sendToken: tokens.send,
    receiveToken: tokens.receive,
    rate: RATE as Quote["rate"],
    maxSend: minorUnits(times.total),
    validUntil,
    settleUntil: validUntil + 60n + BigInt(random.below(60)),
    returnUntil: validUntil + 10_000n,
    salt: BigInt(random.bytes32()),
  };
  const quoteHash = quoteHashOf(deployment, quote);
  const signature = await parties.bankSigner.signDigest(quoteHash);
  const midRate = { value: "7.1", source: "ECB", date: "2024-10-11" };
  const corridorId = corridor.id;
  await insertWholesaleQuote(db, {
    quoteHash,
    corridorId,
    quote,
    signature,
    rateMajor: RATE_MAJOR,
    midRate,
  });
  return quoteHash;
}

/** Users' quotes, as `POST /v1/quotes` would have left them, with the bank's room taken, all in one statement. */
async function insertQuotes(
  db: Db,
  { corridor }: Parties,
  quoteHash: QuoteHash,
  lines: readonly { quoteId: string; send: bigint; receive: bigint; account: string }[],
): Promise<void> {
  const column = <K extends keyof (typeof lines)[number]>(key: K) =>
    lines.map((line) => `${line[key]}`);
  await sql`
    with room as (update wholesale_quotes set promised = max_send where quote_hash = ${quoteHash})
    insert into quotes (id, participant_id, corridor_id, quote_hash, fixed_side, send_minor,
      receive_minor, fees, creditor_account, masked_name, screening, expires_at)
    select q.id, ${corridor.payer}, ${corridor.id}, ${quoteHash}, 'send', q.send, q.receive, '[]',
      jsonb_build_object('type', 'mobile', 'value', q.account), 'M***',
      '{"listVersion":"simulated","result":"clear"}', now() + interval '1 hour'
    from unnest(${column("quoteId")}::uuid[], ${column("send")}::numeric[],
      ${column("receive")}::numeric[], ${column("account")}::text[]) as q(id, send, receive, account)`.execute(
    db,
  );
}

function detailsOf(
  parties: Parties,
  line: { uetr: string; send: bigint; receive: bigint; account: string },
) {
  const { sendCurrency, receiveCurrency } = parties.corridor;
  const amount = (minor: bigint, currency: string) => ({
    value: formatAmount(minorUnits(minor), currency),
    currency,
  });
  return {
    uetr: line.uetr as Uetr,
    endToEndId: "simulated",
    instructedAmount: amount(line.send, sendCurrency),
    creditedAmount: amount(line.receive, receiveCurrency),
    exchangeRate: RATE_MAJOR,
    charges: [],
    debtor: { name: "Somebody", account: { type: "mobile", value: "+85251234567" } },
    debtorAgent: "HARBHKH0",
    creditor: { name: "Another", account: { type: "mobile", value: line.account } },
    creditorAgent: "ISLAPHM0",
    purpose: "MP2P",
  } satisfies PaymentDetails;
}

/** A signed order of so many transfers, its quotes in the database. */
export async function makeOrder(
  parties: Parties,
  context: {
    readonly random: Random;
    readonly db: Db;
    readonly now: bigint;
    readonly count: number;
  },
): Promise<Order> {
  const { random, db, now, count } = context;
  const lines = Array.from({ length: count }, () => {
    const send = BigInt(100 + random.below(100_000));
    return {
      quoteId: random.uuid(),
      uetr: random.uuid(),
      send,
      receive: (send * RATE) / 10n ** 12n,
      account: `+63917${String(random.below(10_000_000)).padStart(7, "0")}`,
    };
  });
  const total = lines.reduce((sum, { send }) => sum + send, 0n);
  const quoteHash = await quoteFor(parties, random, db, { now, total });
  await insertQuotes(db, parties, quoteHash, lines);
  const transfers = lines.map((line) => ({
    quoteId: line.quoteId,
    details: detailsOf(parties, line),
    salt: random.bytes32(),
  }));
  const instructions = transfers.map(({ details, salt }, index): Instruction => {
    const { send, receive } = lines[index] ?? { send: 0n, receive: 0n };
    const amounts = packAmounts({ send: minorUnits(send), receive: minorUnits(receive) });
    return { commitment: commitmentTo(details, salt), amounts };
  });
  const batch: Batch = {
    root: rootOf(instructions),
    quoteHash,
    sendTotal: minorUnits(total),
    count,
  };
  const signature = await parties.payerSigner.signDigest(batchIdOf(parties.deployment, batch));
  const participantId = parties.corridor.payer;
  const idempotencyKey = random.uuid();
  return {
    caller: {
      participantId,
      idempotencyKey,
      requestHash: idempotencyKey,
      admission: Promise.resolve(),
    },
    request: { batch, signature, transfers },
    sendMinors: lines.map(({ send }) => send),
  };
}

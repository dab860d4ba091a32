import { MAX_COUNT } from "../../protocol/batch-tree.ts";
import { createRelayerClient, type RelayerClient } from "../api/relayer-client.ts";
import { CorridorError, toCorridorError, withCorridorErrors } from "../errors/corridor-error.ts";
import { speakCorridorErrors } from "../errors/speak-corridor-errors.ts";
import type { RequestKey } from "../keys/request-key.ts";
import type { PartySigner } from "../keys/signer.ts";
import { createQuoting } from "./ask-quotes.ts";
import { awaitOutcomes } from "./await-outcomes.ts";
import { deliverOrder } from "./deliver-order.ts";
import { gatherSends } from "./gather-sends.ts";
import { inParallel } from "./in-parallel.ts";
import type { CheckedQuote, Payment } from "./payment.ts";
import {
  type KeySource,
  type PinnedConfiguration,
  pinConfiguration,
} from "./pinned-configuration.ts";
import { proveSent, type Sent } from "./prove-sent.ts";
import { type SignedOrder, signOrder } from "./sign-order.ts";

/** What a sending wallet is configured with. */
export interface ClientOptions {
  /** The relayer's origin, such as "https://relayer.example". */
  readonly relayerUrl: string;
  /** The sending wallet's id, such as "harbour-wallet". */
  readonly participant: string;
  /** Signs requests to the relayer. It can pay nobody: money moves by `signer` alone. */
  readonly requestKey: RequestKey;
  /** Signs batches: the account's signer in the contract. */
  readonly signer: PartySigner;
  /** The network file that the wallet pins, as parsed JSON: chain, contracts, accounts. */
  readonly network: unknown;
  /** The corridor file that the wallet pins, as parsed JSON: who may send what to whom. */
  readonly corridors: unknown;
  /** Where the bank's and the payee's keys come from: the wallet's own node, or by hand. */
  readonly keys: KeySource;
  /**
   * Told of each signed order before it is sent; nothing is sent before it has returned, and nothing if it throws. Store
   * the order, and debit the users, in one commit here: after a crash, `resend` what was stored.
   */
  readonly onSigned?: (order: SignedOrder) => Promise<void> | void;
  /**
   * How the outcome is waited for: by holding the answer back (RFC 7240), by the event stream, or not at all; and for how
   * long, 10 seconds unless told otherwise, 30 at most by holding back.
   */
  readonly wait?: { readonly by: "prefer" | "events" | "nothing"; readonly seconds?: number };
  /**
   * How calls of `send` leave together while others are under way: after 20 ms, or once 200 of at most 500 wait, unless told
   * otherwise; `false` signs each alone.
   */
  readonly batching?: false | { readonly maxDelayMs?: number; readonly maxBatch?: number };
  /** How long an unanswered order is handed in again. 60 s unless told otherwise. */
  readonly repeatForMs?: number;
  /** Once aborted, nothing more is sent, and what is under way ends as unreachable: its outcome is unknown. */
  readonly signal?: AbortSignal;
}

/** One result of `sendMany`: what was sent, or why it was not. */
export type SendResult = { readonly sent: Sent } | { readonly error: CorridorError };

/** What a sending wallet's back office calls. Every call throws `CorridorError`, or what the caller's `onSigned` has thrown. */
export interface CorridorClient {
  /** Asks what a payment would cost, and checks the answer against what the wallet pins before anybody sees it. */
  quote(payment: Payment): Promise<CheckedQuote>;
  /**
   * Sends one payment, at a quote that its user has seen or at one asked for now. The same signed order is handed in
   * again after no answer, under the same key, so that it is carried out once. An error after `onSigned` was told says
   * nothing of the money: only the chain can say that a signed order will never run.
   */
  send(payment: Payment | CheckedQuote): Promise<Sent>;
  /** Sends many, up to 500 under each signature; a refusal costs those of one signature only. */
  sendMany(payments: readonly (Payment | CheckedQuote)[]): Promise<readonly SendResult[]>;
  /** Hands a stored order in again, and answers what became of its transfers. */
  resend(order: SignedOrder): Promise<readonly Sent[]>;
  /** The steps of one transfer as they happen, until its end; over lost connections. */
  readonly track: RelayerClient["track"];
  /** The relayer's API call by call: lists, cancel, recall, receipts, events. */
  readonly relayer: RelayerClient;
}

const BATCHES_AT_ONCE = 4;
const DEFAULTS = { waitSeconds: 10, repeatForMs: 60_000, maxDelayMs: 20, maxBatch: 200 };
/** A call of its own waits a little longer than the relayer would hold an answer back. */
const EVENT_PATIENCE_MS = 1_000;

/** Signs, has stored, hands in, waits and checks: the one way in which an order leaves the house. */
function createOrdering(
  relayer: RelayerClient,
  pinned: PinnedConfiguration,
  options: ClientOptions,
) {
  const { by = "prefer", seconds = DEFAULTS.waitSeconds } = options.wait ?? {};
  const delivery = {
    waitSeconds: by === "prefer" ? seconds : 0,
    repeatForMs: options.repeatForMs ?? DEFAULTS.repeatForMs,
    signal: options.signal,
  };
  async function resend(order: SignedOrder): Promise<readonly Sent[]> {
    let transfers = await deliverOrder(relayer, order, delivery);
    if (by === "events") {
      const patienceMs = seconds * 1_000 + EVENT_PATIENCE_MS;
      transfers = await awaitOutcomes(relayer, transfers, patienceMs);
    }
    return Promise.all(
      order.request.transfers.map(({ details: { uetr } }, index) => {
        const transfer = transfers.find((each) => each.uetr === uetr);
        if (transfer) return proveSent(pinned, order, { transfer, index });
        throw new CorridorError("relayer-unreachable", "the relayer left a transfer out");
      }),
    );
  }
  const used = new WeakSet<CheckedQuote>();
  async function order(quotes: readonly CheckedQuote[]): Promise<readonly Sent[]> {
    options.signal?.throwIfAborted();
    if (quotes.some((quote) => used.has(quote)) || new Set(quotes).size < quotes.length) {
      throw new CorridorError("quote-used", "a quote serves once", { remedy: "ask for a new one" });
    }
    for (const quote of quotes) used.add(quote);
    const signed = await signOrder(options.signer, pinned, quotes);
    await options.onSigned?.(signed);
    return resend(signed);
  }
  return { order, resend };
}

/** Quotes in groups that one signature can cover, each no longer than a batch may be; with their places. */
function groupsOf(quotes: readonly (readonly [index: number, quote: CheckedQuote])[]) {
  const byBankQuote = Map.groupBy(quotes, ([, { answer }]) => answer.signedQuote.quoteHash);
  return [...byBankQuote.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MAX_COUNT) }, (_, part) =>
      group.slice(part * MAX_COUNT, (part + 1) * MAX_COUNT),
    ),
  );
}

/** Why those of one signature were not sent; what is none of the package's errors, such as `onSigned`'s, is its cause. */
function asRefusal(thrown: unknown): { readonly error: CorridorError } {
  const known = toCorridorError(thrown);
  if (known instanceof CorridorError) return { error: known };
  const detail = "the caller's own part of sending failed";
  return { error: new CorridorError("internal", detail, { retryable: false, cause: thrown }) };
}

/**
 * Connects a sending wallet to a relayer that it does not need to trust. Nothing is asked of anybody yet. Throws, naming each
 * fault, when the network file or the corridor file is not valid.
 */
export function createClient(options: ClientOptions): CorridorClient {
  const { relayerUrl: baseUrl, requestKey, signal } = options;
  const relayer = createRelayerClient({ baseUrl, requestKey, ...(signal && { signal }) });
  const pinned = pinConfiguration(options);
  const quoting = createQuoting(relayer, pinned, signal);
  const { order, resend } = createOrdering(relayer, pinned, options);
  const quoted = async (item: Payment | CheckedQuote) =>
    "answer" in item ? item : quoting.ask(item);
  const batching = options.batching === false ? { maxBatch: 1 } : options.batching;
  const gathered = gatherSends<CheckedQuote, Sent>({
    maxDelayMs: batching?.maxDelayMs ?? DEFAULTS.maxDelayMs,
    maxBatch: Math.min(batching?.maxBatch ?? DEFAULTS.maxBatch, MAX_COUNT),
    key: ({ answer }) => answer.signedQuote.quoteHash,
    deliver: order,
  });

  async function sendMany(payments: readonly (Payment | CheckedQuote)[]): Promise<SendResult[]> {
    const results = new Map<number, SendResult>();
    const quotes: [number, CheckedQuote][] = [];
    for (const [index, asked] of (await quoting.askMany(payments)).entries()) {
      if ("answer" in asked) quotes.push([index, asked]);
      else results.set(index, asRefusal(asked.thrown));
    }
    await inParallel(groupsOf(quotes), BATCHES_AT_ONCE, async (group) => {
      try {
        const sent = await order(group.map(([, quote]) => quote));
        for (const [at, each] of sent.entries()) results.set(group[at]?.[0] ?? -1, { sent: each });
      } catch (error) {
        const refusal = asRefusal(error);
        for (const [index] of group) results.set(index, refusal);
      }
    });
    return payments.map((_, index) => results.get(index) as SendResult);
  }

  const spoken = speakCorridorErrors(relayer);
  return {
    relayer: spoken,
    track: spoken.track,
    quote: (payment) => withCorridorErrors(() => quoting.ask(payment)),
    send: (item) => withCorridorErrors(async () => gathered(await quoted(item))),
    sendMany: (payments) => withCorridorErrors(() => sendMany(payments)),
    resend: (stored) => withCorridorErrors(() => resend(stored)),
  };
}

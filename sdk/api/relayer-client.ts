import { z } from "zod";
import { batchIdSchema } from "../../protocol/wire/primitives.ts";
import type { Problem } from "../../protocol/wire/problem.ts";
import { receiptSchema, type WireReceipt } from "../../protocol/wire/receipt.ts";
import {
  type BatchQuoteAnswer,
  batchQuoteAnswerSchema,
  type QuoteAnswer,
  quoteAnswerSchema,
  recallOutcomeSchema,
  type Transfer,
  transferListSchema,
  transferSchema,
  type WireBatchRequest,
  type WireQuoteRequest,
  type WireTransferRequest,
} from "../../protocol/wire/relayer.ts";
import type { RequestKey } from "../keys/request-key.ts";
import { createSignedFetch } from "../keys/signed-fetch.ts";
import { createEventFollower, type ToldEvent, type TransferEvent } from "./follow-events.ts";
import { RelayerProblem, RelayerUnreachable, refusalOf } from "./relayer-problem.ts";

/** How an order is handed in. */
export interface SendOptions {
  /** The same for every repetition of one order: 1 to 255 printable characters. */
  readonly idempotencyKey: string;
  /** How long the relayer may hold the answer back for the outcome, 30 at most; 0 answers at once. */
  readonly waitSeconds?: number;
}

/** A payment's quote, or why there is none. */
export type QuoteResult = { readonly quote: QuoteAnswer } | { readonly refusal: RelayerProblem };

/** A refusal whose pointer leads from its own payment. */
function ofOne(problem: Problem, index: number): Problem {
  const within = `/quotes/${index}`;
  const { pointer } = problem;
  return pointer?.startsWith(within)
    ? { ...problem, pointer: pointer.slice(within.length) }
    : problem;
}

/** The quotes of one answer, each with the bank quote that all of them share. */
function quotesOf({ signedQuote, results }: BatchQuoteAnswer): QuoteResult[] {
  return results.map((result, index) => {
    if ("problem" in result) return { refusal: new RelayerProblem(ofOne(result.problem, index)) };
    if (!signedQuote) throw new RelayerUnreachable("a quote without the bank's");
    return { quote: { ...result.quote, signedQuote } };
  });
}

/**
 * The relayer's API, typed. Each call throws `RelayerProblem` for a refusal, and `RelayerUnreachable` when no usable answer
 * came in ten seconds (and `waitSeconds`); as a client's `relayer` it throws `CorridorError` for both. What it answers is
 * not checked against anything that the wallet pins: that is the client's `quote`, `send` and `resend`.
 */
export interface RelayerClient {
  /** A price for one payment. */
  quote(request: WireQuoteRequest): Promise<QuoteAnswer>;
  /** Prices up to 500 payments of one corridor out of one bank quote; each has its quote or its refusal, in order. */
  batchQuotes(requests: readonly WireQuoteRequest[]): Promise<QuoteResult[]>;
  /** Hands in one signed transfer. */
  sendTransfer(request: WireTransferRequest, options: SendOptions): Promise<Transfer>;
  /** Hands in 1 to 500 transfers under one signature; answered in their order. */
  sendBatch(request: WireBatchRequest, options: SendOptions): Promise<Transfer[]>;
  /** Where a transfer of this wallet is. */
  transfer(uetr: string): Promise<Transfer>;
  /** Takes a transfer back out of the queue, while nothing of it was signed for the chain; else the problem `transition`. */
  cancel(uetr: string): Promise<Transfer>;
  /** The portable proof of a transfer, as a document to keep; `verifyReceipt` checks it. */
  receipt(uetr: string): Promise<WireReceipt>;
  /** Asks the payee to give a settled transfer back. */
  recall(uetr: string): Promise<z.output<typeof recallOutcomeSchema>>;
  /**
   * The steps of one transfer as they happen, from the first one, until it is settled, rejected, expired or returned.
   * Comes back by itself after a lost connection. What it tells is a hint, as everything that a relayer says.
   */
  track(uetr: string): AsyncGenerator<TransferEvent, void, undefined>;
  /**
   * The steps of all transfers of this wallet as they happen, from now on or behind an event; store an event's id once
   * it is dealt with, and go on `after` it. Never ends by itself: break out of the loop, or abort the client's signal.
   */
  events(from?: { readonly after?: string }): AsyncGenerator<ToldEvent, void, undefined>;
  /** This wallet's transfers, newest first, 100 to a page unless told otherwise; `next` is the next page's `cursor`. */
  transfers(query?: {
    cursor?: string;
    limit?: number;
  }): Promise<{ transfers: Transfer[]; next?: string | undefined }>;
}

const TIMEOUT_MS = 10_000;

/** Connects to a relayer; each request is signed with the participant's request key. */
export function createRelayerClient(options: {
  readonly baseUrl: string;
  readonly requestKey: RequestKey;
  /** Once aborted, what is under way ends as unreachable: its outcome is unknown. */
  readonly signal?: AbortSignal;
}): RelayerClient {
  const signedFetch = createSignedFetch(options.requestKey);
  const signalFor = (waitSeconds = 0) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS + waitSeconds * 1_000);
    return options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  };

  async function call<T extends z.ZodType>(
    answer: T,
    path: string,
    init: { body?: unknown; headers?: Record<string, string>; waitSeconds?: number } = {},
  ): Promise<z.output<T>> {
    let status: number;
    let body: unknown;
    let retryAfter: string | null;
    try {
      const response = await signedFetch(new URL(path, options.baseUrl), {
        method: init.body === undefined ? "GET" : "POST",
        headers: {
          ...(init.body !== undefined && { "content-type": "application/json" }),
          ...init.headers,
        },
        ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
        signal: signalFor(init.waitSeconds),
      });
      status = response.status;
      retryAfter = response.headers.get("retry-after");
      body = await response.json();
    } catch (cause) {
      throw new RelayerUnreachable(cause);
    }
    if (status >= 400) throw refusalOf(status, body, retryAfter);
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw new RelayerUnreachable(parsed.error);
    return parsed.data;
  }

  const sending = ({ idempotencyKey, waitSeconds = 0 }: SendOptions) => ({
    waitSeconds,
    headers: {
      "idempotency-key": `"${idempotencyKey}"`,
      ...(waitSeconds > 0 && { prefer: `wait=${waitSeconds}` }),
    },
  });

  return {
    ...createEventFollower(options),
    quote: (body) => call(quoteAnswerSchema, "/v1/quotes", { body }),
    async batchQuotes(quotes) {
      const answer = await call(batchQuoteAnswerSchema, "/v1/batch-quotes", { body: { quotes } });
      if (answer.results.length === quotes.length) return quotesOf(answer);
      throw new RelayerUnreachable("an answer for other payments");
    },
    sendTransfer: (body, sent) => call(transferSchema, "/v1/transfers", { body, ...sending(sent) }),
    async sendBatch(body, sent) {
      const answer = z.strictObject({ batchId: batchIdSchema, transfers: z.array(transferSchema) });
      return (await call(answer, "/v1/batches", { body, ...sending(sent) })).transfers;
    },
    transfer: (uetr) => call(transferSchema, `/v1/transfers/${uetr}`),
    cancel: (uetr) => call(transferSchema, `/v1/transfers/${uetr}/cancel`, { body: {} }),
    async receipt(uetr) {
      const written = z.custom<WireReceipt>((body) => receiptSchema.safeParse(body).success);
      return call(written, `/v1/transfers/${uetr}/receipt`);
    },
    recall: (uetr) => call(recallOutcomeSchema, `/v1/transfers/${uetr}/recall`, { body: {} }),
    transfers({ cursor, limit = 100 } = {}) {
      const query = new URLSearchParams({ limit: `${limit}`, ...(cursor && { cursor }) });
      return call(transferListSchema, `/v1/transfers?${query}`);
    },
  };
}

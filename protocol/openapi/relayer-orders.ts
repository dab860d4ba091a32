import { z } from "zod";
import { TRANSFER_STATES } from "../transfer-state.ts";
import { timeSchema } from "../wire/primitives.ts";
import type { ProblemCode } from "../wire/problem-catalogue.ts";
import * as example from "./examples.ts";
import type { Operation } from "./interface.ts";

/** What any JSON body may be refused for. */
export const BODY_PROBLEMS: readonly ProblemCode[] = [
  "body-required",
  "malformed-json",
  "body-not-object",
  "duplicate-key",
  "too-deep",
  "invalid-utf8",
  "body-too-large",
  "unsupported-media-type",
  "unknown-field",
  "field-missing",
  "field-format",
  "invalid-string",
];

const AMOUNTS = ["amount-not-string", "amount-format", "amount-range", "amount-scale"] as const;
const DOOR = ["overloaded", "reservations-halted"] as const;
const QUOTING: readonly ProblemCode[] = [
  ...BODY_PROBLEMS,
  ...AMOUNTS,
  ...DOOR,
  "currency",
  "corridor-closed",
  "same-party",
  "account-format",
  "payee-unavailable",
  "limit-exceeded",
  "screening-hit",
  "screening-unavailable",
  "participant-unavailable",
  "bank-unavailable",
  "chain-unavailable",
  "liquidity-unavailable",
  "stale-rate",
  "rate",
  "fee",
];
const ORDERING: readonly ProblemCode[] = [
  ...BODY_PROBLEMS,
  ...AMOUNTS,
  ...DOOR,
  "id-format",
  "idempotency-key",
  "idempotency-key-reused",
  "idempotency-in-progress",
  "quote-invalid",
  "quote-used",
  "corridor-closed",
  "same-party",
  "purpose",
  "limit-exceeded",
  "screening-hit",
  "screening-unavailable",
  "commitment",
  "tree",
  "consent-invalid",
  "transfer-exists",
  "chain-unavailable",
  "currency",
  "rate",
];

const TRANSFERS = "transfers";
const accepted = "Stored durably; the outcome is not known yet";

/** Quotes and transfers: what moves money. */
export const ORDER_OPERATIONS: readonly Operation[] = [
  {
    id: "createBatchQuotes",
    method: "post",
    path: "/v1/batch-quotes",
    tag: "quotes",
    summary: "What would the payments of one batch cost?",
    description:
      "Up to 500 payments in one corridor, each with its quote or its refusal, in their order. All quotes are out of one bank quote, which stands beside them once: one signature can cover them.",
    body: { schema: "BatchQuoteRequest", example: example.batchQuoteRequest },
    answers: { 200: { description: "Each payment's quote or refusal", body: "BatchQuotes" } },
    problems: QUOTING,
  },
  {
    id: "createQuote",
    method: "post",
    path: "/v1/quotes",
    tag: "quotes",
    summary: "What would it cost to pay this person, or what would they get?",
    description:
      "Looks the recipient up, screens both names, checks limits, and answers the bank's signed quote. Check all of it against your own pinned configuration before you sign a batch over it.",
    body: { schema: "QuoteRequest", example: example.quoteRequest },
    answers: { 201: { description: "The quote", body: "Quote", headers: ["Location"] } },
    problems: QUOTING,
  },
  {
    id: "readQuote",
    method: "get",
    path: "/v1/quotes/{id}",
    tag: "quotes",
    summary: "A quote of yours",
    answers: { 200: { description: "The quote", body: "Quote" } },
    problems: ["id-format", "not-found"],
  },
  {
    id: "sendTransfer",
    method: "post",
    path: "/v1/transfers",
    tag: TRANSFERS,
    summary: "Send one transfer, a batch of one, with your EIP-712 signature",
    headers: ["Idempotency-Key", "Prefer"],
    body: { schema: "TransferRequest", example: example.transferRequest },
    answers: {
      200: {
        description: "The outcome came within the wait",
        body: "Transfer",
        headers: ["Location", "Idempotency-Replayed"],
      },
      202: {
        description: accepted,
        body: "Transfer",
        headers: ["Location", "Idempotency-Replayed"],
      },
    },
    problems: ORDERING,
  },
  {
    id: "listTransfers",
    method: "get",
    path: "/v1/transfers",
    tag: TRANSFERS,
    summary: "Your transfers, the newest first",
    query: z.strictObject({
      state: z.enum(TRANSFER_STATES),
      from: timeSchema,
      to: timeSchema,
      cursor: z.string().max(200),
      limit: z.string().regex(/^[1-9][0-9]{0,2}$/),
    }),
    answers: {
      200: {
        description: "A page; `next` is the cursor of the one behind it",
        body: "TransferList",
      },
    },
    problems: ["query"],
  },
  {
    id: "readTransfer",
    method: "get",
    path: "/v1/transfers/{uetr}",
    tag: TRANSFERS,
    summary: "A transfer: state, timeline, chain references, the payee's signature",
    answers: { 200: { description: "The transfer", body: "Transfer" } },
    problems: ["id-format", "not-found"],
  },
  {
    id: "readReceipt",
    method: "get",
    path: "/v1/transfers/{uetr}/receipt",
    tag: TRANSFERS,
    summary: "A portable proof that anybody can check offline or on any node",
    answers: { 200: { description: "The receipt", body: "Receipt" } },
    problems: ["id-format", "not-found"],
  },
  {
    id: "cancelTransfer",
    method: "post",
    path: "/v1/transfers/{uetr}/cancel",
    tag: TRANSFERS,
    summary: "Take a transfer out of the queue, while nothing of it was signed for the chain",
    body: { schema: "Nothing", example: example.nothing },
    answers: { 200: { description: "The transfer, rejected with CUST", body: "Transfer" } },
    problems: [...BODY_PROBLEMS, "id-format", "not-found", "transition"],
  },
  {
    id: "recallTransfer",
    method: "post",
    path: "/v1/transfers/{uetr}/recall",
    tag: TRANSFERS,
    summary: "Ask the payee to give a credited transfer back",
    body: { schema: "Nothing", example: example.nothing },
    answers: { 200: { description: "The payee's answer", body: "RecallOutcome" } },
    problems: [
      ...BODY_PROBLEMS,
      "id-format",
      "not-found",
      "transition",
      "participant-unavailable",
      "chain-unavailable",
      "consent-invalid",
    ],
  },
  {
    id: "followTransfer",
    method: "get",
    path: "/v1/transfers/{uetr}/events",
    tag: "events",
    summary: "One transfer's steps as they happen (server-sent events)",
    query: z.strictObject({ after: z.string().regex(/^(0|[1-9][0-9]{0,17})$/) }),
    headers: ["Last-Event-ID"],
    answers: {
      200: { description: "A stream of events", body: "EventStream", type: "text/event-stream" },
    },
    problems: ["id-format", "not-found", "query", "overloaded"],
  },
  {
    id: "sendBatch",
    method: "post",
    path: "/v1/batches",
    tag: TRANSFERS,
    summary: "Send up to 500 transfers under one signature and one bank quote",
    description:
      "With `Accept: application/x-ndjson` the answer is a stream: one line for each transfer, as its outcome becomes known within the wait.",
    headers: ["Idempotency-Key", "Prefer"],
    body: { schema: "BatchRequest", example: example.batchRequest },
    answers: {
      200: {
        description: "Every outcome came within the wait, or a line for each transfer",
        body: "Batch",
        otherTypes: { "application/x-ndjson": "Transfer" },
        headers: ["Idempotency-Replayed"],
      },
      202: { description: accepted, body: "Batch", headers: ["Idempotency-Replayed"] },
    },
    problems: ORDERING,
  },
];

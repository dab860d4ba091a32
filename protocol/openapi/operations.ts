import { z } from "zod";
import * as wire from "../wire/operations.ts";
import { amountSchema, batchIdSchema, uuidSchema } from "../wire/primitives.ts";
import {
  requestKeyIdSchema,
  requestKeyListSchema,
  requestKeySchema,
} from "../wire/request-keys.ts";
import * as example from "./examples.ts";
import type { Interface, Operation } from "./interface.ts";
import { BOOK_SCHEMAS } from "./relayer.ts";
import { BODY_PROBLEMS } from "./relayer-orders.ts";
import { bookOperations } from "./relayer-reads.ts";

const batch = "/batches/{batchId}";
const ofBatch = ["id-format", "not-found"] as const;

const get = (id: string, path: string, tag: string, summary: string, body: string): Operation => ({
  id,
  method: "get",
  path,
  tag,
  summary,
  answers: { 200: { description: summary, body } },
  problems: [],
});

const act = (
  operation: Omit<Operation, "method" | "answers"> & {
    readonly answer: string;
    readonly status?: number;
  },
): Operation => {
  const { answer, status = 200, ...rest } = operation;
  return {
    ...rest,
    method: "post",
    answers: { [status]: { description: "Done, and in the audit log", body: answer } },
    // What a browser's page sends finds nothing here.
    problems: ["not-found", ...BODY_PROBLEMS, ...rest.problems],
  };
};
const byOrder = { schema: "Order", example: example.order };

const HEALTH: readonly Operation[] = [
  { ...get("readHealth", "/healthz", "health", "It runs", "Health"), open: true },
  {
    ...get("readReadiness", "/readyz", "health", "Whether it should be sent work", "Readiness"),
    answers: {
      200: { description: "It should", body: "Readiness" },
      503: { description: "It should not", body: "Readiness" },
    },
  },
  {
    ...get("readMetrics", "/metrics", "health", "Metrics, as Prometheus reads them", "Metrics"),
    answers: { 200: { description: "Metrics", body: "Metrics", type: "text/plain" } },
  },
];

const ACTS: readonly Operation[] = [
  get("listHalts", "/halts", "halts", "What is halted, since when and why", "HaltList"),
  act({
    id: "halt",
    path: "/halts",
    tag: "halts",
    summary: "Pause all reservations, a corridor, a participant or a lane",
    body: { schema: "HaltRequest", example: example.haltRequest },
    answer: "Halted",
    status: 201,
    problems: [],
  }),
  act({
    id: "liftHalt",
    path: "/halts/lift",
    tag: "halts",
    summary: "Resume what was paused",
    body: { schema: "HaltRequest", example: example.haltRequest },
    answer: "Halted",
    problems: ["not-found"],
  }),
  get("listLimits", "/limits", "limits", "What payers may send in a day", "SendLimitList"),
  act({
    id: "setLimit",
    path: "/limits",
    tag: "limits",
    summary: "Bound what a corridor's payer may send in a UTC day, or lift the bound",
    body: { schema: "SendLimitRequest", example: example.sendLimitRequest },
    answer: "SendLimitList",
    problems: [
      "corridor-closed",
      "currency",
      "amount-not-string",
      "amount-format",
      "amount-range",
      "amount-scale",
    ],
  }),
  {
    ...get("readBatch", batch, "batches", "Where a batch stands in the queue", "BatchStanding"),
    problems: ofBatch,
  },
  act({
    id: "parkBatch",
    path: `${batch}/park`,
    tag: "batches",
    summary: "Leave a batch alone until it is retried",
    body: byOrder,
    answer: "BatchStanding",
    problems: [...ofBatch, "transition"],
  }),
  act({
    id: "retryBatch",
    path: `${batch}/retry`,
    tag: "batches",
    summary: "Try a batch's next step at once",
    body: byOrder,
    answer: "BatchStanding",
    problems: [...ofBatch, "transition"],
  }),
  {
    ...get(
      "listKeys",
      "/participants/{id}/keys",
      "keys",
      "A wallet's request keys",
      "RequestKeyList",
    ),
    problems: ["not-found"],
  },
  act({
    id: "addKey",
    path: "/participants/{id}/keys",
    tag: "keys",
    summary: "Let a wallet sign with one more key",
    body: { schema: "KeyOrder", example: example.keyOrder },
    answer: "RequestKey",
    status: 201,
    problems: ["not-found", "key-exists", "limit-exceeded"],
  }),
  act({
    id: "revokeKey",
    path: "/participants/{id}/keys/{keyId}/revoke",
    tag: "keys",
    summary: "End a wallet's key at once, even its last one",
    body: byOrder,
    answer: "RequestKeyList",
    problems: ["id-format", "not-found"],
  }),
  get("listCases", "/cases", "cases", "Cases, the open ones first", "CaseList"),
  act({
    id: "resolveCase",
    path: "/cases/{case}/resolve",
    tag: "cases",
    summary: "Close a case with what people have decided",
    body: byOrder,
    answer: "ResolvedCase",
    problems: ["id-format", "not-found", "transition"],
  }),
];

/** What operators call, on a port of its own. */
export const OPERATIONS: Interface = {
  title: "Corridor operations",
  description:
    "Health, metrics, the books, and what operators do. On a port of its own, inside the operator's network. Every act names who and why, and stands in the audit log.",
  server: "http://127.0.0.1:8081",
  signed: false,
  tags: {
    health: "Is it well?",
    halts: "Pausing and resuming",
    limits: "Bounds on what payers send",
    batches: "Batches in the queue",
    keys: "Wallets' request keys",
    cases: "Contradictions for people to resolve",
    books: "The journal and the audit log",
  },
  pathParameters: {
    id: z.string(),
    case: uuidSchema,
    batchId: batchIdSchema,
    keyId: requestKeyIdSchema,
  },
  schemas: {
    Amount: amountSchema,
    Health: wire.healthSchema,
    Readiness: wire.readinessSchema,
    Metrics: z.string(),
    HaltRequest: wire.haltRequestSchema,
    Halted: wire.haltedSchema,
    HaltList: wire.haltListSchema,
    SendLimitRequest: wire.sendLimitRequestSchema,
    SendLimitList: wire.sendLimitListSchema,
    BatchStanding: wire.batchStandingSchema,
    Order: wire.orderSchema,
    KeyOrder: wire.keyOrderSchema,
    RequestKey: requestKeySchema,
    RequestKeyList: requestKeyListSchema,
    CaseList: wire.caseListSchema,
    ResolvedCase: wire.resolvedCaseSchema,
    ...BOOK_SCHEMAS,
  },
  problems: ["database-unavailable", "internal"],
  operations: [...HEALTH, ...ACTS, ...bookOperations("")],
};

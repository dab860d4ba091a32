import { z } from "zod";
import type { ProblemCode } from "../wire/problem-catalogue.ts";
import * as example from "./examples.ts";
import type { Operation } from "./interface.ts";
import { BODY_PROBLEMS } from "./relayer-orders.ts";

const PAGE = z.strictObject({
  after: z.string().regex(/^(0|[1-9]\d{0,17})$/),
  limit: z.string().regex(/^[1-9]\d{0,3}$/),
});

interface Reading {
  readonly id: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly body: string;
  readonly query?: z.ZodObject;
  readonly problems?: readonly ProblemCode[];
}

function reading({ body, problems = [], ...rest }: Reading): Operation {
  return {
    ...rest,
    method: "get",
    answers: { 200: { description: rest.summary, body } },
    problems: [...problems, ...(rest.query ? (["query"] as const) : [])],
  };
}

/** The journal and the audit log, which operators read in whole and wallets as far as it is theirs. */
export function bookOperations(prefix: string): Operation[] {
  const tag = "books";
  return [
    reading({
      id: "readJournal",
      path: `${prefix}/ledger/entries`,
      tag,
      summary: "The double-entry journal",
      body: "JournalPage",
      query: PAGE,
    }),
    reading({
      id: "readBalances",
      path: `${prefix}/ledger/accounts`,
      tag,
      summary: "The journal's balances",
      body: "Balances",
    }),
    reading({
      id: "readAudit",
      path: `${prefix}/audit`,
      tag,
      summary: "The hash-chained audit log",
      body: "AuditPage",
      query: PAGE,
    }),
    reading({
      id: "readAuditHead",
      path: `${prefix}/audit/head`,
      tag,
      summary: "The log's head, and where on chain it was anchored",
      body: "AuditHead",
    }),
  ];
}

const WEBHOOKS = "webhooks";
const endpoint = "/v1/webhook-endpoints/{id}";
const missing = ["id-format", "not-found"] as const;

/** What a wallet reads of the rail. */
export const READ_OPERATIONS: readonly Operation[] = [
  {
    ...reading({
      id: "findProof",
      path: "/explorer/proofs/{proofKey}",
      tag: "transfers",
      summary: "The receipt of the transfer whose UETR and salt you know",
      body: "Receipt",
      problems: ["id-format", "not-found"],
    }),
    description:
      "The key is the SHA-256, in lower-case hex, of `corridor-proof:`, the UETR, `:` and the salt (`0x` and 64 digits): who asks has shown that it knows both, and has told neither.",
    open: true,
  },
  {
    id: "followEvents",
    method: "get",
    path: "/v1/events",
    tag: "events",
    summary: "The steps of all your transfers as they happen (server-sent events)",
    description: "Resumable: store an event's id once it is dealt with, and go on behind it.",
    query: z.strictObject({ after: z.string().regex(/^(0|[1-9][0-9]{0,17})$/) }),
    headers: ["Last-Event-ID"],
    answers: {
      200: { description: "A stream of events", body: "EventStream", type: "text/event-stream" },
    },
    problems: ["query", "overloaded"],
  },
  reading({
    id: "listCorridors",
    path: "/v1/corridors",
    tag: "market",
    summary: "What you can send where, at which limits and fees",
    body: "CorridorList",
  }),
  reading({
    id: "listParticipants",
    path: "/v1/participants",
    tag: "market",
    summary: "The companies that your corridors lead through",
    body: "ParticipantList",
  }),
  reading({
    id: "listPositions",
    path: "/v1/positions",
    tag: "market",
    summary: "What you hold in the corridor contract",
    body: "PositionList",
    problems: ["chain-unavailable"],
  }),
  reading({
    id: "listRates",
    path: "/v1/rates",
    tag: "market",
    summary: "What a quote would be priced at now",
    body: "RateList",
    problems: ["chain-unavailable"],
  }),
  ...bookOperations("/v1"),
];

/** What a wallet sets up for itself: where it is told, and what it signs its requests with. */
export const SETTING_OPERATIONS: readonly Operation[] = [
  {
    id: "createWebhookEndpoint",
    method: "post",
    path: "/v1/webhook-endpoints",
    tag: WEBHOOKS,
    summary: "Be told of every step of your transfers from now on (Standard Webhooks)",
    body: { schema: "WebhookEndpointRequest", example: example.webhookEndpointRequest },
    answers: {
      201: {
        description: "The endpoint; its secret is shown this once",
        body: "WebhookEndpoint",
        headers: ["Location"],
      },
    },
    problems: [...BODY_PROBLEMS, "limit-exceeded"],
  },
  reading({
    id: "listWebhookEndpoints",
    path: "/v1/webhook-endpoints",
    tag: WEBHOOKS,
    summary: "Your webhook endpoints",
    body: "WebhookEndpointList",
  }),
  {
    id: "removeWebhookEndpoint",
    method: "delete",
    path: endpoint,
    tag: WEBHOOKS,
    summary: "Remove a webhook endpoint",
    answers: { 204: { description: "It is gone" } },
    problems: missing,
  },
  {
    id: "rotateWebhookSecret",
    method: "post",
    path: `${endpoint}/rotate-secret`,
    tag: WEBHOOKS,
    summary: "A new secret; for a day both sign",
    body: { schema: "Nothing", example: example.nothing },
    answers: { 200: { description: "The endpoint with its new secret", body: "WebhookEndpoint" } },
    problems: [...BODY_PROBLEMS, ...missing],
  },
  reading({
    id: "listDeliveries",
    path: `${endpoint}/deliveries`,
    tag: WEBHOOKS,
    summary: "What was told, with every attempt",
    body: "WebhookDeliveryList",
    query: PAGE,
    problems: missing,
  }),
  {
    id: "replayWebhooks",
    method: "post",
    path: `${endpoint}/replay`,
    tag: WEBHOOKS,
    summary: "Tell again everything from a place in the event stream, or from a time",
    body: { schema: "WebhookReplay", example: example.webhookReplay },
    answers: { 202: { description: "How many are told again", body: "WebhookReplayed" } },
    problems: [...BODY_PROBLEMS, ...missing, "transition"],
  },
  {
    id: "redeliverWebhook",
    method: "post",
    path: `${endpoint}/deliveries/{delivery}/redeliver`,
    tag: WEBHOOKS,
    summary: "Tell one again",
    body: { schema: "Nothing", example: example.nothing },
    answers: { 202: { description: "It is due now", body: "Nothing" } },
    problems: [...BODY_PROBLEMS, ...missing, "transition"],
  },
  reading({
    id: "listKeys",
    path: "/v1/keys",
    tag: "keys",
    summary: "The keys that you sign your requests with, the newest first",
    body: "RequestKeyList",
  }),
  {
    id: "registerKey",
    method: "post",
    path: "/v1/keys",
    tag: "keys",
    summary: "Register a further key, which signs for itself that you hold it",
    body: { schema: "RequestKeyRequest", example: example.requestKeyRequest },
    answers: { 201: { description: "The key", body: "RequestKey" } },
    problems: [...BODY_PROBLEMS, "key-proof", "key-exists", "limit-exceeded"],
  },
  {
    id: "revokeKey",
    method: "delete",
    path: "/v1/keys/{keyId}",
    tag: "keys",
    summary: "End a key at once; the last one stays",
    answers: { 204: { description: "It is revoked" } },
    problems: [...missing, "key-last"],
  },
];

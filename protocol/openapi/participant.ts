import { z } from "zod";
import * as wire from "../wire/participant.ts";
import { accountSchema, paymentDetailsSchema } from "../wire/payment-details.ts";
import { amountSchema, batchIdSchema, signedAmountSchema, uetrSchema } from "../wire/primitives.ts";
import type { ProblemCode } from "../wire/problem-catalogue.ts";
import * as example from "./examples.ts";
import type { Interface } from "./interface.ts";
import { BODY_PROBLEMS } from "./relayer-orders.ts";

/** What a wallet's own look at the chain may end with: nothing is credited then. */
const UNVERIFIED: readonly ProblemCode[] = [
  "amount-not-string",
  "amount-format",
  "amount-range",
  "amount-scale",
  "currency",
  "rate",
  "commitment",
  "tree",
  "consent-invalid",
  "quote",
  "quote-invalid",
  "batch-not-reserved",
  "too-late",
  "same-party",
  "corridor-closed",
  "chain-unavailable",
  "reason-code",
  "rejections",
];

/** What a receiving wallet implements, and the rail calls. */
export const PARTICIPANT: Interface = {
  title: "Corridor participant",
  description:
    "For receiving wallets, which implement it; the rail calls it. Nothing in a credit instruction tells a wallet where to verify: chain, contract and depth are its own configuration, and it credits nothing that its own node does not show as reserved.",
  server: "http://127.0.0.1:8091",
  signed: false,
  tags: {
    accounts: "Whom does a proxy name?",
    credits: "Verify, credit, sign",
    recalls: "Giving back",
    statements: "What was booked",
  },
  pathParameters: { batchId: batchIdSchema, uetr: uetrSchema, date: z.iso.date() },
  schemas: {
    Amount: amountSchema,
    SignedAmount: signedAmountSchema,
    Account: accountSchema,
    PaymentDetails: paymentDetailsSchema,
    LookupRequest: wire.lookupRequestSchema,
    LookupAnswer: wire.lookupAnswerSchema,
    LookupManyRequest: wire.lookupManyRequestSchema,
    LookupManyAnswer: wire.lookupManyAnswerSchema,
    CreditInstruction: wire.creditInstructionSchema,
    CreditAnswer: wire.creditAnswerSchema,
    CreditMany: wire.creditManySchema,
    CreditManyLine: wire.creditManyLineSchema,
    RecallRequest: wire.recallRequestSchema,
    RecallAnswer: wire.recallAnswerSchema,
    Statement: wire.participantStatementSchema,
  },
  problems: ["internal"],
  operations: [
    {
      id: "lookUpAccount",
      method: "post",
      path: "/accounts/lookup",
      tag: "accounts",
      summary: "Whom does this proxy name?",
      description:
        "One answer for unknown, closed and ineligible: a look-up tells a stranger nothing.",
      body: { schema: "LookupRequest", example: example.lookupRequest },
      answers: { 200: { description: "The masked name, or not eligible", body: "LookupAnswer" } },
      problems: BODY_PROBLEMS,
    },
    {
      id: "lookUpAccounts",
      method: "post",
      path: "/accounts/lookups",
      tag: "accounts",
      summary: "Whom do these proxies name?",
      description:
        "The same for up to 500 at once, answered in their order. A wallet need not have it: one that answers 404 or 405 is asked one by one.",
      body: { schema: "LookupManyRequest", example: example.lookupManyRequest },
      answers: { 200: { description: "An answer for each", body: "LookupManyAnswer" } },
      problems: BODY_PROBLEMS,
    },
    {
      id: "creditBatch",
      method: "put",
      path: "/credits/{batchId}",
      tag: "credits",
      summary: "Verify on your own node, credit, and sign an Outcome",
      description:
        "Idempotent: the same id gives the same answer for ever. Settle for yourself when nobody has within `settleWithin`.",
      body: { schema: "CreditInstruction", example: example.creditInstruction },
      answers: {
        200: { description: "A status per item, and the signed Outcome", body: "CreditAnswer" },
      },
      problems: [...BODY_PROBLEMS, ...UNVERIFIED, "id-format"],
    },
    {
      id: "readCredit",
      method: "get",
      path: "/credits/{batchId}",
      tag: "credits",
      summary: "What was answered for a batch",
      answers: { 200: { description: "The answer", body: "CreditAnswer" } },
      problems: ["id-format", "not-found"],
    },
    {
      id: "creditBatches",
      method: "post",
      path: "/credits",
      tag: "credits",
      summary: "Up to 200 batches in one call",
      body: {
        schema: "CreditMany",
        example: {
          credits: [{ batchId: `0x${"5a".repeat(32)}`, instruction: example.creditInstruction }],
        },
      },
      answers: {
        200: {
          description: "A line for each batch, in any order",
          body: "CreditManyLine",
          type: "application/x-ndjson",
        },
      },
      problems: [...BODY_PROBLEMS, ...UNVERIFIED, "id-format"],
    },
    {
      id: "recall",
      method: "post",
      path: "/recalls/{uetr}",
      tag: "recalls",
      summary: "Would you give this back?",
      body: { schema: "RecallRequest", example: example.recallRequest },
      answers: { 200: { description: "A signed Return, or a refusal", body: "RecallAnswer" } },
      problems: [...BODY_PROBLEMS, "id-format", "not-found", "reason-code"],
    },
    {
      id: "readStatement",
      method: "get",
      path: "/statements/{date}",
      tag: "statements",
      summary: "One UTC day of what was booked for transfers of the rail",
      query: z.strictObject({ after: z.string().regex(/^(0|[1-9][0-9]{0,14})$/) }),
      answers: { 200: { description: "A page", body: "Statement" } },
      problems: ["id-format", "query"],
    },
  ],
};

import { z } from "zod";
import { corridorSchema } from "../corridor.ts";
import { PROOF_KEY } from "../proof-key.ts";
import * as books from "../wire/books.ts";
import * as market from "../wire/market.ts";
import { accountSchema, paymentDetailsSchema } from "../wire/payment-details.ts";
import { amountSchema, batchIdSchema, uetrSchema, uuidSchema } from "../wire/primitives.ts";
import type { ProblemCode } from "../wire/problem-catalogue.ts";
import { receiptSchema } from "../wire/receipt.ts";
import * as orders from "../wire/relayer.ts";
import * as keys from "../wire/request-keys.ts";
import * as webhooks from "../wire/webhooks.ts";
import type { Interface } from "./interface.ts";
import { ORDER_OPERATIONS } from "./relayer-orders.ts";
import { READ_OPERATIONS, SETTING_OPERATIONS } from "./relayer-reads.ts";

/** What any call may be refused for before it is looked at. */
const EVERY_CALL: readonly ProblemCode[] = [
  "signature-required",
  "signature-invalid",
  "signature-expired",
  "signature-replayed",
  "unauthenticated",
  "read-only-key",
  "rate-limited",
  "database-unavailable",
  "internal",
];

/** Messages of the journal and the audit log. */
export const BOOK_SCHEMAS = {
  JournalPage: books.journalPageSchema,
  Balances: books.balancesSchema,
  AuditPage: books.auditPageSchema,
  AuditHead: books.auditHeadSchema,
};

/** `/v1` of the relayer, for wallets that send. */
export const RELAYER: Interface = {
  title: "Corridor relayer",
  description:
    "For sending wallets: quotes, transfers, what became of them, and being told. The relayer moves no money: every transfer carries your EIP-712 signature, and is settled by a contract. Amounts are decimal strings in major units with exactly the currency's decimals; times are RFC 3339 in UTC; errors are RFC 9457 problem documents with a stable `code`.",
  server: "http://127.0.0.1:8080",
  signed: true,
  tags: {
    quotes: "What a transfer would cost",
    transfers: "Orders, and what became of them",
    events: "Steps as they happen",
    market: "Where one can send, and at what rate",
    books: "The relayer's journal and audit log",
    webhooks: "Being told, by Standard Webhooks",
    keys: "The keys that requests are signed with",
  },
  pathParameters: {
    id: uuidSchema,
    delivery: uuidSchema,
    uetr: uetrSchema,
    keyId: keys.requestKeyIdSchema,
    proofKey: z.string().regex(PROOF_KEY),
  },
  schemas: {
    Amount: amountSchema,
    Account: accountSchema,
    PaymentDetails: paymentDetailsSchema,
    QuoteRequest: orders.quoteRequestSchema,
    Quote: orders.quoteAnswerSchema,
    BatchQuoteRequest: orders.batchQuoteRequestSchema,
    BatchQuotes: orders.batchQuoteAnswerSchema,
    TransferRequest: orders.transferRequestSchema,
    BatchRequest: orders.batchRequestSchema,
    Transfer: orders.transferSchema,
    TransferList: orders.transferListSchema,
    Batch: z.strictObject({
      batchId: batchIdSchema,
      transfers: z.array(orders.transferSchema),
    }),
    RecallOutcome: orders.recallOutcomeSchema,
    Receipt: receiptSchema,
    EventStream: z
      .string()
      .describe(
        "Server-sent events: `id`, `event` (the state) and `data`, a TransferEvent in JSON",
      ),
    TransferEvent: webhooks.transferEventSchema,
    CorridorList: z.strictObject({ corridors: z.array(corridorSchema) }),
    ParticipantList: market.participantListSchema,
    PositionList: market.positionListSchema,
    RateList: market.rateListSchema,
    ...BOOK_SCHEMAS,
    WebhookEndpointRequest: webhooks.webhookEndpointRequestSchema,
    WebhookEndpoint: webhooks.webhookEndpointSchema,
    WebhookEndpointList: webhooks.webhookEndpointListSchema,
    WebhookDeliveryList: webhooks.webhookDeliveryListSchema,
    WebhookReplay: webhooks.webhookReplaySchema,
    WebhookReplayed: webhooks.webhookReplayAnswerSchema,
    RequestKeyRequest: keys.requestKeyRequestSchema,
    RequestKey: keys.requestKeySchema,
    RequestKeyList: keys.requestKeyListSchema,
    Nothing: z.strictObject({}),
  },
  problems: EVERY_CALL,
  sends: {
    transferStep: {
      summary:
        "A step of a transfer, sent to your webhook endpoints (Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`)",
      body: "TransferEvent",
    },
  },
  operations: [...ORDER_OPERATIONS, ...READ_OPERATIONS, ...SETTING_OPERATIONS],
};

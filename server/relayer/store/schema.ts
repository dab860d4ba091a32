import type { Generated } from "kysely";
import type { CycleTable, JournalEntryTable, PositionMovementTable } from "./tables/books.ts";
import type { ChainTransactionTable, ReplacedTransactionTable } from "./tables/chain.ts";
import type { ConsoleSessionTable, SavedSearchTable } from "./tables/console.ts";
import type {
  AuditAnchorTable,
  AuditEntryTable,
  CaseTable,
  HaltTable,
  OutboxTable,
  TransferCountTable,
} from "./tables/oversight.ts";
import type { QuoteTable, WholesaleQuoteTable } from "./tables/quotes.ts";
import type { RequestKeyTable, RequestNonceTable } from "./tables/request-keys.ts";
import type { SendLimitTable } from "./tables/send-limits.ts";
import type {
  BatchTable,
  ReturnTable,
  TransferEventTable,
  TransferTable,
} from "./tables/transfers.ts";
import type {
  WebhookAttemptTable,
  WebhookDeliveryTable,
  WebhookEndpointTable,
} from "./tables/webhooks.ts";

export interface RelayerSchema {
  wholesale_quotes: WholesaleQuoteTable;
  quotes: QuoteTable;
  batches: BatchTable;
  transfers: TransferTable;
  transfer_events: TransferEventTable;
  chain_transactions: ChainTransactionTable;
  replaced_transactions: ReplacedTransactionTable;
  halts: HaltTable;
  cases: CaseTable;
  journal_entries: JournalEntryTable;
  outbox: OutboxTable;
  transfer_counts: TransferCountTable;
  audit_entries: AuditEntryTable;
  audit_head: { one: Generated<boolean>; seq: bigint; hash: string };
  webhook_endpoints: WebhookEndpointTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_attempts: WebhookAttemptTable;
  audit_anchors: AuditAnchorTable;
  followed_blocks: { number: bigint; hash: string };
  nonce_lanes: { lane: string; next_nonce: bigint };
  chain_checkpoints: { name: string; number: bigint; hash: string };
  returns: ReturnTable;
  position_movements: PositionMovementTable;
  cycles: CycleTable;
  request_keys: RequestKeyTable;
  request_nonces: RequestNonceTable;
  send_limits: SendLimitTable;
  console_sessions: ConsoleSessionTable;
  saved_searches: SavedSearchTable;
}

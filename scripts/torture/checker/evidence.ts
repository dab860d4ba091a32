import type { Corridor } from "../../../protocol/corridor.ts";
import type { Network } from "../../../protocol/network.ts";
import type {
  WireAuditEntry,
  WireAuditHead,
  WireJournalEntry,
} from "../../../protocol/wire/books.ts";
import type { ParticipantStatement } from "../../../protocol/wire/participant.ts";
import type { Transfer } from "../../../protocol/wire/relayer.ts";
import type { WireWebhookDelivery } from "../../../protocol/wire/webhooks.ts";
import type { ShownPayment } from "../../../server/local/wallet-app.ts";
import type { BankItem } from "../../reconcile/read-all.ts";
import type { ReceivedWebhook } from "../field/webhook-inbox.ts";
import type { History } from "../history.ts";
import type { ChainRecord } from "./read-chain.ts";

export type StatementItem = ParticipantStatement["items"][number];

/** What two callers were answered about a transfer that is none of theirs, and about one that does not exist. */
export interface IsolationProbe {
  readonly foreign: { readonly status: number; readonly code?: string };
  readonly missing: { readonly status: number; readonly code?: string };
  /** Texts of everything that the other caller may read. */
  readonly readable: readonly string[];
}

/** What was asked of the relayer about somebody on a sanctions list. */
export interface ScreeningProbe {
  readonly status: number;
  readonly code?: string;
}

export interface Halt {
  readonly scope: string;
  readonly reason: string;
}

export interface Case {
  readonly kind: string;
  readonly subject: string;
  readonly facts: unknown;
}

/**
 * Everything that the verdict rests on, all of it read from outside: the relayers' public APIs and operations ports, the
 * webhooks that came, the chain, both wallets' and the bank's statements, and what was seen while the run was under way.
 */
export interface Evidence {
  readonly readAt: number;
  readonly network: Network;
  readonly route: Corridor;
  readonly depth: number;
  readonly relayerKeys: readonly string[];
  readonly history: History;
  readonly chain: ChainRecord;
  readonly transfers: readonly Transfer[];
  readonly payments: readonly ShownPayment[];
  readonly payer: readonly StatementItem[];
  readonly payee: readonly StatementItem[];
  /** What the wallets' own books add up to. */
  readonly totals: Readonly<
    Record<string, { readonly sumMinor: string; readonly transitMinor: string }>
  >;
  readonly journal: readonly WireJournalEntry[];
  readonly audit: readonly WireAuditEntry[];
  readonly auditHead: WireAuditHead;
  readonly halts: readonly Halt[];
  readonly cases: readonly Case[];
  readonly bank: readonly BankItem[];
  /** Positions by the bank's ledger and by the contract: "account currency". */
  readonly positions: ReadonlyMap<string, { readonly bank: bigint; readonly chain: bigint }>;
  readonly webhooks: {
    readonly secret: string;
    readonly received: readonly ReceivedWebhook[];
    readonly deliveries: readonly WireWebhookDelivery[];
  };
  readonly isolation: IsolationProbe;
  readonly screening: ScreeningProbe;
  /** Texts that must hold no personal data, by what they are: logs, metrics, audit entries. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** What contradicts one statement; nothing when it holds. */
export type Invariant = (evidence: Evidence) => string[];

/** Minor units of an amount as the wire writes it, a minus included. */
export const minorOf = ({ value }: { readonly value: string }): bigint =>
  BigInt(value.replace(".", ""));

/** Items by a key. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined) {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Items of a statement by kind and transfer. */
export const itemsOf = (statement: readonly StatementItem[], kind: string) =>
  groupBy(
    statement.filter((item) => item.kind === kind),
    ({ uetr }) => uetr,
  );

/** Whether the chain settled a transfer: its batch, and not its rejection. */
export function isSettledOnChain({ chain }: Evidence, at: { batchId: string; index: number }) {
  const batch = chain.batches.get(at.batchId);
  if (!batch || batch.settled.length === 0) return false;
  return !batch.rejected.some(({ index }) => index === at.index);
}

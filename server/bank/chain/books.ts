import type { Address } from "../../../protocol/messages.ts";
import type { EventLog } from "../../foundation/chain/follow-events.ts";
import type { Logger } from "../../foundation/log/create-logger.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import type { EntryHeader, EntryKind } from "../ledger/post-entry.ts";
import type { TokenRegistry } from "./token-registry.ts";

/** What is needed to turn chain events into ledger entries. */
export interface Books {
  readonly db: BankDatabase;
  readonly log: Logger;
  /** The bank's own account on chain. */
  readonly bank: Address;
  readonly corridor: Address;
  readonly tokens: TokenRegistry;
}

/** One log with the time of its block, in Unix seconds. */
export interface TimedLog {
  readonly log: EventLog;
  readonly at: bigint;
}

/** The header of the entry that books a log. */
export function headerOf(
  { log, at }: TimedLog,
  names: { readonly kind: EntryKind; readonly reference: string },
): EntryHeader {
  return {
    ...names,
    source: `log:${log.blockHash}:${log.logIndex}`,
    bookedAt: at,
    chain: { blockNumber: log.blockNumber, transactionHash: log.transactionHash },
  };
}

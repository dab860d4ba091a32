import type { Logger } from "../../foundation/log/create-logger.ts";
import type { ChainFollower } from "../chain/follow-chain.ts";
import type { CycleDesk } from "../cycles/confirm-cycle.ts";
import type { FundingDesk } from "../deposits/accept-funding.ts";
import type { FxDesk } from "../fx/make-quote.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";

/** What the bank's HTTP interface stands on. */
export interface BankDesks {
  readonly log: Logger;
  readonly db: BankDatabase;
  readonly follower: ChainFollower;
  readonly fx: FxDesk;
  readonly fundings: FundingDesk;
  readonly cycles: CycleDesk;
  /** A funding or an agreed cycle waits for the treasury. */
  readonly wakeTreasury: () => void;
}

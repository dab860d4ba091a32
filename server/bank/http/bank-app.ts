import type { Express } from "express";
import { createApp } from "../../foundation/http/create-app.ts";
import type { Logger } from "../../foundation/log/create-logger.ts";
import type { ChainFollower } from "../chain/follow-chain.ts";
import type { CycleDesk } from "../cycles/confirm-cycle.ts";
import type { FundingDesk } from "../deposits/accept-funding.ts";
import type { FxDesk } from "../fx/make-quote.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import { mountAccounts } from "./routes/accounts.ts";
import { mountCycles } from "./routes/cycles.ts";
import { mountDeposits } from "./routes/deposits.ts";
import { mountFx } from "./routes/fx.ts";
import { mountHealth } from "./routes/health.ts";

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

/**
 * The bank's HTTP interface for its correspondents. It listens on loopback, or behind whatever tells
 * callers apart: here a money effect needs an id and a fact of the chain, not a caller's word. Whoever
 * adds authentication mounts it before the routes.
 */
export function createBankApp(desks: BankDesks): Express {
  return createApp(desks.log, (app) => {
    mountHealth(app, desks);
    mountFx(app, desks);
    mountDeposits(app, desks);
    mountAccounts(app, desks);
    mountCycles(app, desks);
  });
}

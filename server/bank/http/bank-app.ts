import type { Express } from "express";
import { BANK } from "../../../protocol/openapi/bank.ts";
import { buildDocument } from "../../../protocol/openapi/build-document.ts";
import { createApp } from "../../foundation/http/create-app.ts";
import { mountDocs } from "../../foundation/http/interface-docs.ts";
import type { Faults } from "../../foundation/simulator/faults.ts";
import type { BankDesks } from "./bank-desks.ts";
import { mountAccounts } from "./routes/accounts.ts";
import { mountCycles } from "./routes/cycles.ts";
import { mountDeposits } from "./routes/deposits.ts";
import { mountFx } from "./routes/fx.ts";
import { mountHealth } from "./routes/health.ts";

/**
 * The bank's HTTP interface for its correspondents. It listens on loopback, or behind whatever tells
 * callers apart: here a money effect needs an id and a fact of the chain, not a caller's word. Whoever
 * adds authentication mounts it before the routes. With `faults` it does wrong what it is told to.
 */
export function createBankApp(desks: BankDesks, faults?: Faults): Express {
  return createApp(desks.log, (app) => {
    if (faults) app.use(faults.middleware);
    mountDocs(app, buildDocument(BANK));
    mountHealth(app, desks);
    mountFx(app, desks);
    mountDeposits(app, desks);
    mountAccounts(app, desks);
    mountCycles(app, desks);
  });
}

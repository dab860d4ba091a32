import type { Express, Request } from "express";
import { z } from "zod";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { readItems } from "../../chain/read-items.ts";
import type { BankDatabase } from "../../ledger/open-ledger.ts";
import { accountToWire, listAccounts, readAccount } from "../../ledger/read-accounts.ts";
import { dayOf, readStatement } from "../../ledger/read-statement.ts";
import type { BankDesks } from "../bank-desks.ts";
import { pathId } from "../path-id.ts";

/** "cash:HKD" or "position:0x…:HKD". */
const ACCOUNT_ID = /^[a-z-]{1,32}(:0x[0-9a-fA-F]{40})?:[A-Z]{3}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const ENTRY = /^(0|[1-9][0-9]{0,14})$/;

/**
 * `GET /accounts`, `GET /accounts/{id}`, `GET /statements/{account}/{date}?after=`, and the same statement transfer by
 * transfer under `/items`.
 */
export function mountAccounts(app: Express, { db, fx }: BankDesks): void {
  app
    .route("/accounts")
    .get((_request, response) => {
      response.json({ accounts: listAccounts(db).map(accountToWire) });
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  app
    .route("/accounts/:account")
    .get((request, response) => {
      response.json(accountToWire(requireAccount(db, request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  app
    .route("/statements/:account/:date")
    .get((request, response) => {
      const { account } = requireAccount(db, request);
      response.json(readStatement(db, account, pageOf(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  app
    .route("/statements/:account/:date/items")
    .get((request, response) => {
      const { account } = requireAccount(db, request);
      response.json(readItems({ db, bank: fx.bank }, account, pageOf(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
}

function pageOf(request: Request) {
  const date = pathId(request, "date", DATE);
  if (!z.iso.date().safeParse(date).success) {
    throw new ProblemError("id-format", "there is no such day");
  }
  return { day: dayOf(date), after: afterOf(request) };
}

function requireAccount(db: BankDatabase, request: Request) {
  const found = readAccount(db, pathId(request, "account", ACCOUNT_ID));
  if (found === undefined) throw new ProblemError("not-found", "nothing is booked on it");
  return found;
}

function afterOf(request: Request): number {
  const { after = "0", ...others } = request.query;
  if (typeof after === "string" && ENTRY.test(after) && Object.keys(others).length === 0) {
    return Number(after);
  }
  throw new ProblemError("query", "the one query parameter is after, the last entry seen");
}

import type { ServiceContext } from "../service-context.ts";
import { insertCase } from "../store/cases.ts";
import type { Db } from "../store/open-database.ts";
import type { CaseKind } from "../store/tables/oversight.ts";
import { RELAYER, recordAct } from "./record-act.ts";

/** What to do about each kind of case; the runbook says it at length. */
const NEXT_ACTION: Readonly<Record<CaseKind, string>> = {
  "two-outcomes":
    "Show the payee both of its signed outcomes and settle by the one that its statement bears out.",
  "credited-and-released":
    "The payee has credited what the chain gave back: agree with the payer on a make-good batch.",
  reorganised:
    "Check the node against a second one; lift the halt of reservations once both agree.",
  "foreign-nonce":
    "Somebody else holds the relayer's key: go on with another key and move the gas away; the lane stays halted.",
  "reconciliation-break":
    "Compare the two sides named in the facts item by item; reservations stay halted until they agree.",
};

/** Opens a case in the commit that met the contradiction, and tells the log when it is new. */
export async function openCase(
  { log }: ServiceContext,
  db: Db,
  met: {
    readonly kind: CaseKind;
    readonly subject: string;
    readonly facts: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const isNew = await insertCase(db, { ...met, nextAction: NEXT_ACTION[met.kind] });
  if (!isNew) return;
  const { kind, subject } = met;
  await recordAct(db, { act: "open-case", by: RELAYER, subject, reason: kind });
  log.error({ kind, subject }, "case opened");
}

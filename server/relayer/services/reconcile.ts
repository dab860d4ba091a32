import type { Break } from "../../../protocol/reconciliation.ts";
import { toProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { openCase } from "./open-case.ts";
import { reconcileChain } from "./reconcile-chain.ts";
import { createPayeeReconciler, payeesOf } from "./reconcile-payee.ts";

/** Cases opened for one comparison; the count in the halt's reason is of all. */
const MAX_CASES = 20;

/** Opens a case for each break and stops new reservations: what is reserved goes on to its end. */
async function report(context: ServiceContext, sides: string, breaks: readonly Break[]) {
  if (breaks.length === 0) return;
  await inTransaction(context.db, async (trx) => {
    for (const { key, kind, currency, leftMinor, rightMinor } of breaks.slice(0, MAX_CASES)) {
      const [left, right] = sides.split(" and ");
      await openCase(context, trx, {
        kind: "reconciliation-break",
        subject: `${sides}: ${key}`,
        facts: {
          kind,
          currency,
          [left ?? "left"]: leftMinor.toString(),
          [right ?? "right"]: rightMinor.toString(),
        },
      });
    }
  });
  await context.halts.halt("reservations", `${breaks.length} differences between ${sides}`);
}

/**
 * Compares the relayer's journal with what others say, all the time: with the chain, read anew, and with each payee's
 * own statement. A party that cannot be asked now, or whose statement cannot be understood, is asked again in the next
 * round, and keeps nobody else from being compared.
 */
export function createReconciler(context: ServiceContext): () => Promise<boolean> {
  const payees = payeesOf(context.corridors.values()).map((payee) => ({
    payee,
    reconcile: createPayeeReconciler(context, payee),
    /** Kept until there is a case for each. */
    unreported: [] as Break[],
  }));
  return async function reconcile() {
    await report(context, "journal and chain", await reconcileChain(context));
    for (const { payee, reconcile: compare, unreported } of payees) {
      const breaks = await compare().catch((error) => {
        const { code } = toProblemError(error);
        if (code === "internal") throw error;
        context.log.warn({ payee, code }, "the payee's statement cannot be read");
        return [];
      });
      unreported.push(...breaks);
      await report(context, `journal and ${payee}`, unreported);
      unreported.length = 0;
    }
    return false;
  };
}

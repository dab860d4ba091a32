import type { CorridorId } from "../../../protocol/corridor.ts";
import { formatAmount, minorUnits, parseAmount } from "../../../protocol/money.ts";
import type { WireAmount } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { knownCorridor, type ServiceContext } from "../service-context.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { listSendLimits, setSendLimit } from "../store/send-limits.ts";
import type { Order } from "./halts.ts";
import { recordAct } from "./record-act.ts";

/** The day's bounds of payers, each with what was accepted under it today (UTC). */
export async function readSendLimits(context: ServiceContext) {
  const rows = await listSendLimits(context.db);
  const limits = rows.map((row) => {
    const currency = knownCorridor(context, row.corridor_id).sendCurrency;
    const amount = (minor: bigint) => ({
      value: formatAmount(minorUnits(minor), currency),
      currency,
    });
    return {
      participant: row.participant_id,
      corridor: row.corridor_id,
      dailyMaximum: amount(row.maximum_minor),
      sentToday: amount(row.sent_minor),
    };
  });
  return { limits };
}

/**
 * Bounds what a corridor's payer may send through it in a UTC day, or lifts the bound (null). Accepted transfers count,
 * whatever becomes of them, from the moment when the bound is set. `corridor-closed` for an unknown corridor, `currency`.
 */
export async function orderSendLimit(
  context: ServiceContext,
  limit: { readonly corridor: string; readonly dailyMaximum: WireAmount | null },
  { by, reason }: Order,
) {
  const corridor = context.corridors.get(limit.corridor as CorridorId);
  if (!corridor) {
    throw new ProblemError("corridor-closed", "there is no corridor of this id", {
      pointer: "/corridor",
    });
  }
  const { dailyMaximum } = limit;
  if (dailyMaximum !== null && dailyMaximum.currency !== corridor.sendCurrency) {
    throw new ProblemError("currency", `the corridor sends ${corridor.sendCurrency}`, {
      pointer: "/dailyMaximum/currency",
    });
  }
  const maximumMinor =
    dailyMaximum === null ? null : parseAmount(dailyMaximum.value, dailyMaximum.currency);
  const key = { participantId: corridor.payer, corridorId: corridor.id };
  await inTransaction(context.db, async (trx) => {
    await setSendLimit(trx, { ...key, maximumMinor });
    const bound = dailyMaximum === null ? "none" : `${dailyMaximum.value} ${dailyMaximum.currency}`;
    const subject = `corridor:${corridor.id} ${bound}`;
    await recordAct(trx, { act: "set-send-limit", by, subject, reason });
  });
  return readSendLimits(context);
}

import type { Desk } from "./desk.ts";
import { shownBalances } from "./format-told.ts";
import type { Told } from "./story.ts";

/** A story as a machine reads it. Amounts are decimal strings of major units, checks state minor units. */
export function toldToJson(desk: Desk, told: Told) {
  const { story, quote, payment, transfer, events, checks, ok } = told;
  const { sendAmount, receiveAmount, totalDebit, fees, rate, midRate } = quote;
  return {
    name: story.name,
    title: story.title,
    ok,
    expected: story.ends,
    state: transfer.state,
    ...(transfer.reason !== undefined && { reason: transfer.reason }),
    uetr: transfer.uetr,
    price: { sendAmount, receiveAmount, totalDebit, fees, rate, midRate },
    events,
    timeline: transfer.timeline,
    chain: transfer.chain,
    ...(payment.confirmationMs !== undefined && { confirmationMs: payment.confirmationMs }),
    balances: shownBalances(desk, told),
    everyCentAddsUp: checks.every(({ holds }) => holds),
    checks,
  };
}

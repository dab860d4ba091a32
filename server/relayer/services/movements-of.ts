import type { BatchId } from "../../../protocol/messages.ts";
import { quoteMessageSchema, type WireQuoteMessage } from "../../../protocol/wire/messages.ts";
import type { ChainFact } from "../ports/chain-facts.ts";
import type { NewMovement } from "../store/position-movements.ts";

/**
 * What settlements and returns moved between positions: payment-versus-payment, so four legs each. A return is a
 * settlement with its signs turned. Reservations and releases are holds: over a cycle they move nothing.
 */
export function movementsOf(
  facts: readonly ChainFact[],
  batches: readonly { readonly batch_id: BatchId; readonly quote: WireQuoteMessage }[],
): NewMovement[] {
  const quotes = new Map(batches.map((batch) => [batch.batch_id, batch.quote]));
  return facts.flatMap((fact) => {
    if (fact.kind !== "settled" && fact.kind !== "returned") return [];
    const message = quotes.get(fact.batchId);
    if (!message) return [];
    const { payer, payee, bank, sendToken, receiveToken } = quoteMessageSchema.parse(message);
    const sign = fact.kind === "settled" ? 1n : -1n;
    const [send, receive] = [sign * fact.sendMinor, sign * fact.receiveMinor];
    const legs = [
      { account: payer, token: sendToken, amountMinor: -send },
      { account: bank, token: sendToken, amountMinor: send },
      { account: bank, token: receiveToken, amountMinor: -receive },
      { account: payee, token: receiveToken, amountMinor: receive },
    ];
    return legs.map((movement, leg) => ({
      ...movement,
      leg,
      blockNumber: fact.blockNumber,
      logIndex: fact.logIndex,
    }));
  });
}

import { formatAmount, minorUnits } from "../../protocol/money.ts";
import type { CreditInstruction } from "../../protocol/wire/participant.ts";

/** What a receiving wallet knows of itself. */
export interface OwnAgent {
  /** ISO 4217 code of the currency in which it credits. */
  readonly currency: string;
  readonly bic: string;
}

/**
 * Whether an item's details say what the chain holds for this wallet. Only what stands on chain is ever credited, so
 * details that differ are rejected: AM03 for another currency, AM09 for another amount, RC01 for another agent (ISO
 * 20022, ExternalStatusReason1Code). Undefined when they agree.
 */
export function contradictionIn(
  { details, receiveMinor }: CreditInstruction["items"][number],
  own: OwnAgent,
): "AM03" | "AM09" | "RC01" | undefined {
  const { creditedAmount, creditorAgent } = details;
  if (creditedAmount.currency !== own.currency) return "AM03";
  if (creditedAmount.value !== formatAmount(minorUnits(receiveMinor), own.currency)) return "AM09";
  if (creditorAgent !== own.bic) return "RC01";
  return undefined;
}

import type { Corridor } from "../../../protocol/corridor.ts";
import type { LookupAnswer } from "../../../protocol/wire/participant.ts";
import type { QuoteRequest } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";

/** What is kept of a recipient who can be paid, and of the list that both names were screened against. */
export interface CheckedRecipient {
  readonly maskedName: string;
  readonly listVersion: string;
}

/** The one answer for unknown, closed and ineligible recipients: a look-up tells a stranger nothing. */
const payeeUnavailable = () =>
  new ProblemError("payee-unavailable", "the recipient cannot be paid in this corridor", {
    pointer: "/creditor/account",
    remedy: "check the recipient's account with the recipient",
  });

/** Refuses an account that is not in the corridor's form before its wallet is asked. */
export function assertAccountForm(corridor: Corridor, { creditor }: QuoteRequest): void {
  const { proxyType, pattern } = corridor.payeeAccount;
  const { type, value } = creditor.account;
  if (type === proxyType && new RegExp(pattern).test(value)) return;
  throw new ProblemError("account-format", "the account is not in the corridor's form", {
    pointer: "/creditor/account/value",
    remedy: `give a ${proxyType} number like ${pattern}`,
  });
}

/** Screens both names of a payment whose recipient was looked up. @throws ProblemError when it cannot be made. */
export async function screenRecipient(
  { screening }: ServiceContext,
  request: QuoteRequest,
  payee: LookupAnswer,
): Promise<CheckedRecipient> {
  if (!payee.eligible) throw payeeUnavailable();
  const names = [request.debtor.name, payee.screeningName];
  if (request.creditor.name !== undefined) names.push(request.creditor.name);
  const { clear, listVersion } = await screening.screen(names);
  if (clear) return { maskedName: payee.maskedName, listVersion };
  throw new ProblemError("screening-hit", "the payment cannot be made", {
    remedy: "ask the operator's compliance desk",
  });
}

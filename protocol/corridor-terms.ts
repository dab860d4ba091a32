import type { Corridor, CorridorId, Corridors } from "./corridor.ts";
import { sendLimits } from "./corridor.ts";
import { ProtocolError } from "./errors.ts";
import { formatAmount, type MinorUnits } from "./money.ts";

/**
 * The corridor of an id, if money may be sent through it now.
 * @throws ProtocolError `corridor-closed` for an unknown or a closed one.
 */
export function openCorridor(corridors: Corridors, id: string): Corridor {
  const corridor = corridors.get(id as CorridorId);
  if (corridor?.status === "open") return corridor;
  throw new ProtocolError("corridor-closed", "There is no open corridor of this id", {
    field: "corridor",
    remedy: "use the id of an open corridor",
  });
}

/** @throws ProtocolError `limit-exceeded` if a corridor does not carry so small or large a sum. */
export function requireWithinLimits(corridor: Corridor, send: MinorUnits): void {
  const { minimum, maximum } = sendLimits(corridor);
  if (send >= minimum && send <= maximum) return;
  const [least, most] = [minimum, maximum].map((sum) => formatAmount(sum, corridor.sendCurrency));
  throw new ProtocolError("limit-exceeded", "The sum is outside the corridor's limits", {
    remedy: `send ${least} to ${most} ${corridor.sendCurrency}`,
  });
}

/** @throws ProtocolError `account-format` if the text is no account of the receiving country. */
export function requirePayeeAccount(corridor: Corridor, account: string): void {
  const { countryPrefix, pattern: accountPattern } = corridor.payeeAccount;
  if (account.length <= 40 && new RegExp(accountPattern).test(account)) return;
  throw new ProtocolError("account-format", "Not a mobile number of the receiving country", {
    remedy: `write the number in E.164 form, beginning with ${countryPrefix}`,
  });
}

/** Whether the corridor carries payments of an ISO 20022 purpose, such as MP2P. */
export function allowsPurpose(corridor: Corridor, code: string): boolean {
  return corridor.purposes.includes(code);
}

import type { PaymentDetails } from "../../../protocol/wire/payment-details.ts";

const SHOWN_DIGITS = 3;

/** A name of which the words' first letters are left. */
const maskName = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => `${[...word][0]}•••`)
    .join(" ");

/** A person as a page shows it to whoever looks: enough to tell two apart, too little to know one. */
export function maskParty({ name, account }: PaymentDetails["debtor"]): string {
  const { value } = account;
  const tail = value.length > 2 * SHOWN_DIGITS ? value.slice(-SHOWN_DIGITS) : "";
  return `${maskName(name)}, ${account.type} •••${tail}`;
}

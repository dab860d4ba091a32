import type { Field } from "../field/start-field.ts";

export interface Person {
  readonly phone: string;
  readonly name: string;
}

/** How a recipient's account stands: whoever looks it up is told that it is open. */
export type AccountKind = "open" | "closed" | "under-review";

export interface Recipient extends Person {
  readonly kind: AccountKind;
}

/** Who pays and who is paid. */
export interface People {
  readonly senders: readonly Person[];
  readonly recipients: readonly Recipient[];
  /** Stands on a sanctions list. */
  readonly sanctioned: Person;
}

const OPENING_BALANCE = { value: "9000000.00", currency: "HKD" };
const KINDS: readonly AccountKind[] = ["open", "open", "open", "open", "closed", "under-review"];
/** The look-up is out of date: it shows accounts that cannot be paid any more. */
export const STALE_DIRECTORY = { route: "POST /accounts/lookup", mode: "stale-directory" } as const;

/** Opens accounts at both wallets; some of the recipients' cannot be paid, which only the payment itself shows. */
export async function openAccounts({ sending, receiving }: Field, pairs: number): Promise<People> {
  const senders: Person[] = [];
  const recipients: Recipient[] = [];
  for (let index = 0; index < pairs; index++) {
    const digits = String(index).padStart(6, "0");
    const sender = { phone: `+85262${digits}`, name: `Fung Mei Ling Q${index}` };
    await sending.openAccount({ ...sender, balance: OPENING_BALANCE });
    senders.push(sender);
  }
  for (const [index, kind] of KINDS.entries()) {
    const phone = `+63919${String(index).padStart(6, "0")}2`;
    const recipient = { phone, name: `Corazon Bautista Z${index}`, kind };
    await receiving.openAccount({ phone, name: recipient.name });
    if (kind !== "open") await receiving.setStatus(phone, kind);
    recipients.push(recipient);
  }
  const sanctioned = { phone: "+639190009992", name: "Anglo-Caribbean Co., Ltd." };
  await receiving.openAccount(sanctioned);
  await receiving.misbehave({ staleDirectory: true });
  return { senders, recipients, sanctioned };
}

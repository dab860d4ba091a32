import type { ShownPayment, WalletApp } from "../../server/local/wallet-app.ts";

/** What the sending wallet's journal has booked for some payments, in minor units. */
export interface SenderFacts {
  /** Taken from users: amounts and fees. */
  readonly debited: bigint;
  /** Passed on through the corridor. */
  readonly sent: bigint;
  readonly fees: bigint;
}

/** What the receiving wallet states about some payments. */
export interface RecipientFacts {
  /** Credited or held for review, in minor units. */
  readonly received: bigint;
  /** How often each payment stands in the statements as credited or held, by UETR. */
  readonly credits: ReadonlyMap<string, number>;
  readonly held: number;
}

const MS_PER_DAY = 86_400_000;

/** Adds up the sending wallet's journal over the payments' own references. */
export async function readSenderFacts(
  wallet: WalletApp,
  uetrs: ReadonlySet<string>,
): Promise<SenderFacts> {
  const lines = (await wallet.journal()).filter(({ reference }) => uetrs.has(reference));
  const sum = (account: string) =>
    lines
      .filter((line) => line.account === account)
      .reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n);
  return { debited: -sum("users"), sent: sum("transit"), fees: sum("fees") };
}

/** The UTC days on which the payments may have been credited, from the first one's making to today. */
function daysSince(payments: readonly ShownPayment[]): string[] {
  const first = Math.min(Date.now(), ...payments.map(({ createdAt }) => Date.parse(createdAt)));
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const days = new Set<string>([dayOf(Date.now())]);
  for (let ms = first; ms < Date.now(); ms += MS_PER_DAY) days.add(dayOf(ms));
  return [...days];
}

/** Reads the receiving wallet's statements. Payments that came back after settlement are left out. */
export async function readRecipientFacts(
  wallet: WalletApp,
  payments: readonly ShownPayment[],
): Promise<RecipientFacts> {
  const wanted = new Set(
    payments.filter(({ state }) => state !== "returned").map(({ uetr }) => uetr),
  );
  const credits = new Map<string, number>();
  let received = 0n;
  let held = 0;
  for (const day of daysSince(payments)) {
    for (const { uetr, status, amountMinor } of await wallet.credits(day)) {
      if (!wanted.has(uetr) || status === "RJCT") continue;
      credits.set(uetr, (credits.get(uetr) ?? 0) + 1);
      received += BigInt(amountMinor);
      if (status !== "ACCC") held++;
    }
  }
  return { received, credits, held };
}

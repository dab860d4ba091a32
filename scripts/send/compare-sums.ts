import { signedMinor } from "../../server/local/bank-books.ts";
import type { ShownPayment } from "../../server/local/wallet-app.ts";
import type { BankFacts } from "./read-bank-facts.ts";
import type { ChainFacts } from "./read-chain-facts.ts";
import type { RecipientFacts, SenderFacts } from "./read-wallet-facts.ts";

/** What four parties say about the same payments, each from its own books. */
export interface Facts {
  readonly payments: readonly ShownPayment[];
  readonly sender: SenderFacts;
  readonly recipient: RecipientFacts;
  readonly bank: BankFacts;
  readonly chain: ChainFacts;
}

export interface Comparison {
  /** Amounts of the settled payments as their sender was shown them, in minor units. */
  readonly sent: bigint;
  readonly received: bigint;
  readonly fees: bigint;
  /** Settled payments that stand in the recipient's statements exactly once. */
  readonly creditedOnce: number;
  /** What does not agree; empty when every sum is equal to the cent and every good payment credited once. */
  readonly differences: readonly string[];
}

/** Fees stay with the wallet for what was settled, also when it came back later. */
const keepsFee = ({ state }: ShownPayment) => state === "settled" || state === "returned";

/** Holds what four parties say against one another. */
export function compareSums({ payments, sender, recipient, bank, chain }: Facts): Comparison {
  const settled = payments.filter(({ state }) => state === "settled");
  const sum = (of: readonly ShownPayment[], amount: (payment: ShownPayment) => bigint) =>
    of.reduce((total, payment) => total + amount(payment), 0n);
  const sent = sum(settled, ({ sendAmount }) => signedMinor(sendAmount));
  const received = sum(settled, ({ receiveAmount }) => signedMinor(receiveAmount));
  const fees = sum(payments.filter(keepsFee), ({ fee }) => signedMinor(fee));
  const differences: string[] = [];
  const equal = (what: string, seen: bigint | number, expected: bigint | number) => {
    if (seen !== expected) differences.push(`${what}: ${seen} instead of ${expected}`);
  };
  equal("sent, by the sending wallet's journal", sender.sent, sent);
  equal("fees, by the sending wallet's journal", sender.fees, fees);
  equal("debited, by the sending wallet's journal", sender.debited, sent + fees);
  equal("sent, by the bank's ledger", bank.sent, sent);
  equal("sent, by the chain", chain.sent, sent);
  equal("received, by the receiving wallet's statements", recipient.received, received);
  equal("received, by the bank's ledger", bank.received, received);
  equal("received, by the chain", chain.received, received);
  const creditedOnce = settled.filter(({ uetr }) => recipient.credits.get(uetr) === 1).length;
  equal("settled payments credited exactly once", creditedOnce, settled.length);
  equal("payments in the statements", recipient.credits.size, settled.length);
  return { sent, received, fees, creditedOnce, differences };
}

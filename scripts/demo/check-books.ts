import type { BookLine, Books } from "./take-books.ts";

/** Something that must hold, and whether it does. */
export interface Check {
  readonly claim: string;
  readonly holds: boolean;
  /** Both sides in minor units, for whoever looks for a missing cent. */
  readonly seen: string;
  readonly expected: string;
}

/** What has changed hands for good by a story's end, in minor units: nothing, where the sender is made whole. */
export interface Moved {
  readonly send: bigint;
  readonly receive: bigint;
  readonly fee: bigint;
  /** What the mid rate was worth more than the bank's, and what rounding left, both in the receive currency. */
  readonly margin: bigint;
  readonly residue: bigint;
}

export interface Accounted {
  readonly before: Books;
  readonly after: Books;
  readonly moved: Moved;
  readonly sendCurrency: string;
  readonly receiveCurrency: string;
  /** The three parties' accounts on chain, under which the bank's ledger knows them. */
  readonly accounts: Readonly<Record<"payer" | "bank" | "payee", string>>;
}

const minorIn = (books: Books, name: string) => books.get(name)?.minor ?? 0n;

function createChecks({ before, after }: Accounted) {
  const checks: Check[] = [];
  const at = (name: string) => minorIn(after, name);
  const change = (name: string) => at(name) - minorIn(before, name);
  const equal = (claim: string, seen: bigint, expected: bigint) =>
    checks.push({ claim, holds: seen === expected, seen: `${seen}`, expected: `${expected}` });
  return { checks, at, change, equal };
}

type Checks = ReturnType<typeof createChecks>;

function checkWallets({ change, at, equal }: Checks, { moved }: Accounted): void {
  const { send, receive, fee } = moved;
  equal("the sender paid the amount and the fee", change("sender"), -(send + fee));
  equal("no other user of the sending wallet was touched", change("payer.users"), -(send + fee));
  equal("the sending wallet passed the amount on", change("payer.transit"), send);
  equal("the sending wallet kept the fee", change("payer.fees"), fee);
  equal("the recipient got the amount", change("recipient"), receive);
  equal("no other user of the receiving wallet was touched", change("payee.users"), receive);
  equal("the receiving wallet counts on the amount", change("payee.transit"), -receive);
  equal("nothing is left in suspense", change("payee.suspense"), 0n);
  equal("the sending wallet's books add up to nothing", at("payer.sum"), 0n);
  equal("the receiving wallet's books add up to nothing", at("payee.sum"), 0n);
}

function checkChain({ change, at, equal }: Checks, accounted: Accounted): void {
  const { moved, sendCurrency, receiveCurrency } = accounted;
  const legs = [
    { currency: sendCurrency, payer: -moved.send, bank: moved.send, payee: 0n },
    { currency: receiveCurrency, payer: 0n, bank: -moved.receive, payee: moved.receive },
  ];
  for (const { currency, ...changes } of legs) {
    for (const [party, expected] of Object.entries(changes)) {
      const name = `chain.position.${currency}.${party}`;
      equal(`${party}'s ${currency} position moved by its leg`, change(name), expected);
    }
    equal(`no ${currency} is held for a batch any more`, at(`chain.held.${currency}`), 0n);
    const positions = ["payer", "bank", "payee"]
      .map((party) => at(`chain.position.${currency}.${party}`))
      .reduce((sum, position) => sum + position, 0n);
    const found = positions + at(`chain.held.${currency}`) + at(`chain.outside.${currency}`);
    equal(`all ${currency} tokens are found`, found, at(`chain.supply.${currency}`));
    equal(`no ${currency} token was made or burnt`, change(`chain.supply.${currency}`), 0n);
  }
}

function checkLedger({ change, at, equal }: Checks, accounted: Accounted): void {
  const { after, moved, sendCurrency, receiveCurrency, accounts } = accounted;
  for (const currency of [sendCurrency, receiveCurrency]) {
    for (const [party, account] of Object.entries(accounts)) {
      const claim = `the bank's ledger has ${party}'s ${currency} position as the chain has it`;
      const onChain = at(`chain.position.${currency}.${party}`);
      equal(claim, at(`ledger.position:${account}:${currency}`), onChain);
    }
    const debitPositive = ({ side, minor }: BookLine) => (side === "credit" ? -minor : minor);
    const total = [...after]
      .filter(([name, line]) => name.startsWith("ledger.") && line.currency === currency)
      .reduce((sum, [, line]) => sum + debitPositive(line), 0n);
    equal(`the bank's ledger adds up to nothing in ${currency}`, total, 0n);
  }
  const margin = change(`ledger.margin-income:${receiveCurrency}`);
  const residue = change(`ledger.rounding-residue:${receiveCurrency}`);
  const sold = -change(`ledger.fx-position:${receiveCurrency}`);
  equal("the bank bought what was sent", change(`ledger.fx-position:${sendCurrency}`), moved.send);
  equal("the bank's margin is the rates' difference", margin, moved.margin);
  equal("the bank's residue is what rounding left", residue, moved.residue);
  equal("the bank sold what was paid, margin and residue", sold, moved.receive + margin + residue);
}

/** Compares every party's books before and after, to the minor unit, in both currencies. */
export function checkBooks(accounted: Accounted): Check[] {
  const all = createChecks(accounted);
  checkWallets(all, accounted);
  checkChain(all, accounted);
  checkLedger(all, accounted);
  return all.checks;
}

import { signedMinor } from "../../server/local/bank-books.ts";
import { costAgainstMid } from "../../server/local/cost-against-mid.ts";
import { formatMoney } from "../terminal/format-money.ts";
import { formatTable } from "../terminal/print-table.ts";
import { formatTimeline } from "../terminal/print-timeline.ts";
import type { Desk } from "./desk.ts";
import type { Told } from "./story.ts";
import type { Books } from "./take-books.ts";

/** One balance before and after a story. */
export interface ShownBalance {
  readonly party: string;
  readonly account: string;
  readonly currency: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
}

/** The balances that are shown, of all that are compared: party, account, and name in the books. */
function shownLines(
  { corridor, local, bankId }: Desk,
  { story }: Told,
): [string, string, string][] {
  const { payer, payee, sendCurrency, receiveCurrency } = corridor;
  const parties = [local.plan.bank, ...local.plan.wallets];
  const nameOf = (id: string) =>
    parties.find(({ participant }) => participant.id === id)?.participant.name ?? id;
  const [sending, receiving, bank] = [nameOf(payer), nameOf(payee), nameOf(bankId)];
  const position = (name: string, party: string, currency: string): [string, string, string] => [
    "corridor",
    `${name}'s position`,
    `chain.position.${currency}.${party}`,
  ];
  return [
    ["sender", story.sender.name, "sender"],
    [sending, "sent for its users", "payer.transit"],
    [sending, "fees", "payer.fees"],
    ["recipient", story.recipient.name, "recipient"],
    [receiving, "credited to its users", "payee.transit"],
    [bank, "currency position", `ledger.fx-position:${sendCurrency}`],
    [bank, "currency position", `ledger.fx-position:${receiveCurrency}`],
    [bank, "margin income", `ledger.margin-income:${receiveCurrency}`],
    [bank, "rounding residue", `ledger.rounding-residue:${receiveCurrency}`],
    position(sending, "payer", sendCurrency),
    position(bank, "bank", sendCurrency),
    position(bank, "bank", receiveCurrency),
    position(receiving, "payee", receiveCurrency),
    ["corridor", "held for batches", `chain.held.${sendCurrency}`],
    ["corridor", "held for batches", `chain.held.${receiveCurrency}`],
  ];
}

/** The balances of a story's table. */
export function shownBalances(desk: Desk, told: Told): ShownBalance[] {
  return shownLines(desk, told).map(([party, account, name]) => {
    const currency = (told.after.get(name) ?? told.before.get(name))?.currency;
    // A ledger account on which nothing was ever booked is not listed yet.
    const shown = currency ?? name.slice(-3);
    // What a wallet owes itself for credits is shown as what it has credited.
    const sign = name === "payee.transit" ? -1n : 1n;
    const minorIn = (books: Books) => sign * (books.get(name)?.minor ?? 0n);
    const [before, after] = [minorIn(told.before), minorIn(told.after)];
    const change = after - before;
    return {
      party,
      account,
      currency: shown,
      before: formatMoney(before, shown),
      after: formatMoney(after, shown),
      change: change === 0n ? "" : `${change > 0n ? "+" : ""}${formatMoney(change, shown)}`,
    };
  });
}

/** The price that the sender was shown: mid rate, the bank's rate, fees, and the total cost against mid. */
export function formatPrice(told: Told): string {
  const { midRate, rate, sendAmount, receiveAmount, totalDebit } = told.quote;
  const money = (amount: { value: string; currency: string }) =>
    `${formatMoney(signedMinor(amount), amount.currency)} ${amount.currency}`;
  const fee = signedMinor(totalDebit) - signedMinor(sendAmount);
  const { currency } = totalDebit;
  const cost = costAgainstMid(told.quote);
  const costMinor = signedMinor({ value: cost.value, currency });
  return [
    `  mid rate ${midRate.value} (${midRate.source}, ${midRate.date}); the bank's rate ${rate}`,
    `  ${money(totalDebit)} debited: ${money(sendAmount)} and a fee of ${formatMoney(fee, currency)}; ${money(receiveAmount)} received`,
    `  total cost against mid: ${formatMoney(costMinor, currency)} ${currency}, ${cost.percent} %`,
  ].join("\n");
}

/** What the end meant for the sender. */
const FOR_THE_SENDER: Readonly<Record<string, string>> = {
  rejected: "the sender is whole: amount and fee are back",
  expired: "the sender is whole: amount and fee are back",
  returned: "the sender has the amount back; the fee stays with the wallet",
};

const formatEnd = (end: { readonly state: string; readonly reason?: string | undefined }) =>
  end.reason === undefined ? end.state : `${end.state} (${end.reason})`;

function formatVerdict(told: Told): string {
  const { story, payment, transfer, checks } = told;
  const wrong = checks.filter(({ holds }) => !holds);
  const sums = checks.length - wrong.length;
  const lines = wrong.map(
    ({ claim, seen, expected }) => `  NOT SO: ${claim}: ${seen} instead of ${expected} minor units`,
  );
  const [seen, known, wanted] = [payment, transfer, story.ends].map(formatEnd);
  if (seen !== wanted || known !== wanted) {
    lines.push(
      `  NOT SO: it ended ${seen} at the wallet and ${known} at the relayer, not ${wanted}`,
    );
  }
  const made = FOR_THE_SENDER[story.ends.state];
  if (told.ok && made !== undefined) lines.push(`  ${made}`);
  lines.push(
    wrong.length === 0
      ? `  every cent adds up: ${sums} of ${checks.length} sums agree in both wallets, the bank's ledger and on chain`
      : `  CENTS ARE MISSING: ${sums} of ${checks.length} sums agree`,
  );
  return lines.join("\n");
}

/** A story as it is printed. */
export function formatTold(desk: Desk, told: Told): string {
  const { payment, transfer, events } = told;
  const took = payment.confirmationMs;
  const table = formatTable(
    ["party", "account", "", "before", "after", "change"],
    shownBalances(desk, told).map((line) => [
      line.party,
      line.account,
      line.currency,
      line.before,
      line.after,
      line.change,
    ]),
  );
  return [
    formatPrice(told),
    ...events.map((event) => `  ${event}`),
    "",
    formatTimeline(transfer),
    ...(took === undefined
      ? []
      : [`  credited for the sender after ${took.toFixed(0)} ms, by the payee's signature`]),
    "",
    table.replace(/^/gm, "  "),
    "",
    formatVerdict(told),
  ].join("\n");
}

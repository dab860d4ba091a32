import { formatMoney } from "../terminal/format-money.ts";
import { formatTable } from "../terminal/print-table.ts";
import { hasEnded } from "./await-ends.ts";
import type { Comparison, Facts } from "./compare-sums.ts";
import type { FoundCorridor } from "./find-corridor.ts";
import type { BadRow, PayRow } from "./pay-row.ts";
import type { Sending } from "./send-rows.ts";

const MAX_SHOWN = 25;

const count = (n: number) => n.toLocaleString("en");
const rows = (n: number) => `${count(n)} ${n === 1 ? "row" : "rows"}`;

/** Every row that was refused: its line, its column, why. */
export function formatBadRows(bad: readonly BadRow[]): string {
  const sorted = [...bad].sort((a, b) => a.line - b.line);
  const lines = sorted.slice(0, MAX_SHOWN).map(({ line, column, code, explanation }) => {
    const at = column === undefined ? "" : `${column}: `;
    return `  line ${line}: ${at}${explanation} (${code})`;
  });
  const more = sorted.length - lines.length;
  if (more > 0) lines.push(`  and ${count(more)} more, in the results`);
  return lines.join("\n");
}

/** Rows that say the same as an earlier one: two payments, unless it was a mistake. */
export function formatRepeated(pay: readonly PayRow[]): string | undefined {
  const lines = pay.filter(({ occurrence }) => occurrence > 1).map(({ line }) => line);
  if (lines.length === 0) return undefined;
  const shown = lines.slice(0, MAX_SHOWN).join(", ");
  const more = lines.length > MAX_SHOWN ? " and more" : "";
  return `${rows(lines.length)} say the same as an earlier one and are paid as well: line ${shown}${more}`;
}

function formatEnds({ paid }: Sending): string {
  const counts = new Map<string, number>();
  for (const { payment } of paid) {
    const state = hasEnded(payment) ? payment.state : "under way";
    const reason = payment.reason === undefined ? "" : ` (${payment.reason})`;
    const end = `${state}${reason}`;
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  return [...counts].map(([end, n]) => `${count(n)} ${end}`).join(", ");
}

/** What became of the file's rows. */
export function formatCounts(sending: Sending, seconds: number): string {
  const { paid, bad, unsent } = sending;
  const before = paid.filter((each) => each.before).length;
  const now = paid.length - before;
  const took =
    now === 0 ? "" : ` in ${seconds.toFixed(1)} s, ${(now / seconds).toFixed(0)} a second`;
  const lines = [
    `${rows(paid.length + bad.length + unsent.length)}: ${count(now)} sent now${took}; ${count(before)} had been sent before; ${count(bad.length)} bad`,
  ];
  if (paid.length > 0) lines.push(`payments: ${formatEnds(sending)}`);
  const confirmed = paid.flatMap(({ payment: { confirmationMs } }) =>
    confirmationMs === undefined ? [] : [confirmationMs],
  );
  if (confirmed.length > 0) lines.push(formatConfirmation(confirmed));
  if (unsent.length > 0) {
    const [first] = unsent;
    lines.push(`${rows(unsent.length)} not sent (${first?.explanation}): run it again to go on`);
  }
  return lines.join("\n");
}

function formatConfirmation(samples: readonly number[]): string {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]?.toFixed(0);
  return `confirmation time: half within ${at(0.5)} ms, 99 % within ${at(0.99)} ms, the slowest ${at(1)} ms`;
}

/** The sums of the settled payments in each party's own books, and whether they are one. */
export function formatComparison(
  { corridor }: FoundCorridor,
  { sender, recipient, bank, chain, payments }: Facts,
  { sent, received, fees, creditedOnce, differences }: Comparison,
): string {
  const { sendCurrency, receiveCurrency, payer, payee, banks } = corridor;
  const [send, receive] = [
    (minor: bigint) => formatMoney(minor, sendCurrency),
    (minor: bigint) => formatMoney(minor, receiveCurrency),
  ];
  const table = formatTable(
    ["settled payments of this file, by", sendCurrency, receiveCurrency],
    [
      [`${payer}: shown to the sender`, send(sent), receive(received)],
      [`${payer}: its journal`, send(sender.sent), ""],
      [`${payee}: its statements`, "", receive(recipient.received)],
      [`${banks[0]}: its ledger`, send(bank.sent), receive(bank.received)],
      ["the chain: settlements", send(chain.sent), receive(chain.received)],
    ],
  );
  const settled = payments.filter(({ state }) => state === "settled").length;
  const lines = [
    table,
    "",
    `${count(chain.settled)} settled on chain: reserved in ${count(chain.reservations)} chain transactions, settled in ${count(chain.settlements)}`,
    `fees kept by ${payer}: ${send(fees)} ${sendCurrency}`,
  ];
  if (recipient.held > 0) lines.push(`${count(recipient.held)} held for review by ${payee}`);
  lines.push(
    ...(differences.length === 0
      ? [
          `every good row credited exactly once (${count(creditedOnce)} of ${count(settled)}), every sum equal to the cent in both currencies`,
        ]
      : ["THE SUMS DIFFER (minor units):", ...differences.map((each) => `  ${each}`)]),
  );
  return lines.join("\n");
}

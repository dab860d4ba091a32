import type { Corridor } from "../../protocol/corridor.ts";
import { parseSignedAmount } from "../../protocol/money.ts";
import type { Network } from "../../protocol/network.ts";
import { type BookedItem, type Break, findBreaks } from "../../protocol/reconciliation.ts";
import type { WireJournalEntry } from "../../protocol/wire/books.ts";
import type { ParticipantStatement } from "../../protocol/wire/participant.ts";
import type { BankItem } from "./read-all.ts";
import type { ChainItem } from "./read-chain-items.ts";

/** Two sides' books over the same movements. */
export interface Comparison {
  readonly sides: string;
  readonly items: number;
  readonly breaks: readonly Break[];
}

const minorOf = ({ value, currency }: { value: string; currency: string }) =>
  parseSignedAmount(value, currency);

/** What the journal has left on the accounts of a name, one item for each entry and side. */
function leftOn(
  journal: readonly WireJournalEntry[],
  accounts: readonly string[],
  keyOf: (entry: WireJournalEntry) => string,
): BookedItem[] {
  return journal.flatMap((entry): BookedItem[] => {
    const { currency } = entry.amount;
    const item = (amountMinor: bigint) => ({ key: keyOf(entry), currency, amountMinor });
    return [
      ...(accounts.includes(entry.debit) ? [item(-minorOf(entry.amount))] : []),
      ...(accounts.includes(entry.credit) ? [item(minorOf(entry.amount))] : []),
    ];
  });
}

function compare(sides: string, left: BookedItem[], right: BookedItem[]): Comparison {
  return { sides, items: left.length + right.length, breaks: findBreaks(left, right) };
}

/** The payer's and the payee's own statements: what each transfer has left between a wallet and the corridor. */
export function compareWallet(
  journal: readonly WireJournalEntry[],
  wallet: string,
  statement: ParticipantStatement["items"],
  side: "payer" | "payee",
): Comparison {
  const kinds = side === "payer" ? ["payment", "refund"] : ["credit"];
  const account = side === "payer" ? `${wallet}/position` : `${wallet}/advanced`;
  const keyOf = ({ uetr }: { uetr: string }) => uetr;
  const ours = journal.filter(
    ({ kind }) => side === "payer" || !["settle", "return"].includes(kind),
  );
  // A sender's return is booked as money coming back, a recipient's as money going: both undo the first booking.
  const known = new Set(ours.filter((e) => [e.debit, e.credit].includes(account)).map(keyOf));
  const booked = statement
    .filter(({ kind, uetr }) => kinds.includes(kind) || (kind === "return" && known.has(uetr)))
    .map((item) => ({
      key: keyOf(item),
      currency: item.amount.currency,
      amountMinor: side === "payer" ? -minorOf(item.amount) : minorOf(item.amount),
    }));
  return compare(`journal and ${wallet} (${side})`, leftOn(ours, [account], keyOf), booked);
}

/** The chain, batch by batch: what settled and what came back. */
export function compareChain(
  journal: readonly WireJournalEntry[],
  chain: readonly ChainItem[],
  corridors: readonly Corridor[],
): Comparison {
  const own = new Map(
    journal.flatMap(({ batchId, debit, amount }) => {
      const payer = debit.split("/")[0];
      const found = corridors.find((c) => c.payer === payer && c.sendCurrency === amount.currency);
      return found ? [[batchId, found] as const] : [];
    }),
  );
  const booked = journal
    .filter(({ kind }) => kind === "settle" || kind === "return")
    .map((entry) => ({
      key: `${entry.batchId} ${entry.kind}`,
      currency: entry.amount.currency,
      amountMinor: entry.undoes === undefined ? minorOf(entry.amount) : -minorOf(entry.amount),
    }));
  const logged = chain.flatMap(({ kind, batchId, sendMinor, receiveMinor }): BookedItem[] => {
    const corridor = own.get(batchId);
    if (!corridor) return [];
    const key = `${batchId} ${kind}`;
    return [
      { key, currency: corridor.sendCurrency, amountMinor: sendMinor },
      { key, currency: corridor.receiveCurrency, amountMinor: receiveMinor },
    ];
  });
  return compare("journal and chain", booked, logged);
}

/** The bank: what each batch has left on each participant's position. */
export function compareBank(
  journal: readonly WireJournalEntry[],
  bank: readonly BankItem[],
  network: Network,
): Comparison {
  const nameOf = new Map(
    Object.entries(network.accounts).map(([id, account]) => [String(account).toLowerCase(), id]),
  );
  const batches = new Set(journal.map(({ batchId }) => batchId));
  const positions = [...nameOf.values()].map((id) => `${id}/position`);
  const booked = positions.flatMap((account) =>
    leftOn(journal, [account], ({ batchId }) => `${account} ${batchId}`),
  );
  const stated = bank.flatMap((item): BookedItem[] => {
    if (item.batchId === undefined || !batches.has(item.batchId)) return [];
    const account = `${nameOf.get(item.holder.toLowerCase())}/position`;
    const { currency } = item;
    return [{ key: `${account} ${item.batchId}`, currency, amountMinor: minorOf(item.amount) }];
  });
  return compare("journal and bank", booked, stated);
}

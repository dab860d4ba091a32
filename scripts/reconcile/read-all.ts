import type { z } from "zod";
import { ledgerAccountListSchema } from "../../protocol/wire/bank.ts";
import { journalPageSchema, type WireJournalEntry } from "../../protocol/wire/books.ts";
import {
  type ParticipantStatement,
  participantStatementSchema,
} from "../../protocol/wire/participant.ts";
import { bankItemsSchema } from "./bank-items.ts";

const TIMEOUT_MS = 20_000;
const MS_PER_DAY = 86_400_000;

/** One page of a party's own API, held against its published form. */
async function read<T extends z.ZodType>(url: URL, schema: T): Promise<z.output<T>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new Error(`${url.origin} does not answer: is it running?`, { cause });
  });
  if (!answer.ok) throw new Error(`${url.origin}${url.pathname} answered ${answer.status}`);
  return schema.parse(await answer.json());
}

/** The relayer's whole journal. */
export async function readJournal(operationsUrl: string): Promise<WireJournalEntry[]> {
  const entries: WireJournalEntry[] = [];
  for (let after = "0"; ; ) {
    const url = new URL(`/ledger/entries?after=${after}&limit=1000`, operationsUrl);
    const page = await read(url, journalPageSchema);
    entries.push(...page.entries);
    if (page.entries.length === 0) return entries;
    after = page.next;
  }
}

/** Every UTC day from one to today. */
export function daysFrom(first: string): string[] {
  const days: string[] = [];
  const start = Date.parse(`${first.slice(0, 10)}T00:00:00Z`);
  for (let ms = start; ms <= Date.now(); ms += MS_PER_DAY) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}

/** A wallet's statements of some days. */
export async function readWallet(
  walletUrl: string,
  days: readonly string[],
): Promise<ParticipantStatement["items"]> {
  const items: ParticipantStatement["items"] = [];
  for (const day of days) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const url = new URL(`/statements/${day}?after=${after}`, walletUrl);
      const page: ParticipantStatement = await read(url, participantStatementSchema);
      items.push(...page.items);
      after = page.next;
    }
  }
  return items;
}

/** The bank's statements of everybody's positions on some days, transfer by transfer. */
export async function readBank(bankUrl: string, days: readonly string[]) {
  const { accounts } = await read(new URL("/accounts", bankUrl), ledgerAccountListSchema);
  const items = [];
  for (const { id, book, holder, currency } of accounts) {
    if (book !== "position" || holder === undefined) continue;
    for (const day of days) {
      for (let after: number | undefined = 0; after !== undefined; ) {
        const url = new URL(`/statements/${id}/${day}/items?after=${after}`, bankUrl);
        const page: z.output<typeof bankItemsSchema> = await read(url, bankItemsSchema);
        items.push(...page.items.map((item) => ({ ...item, holder, currency })));
        after = page.next;
      }
    }
  }
  return items;
}

export type BankItem = Awaited<ReturnType<typeof readBank>>[number];

import type { z } from "zod";
import { parseAmount } from "../../protocol/money.ts";
import {
  type BankHealth,
  bankHealthSchema,
  ledgerAccountListSchema,
  ledgerAccountSchema,
  statementSchema,
  type WireLedgerAccount,
  type WireStatement,
} from "../../protocol/wire/bank.ts";

export type StatementLine = WireStatement["lines"][number];

/** An amount that may be zero or negative ("-12.00"), in minor units. */
export function signedMinor(amount: { readonly value: string; readonly currency: string }): bigint {
  const { value, currency } = amount;
  const magnitude = value.replace(/^-/, "");
  if (/^0(\.0+)?$/.test(magnitude)) return 0n;
  const minor: bigint = parseAmount(magnitude, currency);
  return value.startsWith("-") ? -minor : minor;
}

/** Reads a bank's books the way a participant does, over HTTP. */
export function createBankBooks(baseUrl: string) {
  async function read<T extends z.ZodType>(schema: T, path: string): Promise<z.output<T>> {
    const response = await fetch(new URL(path, baseUrl), { signal: AbortSignal.timeout(10_000) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`the bank answered ${response.status} to ${path}`);
    return schema.parse(answer);
  }
  return {
    accounts: async (): Promise<WireLedgerAccount[]> =>
      (await read(ledgerAccountListSchema, "/accounts")).accounts,
    account: (id: string): Promise<WireLedgerAccount> =>
      read(ledgerAccountSchema, `/accounts/${id}`),
    health: (): Promise<BankHealth> => read(bankHealthSchema, "/healthz"),
    /** Every line of an account's UTC day, by the chain's clock, in the order of booking. */
    async lines(account: string, date: string): Promise<StatementLine[]> {
      const lines: StatementLine[] = [];
      let after: number | undefined = 0;
      while (after !== undefined) {
        const path = `/statements/${account}/${date}?after=${after}`;
        const page: z.output<typeof statementSchema> = await read(statementSchema, path);
        lines.push(...page.lines);
        after = page.next;
      }
      return lines;
    },
  };
}

export type BankBooks = ReturnType<typeof createBankBooks>;

import type { Address } from "../../../protocol/messages.ts";
import type { TokenRegistry } from "../chain/token-registry.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";

/** What one account received less what it paid in one token, in minor units. */
export interface Movement {
  readonly account: Address;
  readonly token: Address;
  readonly net: bigint;
}

/**
 * What settlements and returns moved in some blocks, both ends included, by the bank's own ledger. Read
 * from the books that mirror the chain; movements of nothing are left out.
 */
export function readMovements(
  { db, tokens }: { readonly db: BankDatabase; readonly tokens: TokenRegistry },
  blocks: { readonly from: number; readonly to: number },
): Movement[] {
  // Debit is positive, and these books are what the bank owes: a credit is received.
  const rows = db
    .prepare(
      `select holder, currency, -sum(amount) as net
       from entries join postings on entry_seq = seq join accounts on accounts.id = account_id
       where block_number between ? and ? and kind in ('settlement', 'return')
         and book in ('position', 'reserved')
       group by holder, currency having sum(amount) <> 0
       order by currency, holder`,
    )
    .all(blocks.from, blocks.to);
  return rows.map((row) => ({
    account: String(row["holder"]) as Address,
    token: tokens.tokenOf(String(row["currency"])),
    net: row["net"] as bigint,
  }));
}

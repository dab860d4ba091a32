import type { CurrencyCode } from "../../../protocol/currency.ts";
import type { Address } from "../../../protocol/messages.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { WireRedemption } from "../../../protocol/wire/bank.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import type { ChainReference } from "../ledger/post-entry.ts";

/** Fiat paid for tokens that were redeemed. */
export interface Payout {
  readonly redemptionId: string;
  readonly account: Address;
  readonly currency: CurrencyCode;
  /** Minor units. */
  readonly amount: bigint;
}

/** Stores a payout. Call inside the commit that books it. @throws if this one was paid before. */
export function recordPayout(
  db: BankDatabase,
  payout: Payout,
  paid: ChainReference & { readonly paidAt: bigint },
): void {
  const { redemptionId, account, currency, amount } = payout;
  db.prepare("insert into payouts values (?, ?, ?, ?, ?, ?, ?)").run(
    redemptionId,
    account,
    currency,
    amount,
    paid.paidAt,
    paid.blockNumber,
    paid.transactionHash,
  );
}

/** Everything paid under a redemption id, or undefined if nothing was. */
export function findRedemption(db: BankDatabase, redemptionId: string): WireRedemption | undefined {
  const rows = db
    .prepare("select * from payouts where redemption_id = ? order by account, currency")
    .all(redemptionId);
  if (rows.length === 0) return undefined;
  return { redemptionId, payouts: rows.map(payoutToWire) };
}

function payoutToWire(row: Record<string, unknown>): WireRedemption["payouts"][number] {
  const currency = String(row["currency"]);
  return {
    account: String(row["account"]),
    amount: { value: formatAmount(minorUnits(row["amount"] as bigint), currency), currency },
    status: "paid",
    paidAt: new Date(Number(row["paid_at"]) * 1_000).toISOString(),
    chain: {
      transactionHash: String(row["transaction_hash"]),
      blockNumber: Number(row["block_number"]),
    },
  };
}

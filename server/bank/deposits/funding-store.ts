import type { CurrencyCode } from "../../../protocol/currency.ts";
import type { Address } from "../../../protocol/messages.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { WireFunding } from "../../../protocol/wire/bank.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import type { ChainReference } from "../ledger/post-entry.ts";

/** An order to issue deposit tokens against fiat, once. */
export interface FundingOrder {
  readonly fundingId: string;
  readonly account: Address;
  readonly currency: CurrencyCode;
  /** Minor units. */
  readonly amount: bigint;
}

/** A stored order and how far it is. */
export interface StoredFunding extends FundingOrder {
  readonly status: "accepted" | "issued";
  readonly acceptedAt: bigint;
  readonly chain: ChainReference | undefined;
}

/** Stores a new order. Call inside the commit that books its fiat. @throws if the id is taken. */
export function insertFunding(db: BankDatabase, order: FundingOrder, acceptedAt: bigint): void {
  const { fundingId, account, currency, amount } = order;
  db.prepare("insert into fundings values (?, ?, ?, ?, 'accepted', ?, null, null)").run(
    fundingId,
    account,
    currency,
    amount,
    acceptedAt,
  );
}

/** A funding by its id; undefined when none was accepted under it. */
export function findFunding(db: BankDatabase, fundingId: string): StoredFunding | undefined {
  const row = db.prepare("select * from fundings where funding_id = ?").get(fundingId);
  return row && fromRow(row);
}

/** Orders whose tokens have not been seen on chain, oldest first. */
export function waitingFundings(db: BankDatabase): StoredFunding[] {
  return db
    .prepare("select * from fundings where status = 'accepted' order by accepted_at, funding_id")
    .all()
    .map(fromRow);
}

/**
 * The chain issued against an order. Call inside the commit that books the event.
 * Answers false if there is no such order: then the chain issued what nobody paid for.
 */
export function markIssued(db: BankDatabase, order: FundingOrder, chain: ChainReference): boolean {
  const { changes } = db
    .prepare(
      `update fundings set status = 'issued', block_number = ?, transaction_hash = ?
       where funding_id = ? and account = ? and currency = ? and amount = ?
         and status = 'accepted'`,
    )
    .run(
      chain.blockNumber,
      chain.transactionHash,
      order.fundingId,
      order.account,
      order.currency,
      order.amount,
    );
  return Number(changes) === 1;
}

/** A funding as the wire carries it. */
export function fundingToWire(funding: StoredFunding): WireFunding {
  const { fundingId, account, currency, amount, status, acceptedAt, chain } = funding;
  return {
    fundingId,
    account,
    amount: { value: formatAmount(minorUnits(amount), currency), currency },
    status,
    acceptedAt: new Date(Number(acceptedAt) * 1_000).toISOString(),
    ...(chain !== undefined && { chain }),
  };
}

function fromRow(row: Record<string, unknown>): StoredFunding {
  const issued = row["block_number"] !== null;
  return {
    fundingId: String(row["funding_id"]),
    account: String(row["account"]) as Address,
    currency: String(row["currency"]) as CurrencyCode,
    amount: row["amount"] as bigint,
    status: row["status"] === "issued" ? "issued" : "accepted",
    acceptedAt: row["accepted_at"] as bigint,
    chain: issued
      ? {
          blockNumber: Number(row["block_number"]),
          transactionHash: String(row["transaction_hash"]),
        }
      : undefined,
  };
}

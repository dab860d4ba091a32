import type { CurrencyCode } from "../../../protocol/currency.ts";
import { ProtocolError } from "../../../protocol/errors.ts";
import type { Address } from "../../../protocol/messages.ts";
import { parseAmount } from "../../../protocol/money.ts";
import type { WireAmount } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import type { TokenRegistry } from "../chain/token-registry.ts";
import { holderAccount, ownAccount } from "../ledger/chart.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import { move, postEntry } from "../ledger/post-entry.ts";
import { findFunding, insertFunding, type StoredFunding } from "./funding-store.ts";

/** Where fundings are taken in. */
export interface FundingDesk {
  readonly db: BankDatabase;
  readonly tokens: TokenRegistry;
  /** The accounts on chain that the bank keeps deposits for. */
  readonly customers: ReadonlySet<Address>;
  /** The bank's own clock, in Unix seconds. */
  readonly now: () => bigint;
}

export interface FundingRequest {
  readonly fundingId: string;
  readonly account: Address;
  readonly amount: WireAmount;
}

/**
 * Takes a participant's fiat in and orders the same in deposit tokens. The id makes it happen once: the
 * same request again answers the same funding, whenever it comes.
 *
 * @throws ProblemError `idempotency-key-reused` if the id came with another account or amount,
 * `field-format` for an account that is no customer's, `currency` or an amount's faults.
 */
export function acceptFunding(desk: FundingDesk, request: FundingRequest): StoredFunding {
  const { fundingId, account } = request;
  if (!desk.customers.has(account)) {
    throw new ProblemError("field-format", "the account is not a customer's of this bank", {
      pointer: "/account",
      remedy: "use the on-chain account that the bank was given",
    });
  }
  desk.tokens.tokenOf(request.amount.currency);
  const amount = readAmount(request.amount);
  const currency = request.amount.currency as CurrencyCode;
  return inOneCommit(desk.db, () => {
    const existing = findFunding(desk.db, fundingId);
    if (existing !== undefined) return sameFunding(existing, { account, currency, amount });
    const at = desk.now();
    insertFunding(desk.db, { fundingId, account, currency, amount }, at);
    postEntry(
      desk.db,
      { kind: "fiat-in", source: `funding:${fundingId}`, reference: fundingId, bookedAt: at },
      move(amount, {
        from: ownAccount("cash", currency),
        to: holderAccount("vostro", { holder: account, currency }),
      }),
    );
    return {
      fundingId,
      account,
      currency,
      amount,
      status: "accepted",
      acceptedAt: at,
      chain: undefined,
    };
  });
}

/** The amount in minor units; a fault in it points at its place in the request. */
function readAmount({ value, currency }: WireAmount): bigint {
  try {
    return parseAmount(value, currency);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ProblemError(error.code, error.message, {
      pointer: "/amount/value",
      ...(error.remedy !== undefined && { remedy: error.remedy }),
    });
  }
}

function sameFunding(
  existing: StoredFunding,
  asked: Pick<StoredFunding, "account" | "currency" | "amount">,
): StoredFunding {
  const same =
    existing.account === asked.account &&
    existing.currency === asked.currency &&
    existing.amount === asked.amount;
  if (same) return existing;
  throw new ProblemError("idempotency-key-reused", "this funding id came with another body", {
    pointer: "/fundingId",
    remedy: "use a new id for another funding",
  });
}

import { packAmounts } from "../../../protocol/amounts.ts";
import { rootOf } from "../../../protocol/batch-tree.ts";
import { commitmentTo } from "../../../protocol/commitment.ts";
import type { Corridor } from "../../../protocol/corridor.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { PaymentDetails, WireAccount } from "../../../protocol/wire/payment-details.ts";
import type { WireAmount } from "../../../protocol/wire/primitives.ts";
import type { BatchRequest } from "../../../protocol/wire/relayer.ts";
import { type ProblemContext, ProblemError } from "../../foundation/http/problem-error.ts";
import type { StoredQuote } from "../store/quotes.ts";
import type { NewTransfer } from "../store/transfers.ts";

/** One transfer of an order, its commitment made from its details. */
export type OrderedLine = Omit<NewTransfer, "participantId" | "batchId" | "index">;

function invalidQuote(detail: string, context: ProblemContext): ProblemError {
  return new ProblemError("quote-invalid", detail, context);
}

const sameAmount = (stated: WireAmount, minor: bigint, currency: string) =>
  stated.currency === currency && stated.value === formatAmount(minorUnits(minor), currency);

const sameAccount = (a: WireAccount, b: WireAccount) => a.type === b.type && a.value === b.value;

/** The details must say what the quote promised: amounts, rate, recipient. */
export function assertDetailsMatchQuote(match: {
  readonly details: PaymentDetails;
  readonly quote: StoredQuote;
  readonly corridor: Corridor;
  readonly rateMajor: string;
  /** RFC 6901 pointer to the details. */
  readonly pointer: string;
}): void {
  const { details, quote, corridor, pointer } = match;
  const differs = (field: string) =>
    invalidQuote(`${field} is not what was quoted`, {
      pointer: `${pointer}/${field}`,
      remedy: "state the quote's amounts, rate and recipient, or ask for a new quote",
    });
  if (!sameAmount(details.instructedAmount, quote.send_minor, corridor.sendCurrency)) {
    throw differs("instructedAmount");
  }
  if (!sameAmount(details.creditedAmount, quote.receive_minor, corridor.receiveCurrency)) {
    throw differs("creditedAmount");
  }
  if (details.exchangeRate !== match.rateMajor) throw differs("exchangeRate");
  if (!sameAccount(details.creditor.account, quote.creditor_account)) {
    throw differs("creditor/account");
  }
  if (sameAccount(details.debtor.account, details.creditor.account)) {
    throw new ProblemError("same-party", "debtor and creditor are one account", {
      pointer: `${pointer}/debtor/account`,
      remedy: "state whose account is debited",
    });
  }
  if (!corridor.purposes.includes(details.purpose)) {
    throw new ProblemError("purpose", "the purpose is not allowed in the corridor", {
      pointer: `${pointer}/purpose`,
      remedy: `choose one of ${corridor.purposes.join(", ")}`,
    });
  }
}

/** A quote serves once, until it expires, and only with others out of the same bank quote. */
export function assertQuotesUsable(
  quotes: readonly (StoredQuote | undefined)[],
  request: BatchRequest,
): asserts quotes is readonly StoredQuote[] {
  const ids = new Set(request.transfers.map((transfer) => transfer.quoteId));
  for (const [index, quote] of quotes.entries()) {
    const pointer = `/transfers/${index}/quoteId`;
    const remedy = "ask for a new quote";
    if (!quote) throw invalidQuote("there is no such quote", { pointer, remedy });
    if (quote.used_by)
      throw new ProblemError("quote-used", "it has been used", { pointer, remedy });
    if (quote.released || quote.expires_at.getTime() <= Date.now()) {
      throw invalidQuote("the quote has expired", { pointer, remedy });
    }
    if (quote.quote_hash !== request.batch.quoteHash) {
      throw invalidQuote("the batch names another bank quote", {
        pointer,
        remedy: "sign a batch over the quoteHash that the quote came with",
      });
    }
  }
  if (ids.size !== request.transfers.length) {
    throw new ProblemError("quote-used", "a quote stands twice in the batch");
  }
}

/** Rebuilds the tree from the details and holds the signed Batch against it. */
export function assertBatchMatches(
  request: BatchRequest,
  quotes: readonly StoredQuote[],
): OrderedLine[] {
  const transfers = request.transfers.map(({ details, salt, quoteId }, index): OrderedLine => {
    const quote = quotes[index];
    if (!quote) throw new Error("one quote for each transfer");
    return {
      uetr: details.uetr,
      quoteId,
      commitment: commitmentTo(details, salt),
      sendMinor: quote.send_minor,
      receiveMinor: quote.receive_minor,
      details,
      salt,
    };
  });
  const instructions = transfers.map(({ commitment, sendMinor, receiveMinor }) => ({
    commitment,
    amounts: packAmounts({ send: minorUnits(sendMinor), receive: minorUnits(receiveMinor) }),
  }));
  const { batch } = request;
  const total = transfers.reduce((sum, transfer) => sum + transfer.sendMinor, 0n);
  const differing =
    batch.count !== transfers.length
      ? "count"
      : batch.sendTotal !== total
        ? "sendTotal"
        : batch.root !== rootOf(instructions)
          ? "root"
          : undefined;
  if (differing) {
    throw new ProblemError("tree", `the batch's ${differing} is not that of its transfers`, {
      pointer: `/batch/${differing}`,
      remedy: "compute commitments, root and totals from exactly the details and salts you send",
    });
  }
  return transfers;
}

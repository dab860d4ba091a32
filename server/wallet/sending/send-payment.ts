import { siblingsOf, treeOf } from "../../../protocol/batch-tree.ts";
import type { Corridor } from "../../../protocol/corridor.ts";
import { parseAmount } from "../../../protocol/money.ts";
import { batchToWire, instructionToWire, quoteToWire } from "../../../protocol/wire/messages.ts";
import type { PaymentDetails } from "../../../protocol/wire/payment-details.ts";
import type { QuoteAnswer, WireTransferRequest } from "../../../protocol/wire/relayer.ts";
import { type PreparedBatch, prepareBatch } from "../../../sdk/send/prepare-batch.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import type { Account } from "../store/accounts.ts";
import { book, InsufficientFunds } from "../store/ledger.ts";
import { findPayment, insertPayment, type Payment } from "../store/payments.ts";
import { usePrice } from "../store/prices.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { deliverOrder } from "./deliver-order.ts";
import { findEarlier, hashOfRequest } from "./find-earlier.ts";
import { makeDetails } from "./make-details.ts";
import type { PaymentRequest } from "./payment-request.ts";
import { corridorOf, priceOf } from "./price-payment.ts";

/** A quote does not look at the purpose, the order does: by then the user would have been debited. */
function assertPurpose({ purposes }: Corridor, { purpose }: PaymentRequest): void {
  if (purposes.includes(purpose)) return;
  throw new ProblemError("purpose", "the purpose is not allowed in the corridor", {
    pointer: "/purpose",
    remedy: `choose one of ${purposes.join(", ")}`,
  });
}

function toOrder(
  quote: QuoteAnswer,
  details: PaymentDetails,
  prepared: PreparedBatch,
): WireTransferRequest {
  return {
    quoteId: quote.id,
    details,
    salt: prepared.salts[0] ?? "",
    batch: batchToWire(prepared.batch),
    signature: prepared.signature,
  };
}

/** Debits the user and stores the signed order, in one commit, before anything leaves the house. */
function store(
  wallet: WalletParts,
  made: {
    readonly request: PaymentRequest;
    readonly sender: Account;
    readonly quote: QuoteAnswer;
    readonly details: PaymentDetails;
    readonly prepared: PreparedBatch;
  },
): void {
  const { request, sender, quote, details, prepared } = made;
  const { currency } = wallet.config;
  const send = parseAmount(quote.sendAmount.value, currency);
  const total = parseAmount(quote.totalDebit.value, currency);
  const [instruction] = prepared.instructions;
  if (!instruction) throw new Error("a batch of one has one instruction");
  inOneCommit(wallet.db, () => {
    if (request.priceId !== undefined && !usePrice(wallet.db, request.priceId, details.uetr)) {
      throw new ProblemError("quote-used", "another payment was made at this price", {
        pointer: "/priceId",
        remedy: "ask for a new price",
      });
    }
    book(wallet.db, {
      id: `payment:${details.uetr}`,
      kind: "payment",
      reference: details.uetr,
      lines: [
        { account: sender.id, amount: -total },
        { account: "transit", amount: send },
        { account: "fees", amount: total - send },
      ],
    });
    insertPayment(wallet.db, {
      uetr: details.uetr,
      request_id: request.requestId,
      request_hash: hashOfRequest(request),
      account: sender.id,
      corridor: quote.corridor,
      state: "sent",
      reason: null,
      send,
      receive: parseAmount(quote.receiveAmount.value, quote.receiveAmount.currency),
      fee: total - send,
      send_shown: `${quote.sendAmount.value} ${quote.sendAmount.currency}`,
      receive_shown: `${quote.receiveAmount.value} ${quote.receiveAmount.currency}`,
      rate: quote.rate,
      batch_id: prepared.batchId,
      quote_hash: quote.signedQuote.quoteHash,
      payee: quote.signedQuote.quote.payee,
      valid_until: quote.signedQuote.quote.validUntil,
      settle_until: quote.signedQuote.quote.settleUntil,
      quote: JSON.stringify(quoteToWire(quote.signedQuote.quote)),
      instruction: JSON.stringify(instructionToWire(instruction)),
      batch: JSON.stringify(batchToWire(prepared.batch)),
      siblings: JSON.stringify(siblingsOf(treeOf(prepared.instructions), 0)),
      batch_index: 0n,
      order_body: JSON.stringify(toOrder(quote, details, prepared)),
      created_at: new Date().toISOString(),
    });
  });
}

/** The app is answered after so long, credited or not yet; the relayer's answer is waited for all the same. */
const APP_PATIENCE_MS = 3_000;

/** A payment, and whether an earlier request of the same id had made it. */
export interface SentPayment {
  readonly payment: Payment;
  readonly replayed: boolean;
}

/**
 * Pays for a user: price, check, debit and store, then send. The same request twice pays once. When it returns, the
 * user's money is either untouched, or in a payment whose end only the chain decides.
 */
export async function sendPayment(
  wallet: WalletParts,
  request: PaymentRequest,
): Promise<SentPayment> {
  const earlier = findEarlier(wallet, request);
  if (earlier) return { payment: earlier, replayed: true };
  assertPurpose(corridorOf(wallet, request.corridor), request);
  const { corridor, sender, quote } = await priceOf(wallet, request);
  const details = makeDetails(wallet, { request, corridor, sender, quote });
  const { currency } = wallet.config;
  const { receiveAmount, sendAmount } = quote;
  const prepared = await prepareBatch(wallet.signer, {
    deployment: wallet.deployment,
    quoteHash: quote.signedQuote.quoteHash,
    payments: [
      {
        details,
        send: parseAmount(sendAmount.value, currency),
        receive: parseAmount(receiveAmount.value, receiveAmount.currency),
      },
    ],
  });
  // Another request of the same id may have come this far while we waited: the first to store pays.
  const meanwhile = findEarlier(wallet, request);
  if (meanwhile) return { payment: meanwhile, replayed: true };
  try {
    store(wallet, { request, sender, quote, details, prepared });
  } catch (error) {
    if (!(error instanceof InsufficientFunds)) throw error;
    throw new ProblemError("funds-insufficient", "the balance does not cover amount and fees", {
      pointer: "/amount",
      remedy: `top up, or send less than ${quote.totalDebit.value} ${quote.totalDebit.currency} in all`,
    });
  }
  const { uetr } = details;
  await wallet.deliveries.waitFor(uetr, deliverOrder(wallet, uetr), APP_PATIENCE_MS);
  const payment = findPayment(wallet.db, uetr);
  if (!payment) throw new Error("a stored payment is gone");
  return { payment, replayed: false };
}

import { parseAmount } from "../../protocol/money.ts";
import { batchToWire, quoteToWire } from "../../protocol/wire/messages.ts";
import type { WireAmount } from "../../protocol/wire/primitives.ts";
import type { WireBatchRequest, WireSignedQuote } from "../../protocol/wire/relayer.ts";
import { CorridorError } from "../errors/corridor-error.ts";
import type { PartySigner } from "../keys/signer.ts";
import { type CheckedQuote, detailsOf } from "./payment.ts";
import type { PinnedConfiguration } from "./pinned-configuration.ts";
import { prepareBatch } from "./prepare-batch.ts";

/**
 * A signed order as it is stored, plain JSON: with it a wallet can hand the same order in again, ask after it, and see it
 * through on chain without the relayer. Store it, with the debit of its user, before it is sent.
 */
export interface SignedOrder {
  readonly version: 1;
  readonly batchId: string;
  /** The same for every repetition, so that the order is carried out once. */
  readonly idempotencyKey: string;
  readonly signedQuote: WireSignedQuote;
  readonly request: WireBatchRequest;
}

const minorOf = ({ value, currency }: WireAmount) => parseAmount(value, currency);

/**
 * Signs one batch over quotes that came out of one bank quote, 1 to 500 of them: commitments, tree and Batch are made
 * here and nowhere else. @throws CorridorError `quote-invalid` for quotes out of several bank quotes.
 */
export async function signOrder(
  signer: PartySigner,
  pinned: PinnedConfiguration,
  quotes: readonly CheckedQuote[],
): Promise<SignedOrder> {
  const [first] = quotes;
  if (!first) throw new CorridorError("tree", "a batch has at least one transfer");
  const { signedQuote } = first.answer;
  const { quoteHash } = signedQuote;
  if (quotes.some(({ answer }) => answer.signedQuote.quoteHash !== quoteHash)) {
    throw new CorridorError("quote-invalid", "the quotes are out of several bank quotes");
  }
  const { participants } = pinned;
  const corridor = pinned.sendingCorridor(first.payment.corridor);
  const details = quotes.map((quote) => detailsOf(quote, { corridor, participants }));
  const payments = quotes.map(({ answer }, index) => ({
    details: details[index] ?? detailsOf(first, { corridor, participants }),
    send: minorOf(answer.sendAmount),
    receive: minorOf(answer.receiveAmount),
  }));
  const { deployment } = pinned;
  const prepared = await prepareBatch(signer, { deployment, quoteHash, payments });
  return {
    version: 1,
    batchId: prepared.batchId,
    idempotencyKey: prepared.batchId,
    signedQuote: { ...signedQuote, quote: quoteToWire(signedQuote.quote) },
    request: {
      transfers: payments.map((payment, index) => ({
        quoteId: quotes[index]?.answer.id ?? "",
        details: payment.details,
        salt: prepared.salts[index] ?? "",
      })),
      batch: batchToWire(prepared.batch),
      signature: prepared.signature,
    },
  };
}

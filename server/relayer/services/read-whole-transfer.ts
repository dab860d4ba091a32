import { quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { PaymentDetails } from "../../../protocol/wire/payment-details.ts";
import type { WireReceipt } from "../../../protocol/wire/receipt.ts";
import type { WireTransfer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { knownCorridor, type ServiceContext } from "../service-context.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { TransferKey } from "../store/transfer-search.ts";
import {
  type CarryingTransaction,
  findWholeTransfer,
  listActs,
  listAuditOf,
  listDeliveriesOf,
  listEntriesOf,
  listTransactionsOf,
  type NumberedEntry,
  type StepDelivery,
} from "../store/whole-transfer.ts";
import { type BatchStanding, readBatch } from "./batch-acts.ts";
import type { Order } from "./halts.ts";
import { maskParty } from "./mask-party.ts";
import { readReceipt } from "./read-receipt.ts";
import { readTransfer } from "./read-transfers.ts";
import { recordAct } from "./record-act.ts";
import { toAmount } from "./show-amount.ts";

export type { TransferKey };

const missing = () => new ProblemError("not-found", "there is no transfer of this id");

/** An entry of the audit log, as a page lists it. */
export interface ShownEntry {
  readonly seq: string;
  readonly hash: string;
  readonly fields: Readonly<Record<string, string>>;
}

export const toShown = ({ seq, entry, hash }: NumberedEntry): ShownEntry => {
  const { seq: _, kind: __, ...fields } = JSON.parse(entry) as Record<string, string>;
  return { seq: seq.toString(), hash, fields };
};

function toShownDelivery(delivery: StepDelivery, stepOf: ReadonlyMap<string, string>) {
  return {
    id: delivery.id,
    endpointId: delivery.endpoint_id,
    url: delivery.url,
    endpointState: delivery.endpoint_state,
    step: stepOf.get(delivery.seq.toString()) ?? "",
    state: delivery.state,
    attempts: delivery.attempts,
    ...(delivery.state === "pending" && { dueAt: delivery.due_at.toISOString() }),
    ...(delivery.delivered_at && { deliveredAt: delivery.delivered_at.toISOString() }),
    ...(delivery.last_status !== null && { lastStatus: delivery.last_status }),
    ...(delivery.last_error !== null && { lastError: delivery.last_error }),
  };
}

function toShownTransaction(transaction: CarryingTransaction, batchId: string) {
  const own = transaction.calls.filter((call) => call.batchId === batchId);
  return {
    hash: transaction.hash,
    lane: transaction.lane,
    nonce: transaction.nonce.toString(),
    calls: [...new Set(own.map(({ kind }) => kind))],
    others: transaction.calls.length - own.length,
    signedAt: transaction.signed_at.toISOString(),
    ...(transaction.mined_block !== null && { block: transaction.mined_block.toString() }),
  };
}

/** A transfer with everything that this rail knows of it; of people only what is masked. */
export interface WholeTransfer {
  readonly participant: string;
  readonly payee: string;
  readonly transfer: WireTransfer;
  readonly batch: BatchStanding & { readonly count: number };
  readonly validUntil: string;
  readonly settleUntil: string;
  readonly reference: string;
  readonly purpose: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly commitment: string;
  readonly transactions: readonly ReturnType<typeof toShownTransaction>[];
  readonly entries: readonly ReturnType<typeof toShownPosting>[];
  readonly audit: readonly ShownEntry[];
  readonly acts: readonly ShownEntry[];
  readonly deliveries: readonly ReturnType<typeof toShownDelivery>[];
}

type StoredEntry = Awaited<ReturnType<typeof listEntriesOf>>[number];

const toShownPosting = (row: StoredEntry) => ({
  position: row.position.toString(),
  kind: row.kind,
  debit: row.debit,
  credit: row.credit,
  amount: toAmount(row.amount_minor, row.currency),
  ...(row.block_number !== null && { block: row.block_number.toString() }),
  ...(row.undoes !== null && { undoes: row.undoes.toString() }),
  at: row.at.toISOString(),
});

const timeOf = (seconds: bigint) => new Date(Number(seconds) * 1_000).toISOString();

/** Everything about one transfer. `not-found` for an unknown one. */
export async function readWholeTransfer(
  context: ServiceContext,
  key: TransferKey,
): Promise<WholeTransfer> {
  const { db } = context;
  const found = await findWholeTransfer(db, key);
  if (!found) throw missing();
  const transfer = await readTransfer(context, key.participantId, key.uetr);
  const corridor = knownCorridor(context, transfer.corridor as never);
  const audit = await listAuditOf(db, key);
  const shown = audit.map(toShown);
  const stepOf = new Map(shown.map(({ seq, fields }) => [seq, fields["state"] ?? ""]));
  const places = [found.reserved_at, found.settled_at, found.expired_at, found.returned_at];
  const hashes = places.flatMap((place) => (place ? [place.transactionHash] : []));
  const { batch_id: batchId, details } = found;
  const seqs = audit.map(({ seq }) => seq);
  const deliveries = await listDeliveriesOf(db, { participantId: key.participantId, seqs });
  const subjects = [batchId, `${key.participantId} ${key.uetr}`];
  return {
    participant: key.participantId,
    payee: corridor.payee,
    transfer,
    batch: { ...(await readBatch(context, batchId)), count: found.count },
    validUntil: timeOf(found.valid_until),
    settleUntil: timeOf(found.settle_until),
    reference: details.endToEndId,
    purpose: details.purpose,
    debtor: maskParty(details.debtor),
    creditor: maskParty(details.creditor),
    commitment: found.commitment,
    transactions: (await listTransactionsOf(db, { batchId, hashes })).map((each) =>
      toShownTransaction(each, batchId),
    ),
    entries: (await listEntriesOf(db, key)).map(toShownPosting),
    audit: shown,
    acts: (await listActs(db, { subjects })).map(toShown),
    deliveries: deliveries.map((each) => toShownDelivery(each, stepOf)),
  };
}

/** What a page needs to check a transfer's messages by itself: the receipt, and who signs by the chain's own word. */
export async function readEvidence(context: ServiceContext, key: TransferKey) {
  const receipt: WireReceipt = await readReceipt(context, key.participantId, key.uetr);
  const { chain, network } = context;
  const quote = quoteMessageSchema.parse(receipt.quote);
  const [bank, payer, payee] = await Promise.all([
    chain.signerOf(quote.bank),
    chain.signerOf(quote.payer),
    chain.signerOf(quote.payee),
  ]);
  return {
    receipt,
    deployment: { chainId: network.chainId.toString(), corridor: network.corridor },
    signers: { bank, payer, payee },
  };
}

/**
 * A transfer's payment details as its payer sent them, for an operator who says why it must see them: that stands in the
 * audit log before anything is shown. `not-found`.
 */
export async function revealDetails(
  context: ServiceContext,
  key: TransferKey,
  { by, reason }: Order,
): Promise<PaymentDetails> {
  const found = await findWholeTransfer(context.db, key);
  if (!found) throw missing();
  await inTransaction(context.db, async (trx) => {
    const subject = `${key.participantId} ${key.uetr}`;
    await recordAct(trx, { act: "reveal-details", by, subject, reason });
  });
  context.signals.wake("audit");
  return found.details;
}

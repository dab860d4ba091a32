import type { ParticipantId } from "../../../protocol/corridor.ts";
import { formatAmount, formatSignedAmount, minorUnits } from "../../../protocol/money.ts";
import type {
  WireAccountBalance,
  WireAuditEntry,
  WireAuditHead,
  WireJournalEntry,
} from "../../../protocol/wire/books.ts";
import type { ServiceContext } from "../service-context.ts";
import { findAuditHead, findLastAnchor, listAuditEntries } from "../store/audit.ts";
import { listJournalEntries, sumJournal } from "../store/journal.ts";

export interface Page {
  /** The last position that the reader has seen; 0 at the beginning. */
  readonly after: bigint;
  readonly limit: number;
}

/** The journal from a position on: one wallet's entries, or everybody's for the operator. */
export async function readJournal(
  { db }: ServiceContext,
  { after, limit }: Page,
  participantId?: ParticipantId,
): Promise<{ entries: WireJournalEntry[]; next: string }> {
  const query = { after, limit, ...(participantId && { participantId }) };
  const rows = await listJournalEntries(db, query);
  const entries = rows.map(
    (row): WireJournalEntry => ({
      position: row.position.toString(),
      uetr: row.uetr,
      batchId: row.batch_id,
      kind: row.kind,
      debit: row.debit,
      credit: row.credit,
      amount: {
        value: formatAmount(minorUnits(row.amount_minor), row.currency),
        currency: row.currency,
      },
      ...(row.block_number !== null && { blockNumber: Number(row.block_number) }),
      ...(row.undoes !== null && { undoes: row.undoes.toString() }),
      at: row.at.toISOString(),
    }),
  );
  return { entries, next: entries.at(-1)?.position ?? after.toString() };
}

/** What stands in each account of the journal. A minus is money that the account has laid out. */
export async function readBalances(
  { db }: ServiceContext,
  participantId?: ParticipantId,
): Promise<{ accounts: WireAccountBalance[] }> {
  const rows = await sumJournal(db, participantId);
  const accounts = rows.map(({ account, currency, balance_minor: minor }) => ({
    account,
    balance: { value: formatSignedAmount(minor, currency), currency },
  }));
  return { accounts };
}

/** The audit log from a number on. A wallet reads its own entries, and of the others the digests that link them. */
export async function readAudit(
  { db }: ServiceContext,
  page: Page,
  participantId?: ParticipantId,
): Promise<{ entries: WireAuditEntry[]; next: string }> {
  const rows = await listAuditEntries(db, page);
  const entries = rows.map((row): WireAuditEntry => {
    const readable = participantId === undefined || row.participant_id === participantId;
    const { digest, hash } = row;
    return { seq: row.seq.toString(), digest, hash, ...(readable && { entry: row.entry }) };
  });
  return { entries, next: entries.at(-1)?.seq ?? page.after.toString() };
}

/** The log's last entry, and the last one that was written to the chain. */
export async function readAuditHead({ db }: ServiceContext): Promise<WireAuditHead> {
  const { seq, hash } = await findAuditHead(db);
  const anchor = await findLastAnchor(db);
  return {
    seq: seq.toString(),
    hash,
    ...(anchor && {
      anchor: {
        seq: anchor.seq.toString(),
        hash: anchor.hash,
        transactionHash: anchor.transactionHash,
        ...(anchor.blockNumber !== null && { blockNumber: Number(anchor.blockNumber) }),
      },
    }),
  };
}

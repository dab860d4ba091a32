import { type JournalKind, postingsIn } from "../../../protocol/journal.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { accountOf, type ServiceContext } from "../service-context.ts";
import {
  type BookedPosting,
  insertJournalEntries,
  type JournalSelection,
} from "../store/journal.ts";
import type { Db } from "../store/open-database.ts";

function postingsOf(context: ServiceContext, kind: JournalKind): BookedPosting[] {
  return [...context.corridors.values()].flatMap((corridor) =>
    corridor.banks.flatMap((bank) =>
      postingsIn(corridor, bank, kind).map((posting) => ({
        ...posting,
        corridorId: corridor.id,
        bank: accountOf(context, bank),
      })),
    ),
  );
}

/** Writes a fact's movements into the journal, in the commit that records the fact. */
export async function postJournal(
  context: ServiceContext,
  db: Db,
  fact: {
    readonly kind: JournalKind;
    readonly batches: readonly { readonly batchId: BatchId; readonly blockNumber?: number }[];
    readonly selection?: JournalSelection;
  },
): Promise<void> {
  const { kind, batches, selection = { of: "all" } } = fact;
  const postings = postingsOf(context, kind);
  await insertJournalEntries(db, { kind, batches, postings, selection });
}

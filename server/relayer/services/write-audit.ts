import { hash } from "node:crypto";
import {
  auditDigest,
  auditHash,
  auditText,
  encodeAnchor,
  FIRST_AUDIT_HASH,
  type Sha256,
} from "../../../protocol/audit.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import { failpoint } from "../../foundation/process/failpoint.ts";
import type { ServiceContext } from "../service-context.ts";
import {
  type AuditHead,
  findAuditHead,
  findLastAnchor,
  insertAnchor,
  insertAuditEntries,
  lockAuditHead,
  type NewAuditEntry,
  type Outgoing,
  takeOutgoing,
} from "../store/audit.ts";
import { insertChainTransaction } from "../store/chain-transactions.ts";
import { addToCounts } from "../store/counts.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { readLane } from "../store/lanes.ts";

/** Entries of one commit, or some more: what was stored together is written together. */
const ENOUGH = 500;

/** The machine's own: ten times as fast as a portable one, and every step is hashed twice. */
const sha256: Sha256 = (bytes) => hash("sha256", bytes, "hex");

/** What an entry says beside its number: the act, or the step of each transfer that has taken it. */
function contentsOf(row: Outgoing): Record<string, string>[] {
  if (row.act) return [{ kind: "act", ...row.act }];
  const { participant_id, uetrs, version, state, reason, at } = row;
  const step = {
    kind: "transfer",
    participant: participant_id ?? "",
    version: `${version}`,
    state: state ?? "",
    ...(reason !== null && { reason }),
    at: at?.toISOString() ?? "",
  };
  return (uetrs ?? []).map((uetr) => ({ ...step, uetr }));
}

function link(head: AuditHead, rows: readonly Outgoing[]): NewAuditEntry[] {
  let { seq, hash: last } = head;
  return rows.flatMap((row) => {
    const kind = row.act ? "act" : "transfer";
    const { participant_id: participantId, batch_id: batchId } = row;
    return contentsOf(row).map((content) => {
      seq += 1n;
      const entry = auditText({ seq: seq.toString(), ...content });
      const digest = auditDigest(entry, sha256);
      last = auditHash(last, digest, sha256);
      return { seq, kind, participantId, batchId, entry, digest, hash: last } as const;
    });
  });
}

/** How many transfers more, or less, are in each state. */
function changesOf(rows: readonly Outgoing[]): Map<TransferState, number> {
  const changes = new Map<TransferState, number>();
  const add = (state: string, count: number) =>
    changes.set(state as TransferState, (changes.get(state as TransferState) ?? 0) + count);
  for (const { state, uetrs, left_states } of rows) {
    if (state !== null) add(state, uetrs?.length ?? 0);
    for (const [left, count] of Object.entries(left_states ?? {})) add(left, -count);
  }
  return changes;
}

/**
 * Writes what the outbox holds into the audit log, in one commit: each entry numbered without a gap and hashed over
 * the one before, and counts transfers by state along. What happened was stored with the commit that made it happen, so
 * nothing is ever missing here.
 * Answers whether more waits.
 */
export async function writeAudit({ db, signals }: ServiceContext): Promise<boolean> {
  const written = await inTransaction(db, async (trx) => {
    const head = await lockAuditHead(trx);
    const taken = await takeOutgoing(trx, ENOUGH);
    const entries = link(head, taken);
    await insertAuditEntries(trx, entries);
    await addToCounts(trx, changesOf(taken));
    return entries.length;
  });
  if (written > 0) {
    await failpoint("C20");
    signals.wake("webhooks");
  }
  return written >= ENOUGH;
}

/**
 * Writes the log's head to the chain, where nobody can take it back: a transfer of nothing to the relayer's own key,
 * with the head in its data. Whoever cuts the log off behind an anchor is found out. Nothing is sent when nothing has
 * been written since the last one.
 */
export async function anchorAudit(context: ServiceContext): Promise<void> {
  const { db, chain, halts } = context;
  const { lane } = chain;
  if ((await halts.reasonOf(`lane:${lane}`)) !== undefined) return;
  const head = await findAuditHead(db);
  const last = await findLastAnchor(db);
  if (head.hash === (last?.hash ?? FIRST_AUDIT_HASH)) return;
  const { nextNonce: nonce } = await readLane(db, lane, () => chain.countedNonce());
  const signed = await chain.signNote(encodeAnchor(head), nonce);
  await inTransaction(db, async (trx) => {
    await insertChainTransaction(trx, { lane, nonce, ...signed, purpose: "anchor", calls: [] });
    await insertAnchor(trx, { ...head, lane, nonce });
  });
  await chain.broadcast(signed.raw);
}

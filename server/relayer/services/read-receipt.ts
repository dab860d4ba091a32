import { packAmounts } from "../../../protocol/amounts.ts";
import { type Instruction, siblingsOf, treeOf } from "../../../protocol/batch-tree.ts";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { instructionToWire } from "../../../protocol/wire/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { WireReceipt } from "../../../protocol/wire/receipt.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { findEvidence, findEvidenceByProofKey } from "../store/receipts.ts";
import { findInstructions } from "../store/transfers.ts";

type Evidence = NonNullable<Awaited<ReturnType<typeof findEvidence>>>;

/** What the payee has signed, and where on chain it happened. */
function answersOf(row: Evidence): Pick<WireReceipt, "outcome" | "signedReturn" | "chain"> {
  const { reserved_at, settled_at, expired_at, returned_at } = row;
  return {
    ...(row.rejections !== null &&
      row.outcome_signature !== null && {
        outcome: { rejections: row.rejections, signature: row.outcome_signature },
      }),
    ...(row.return_reason !== null &&
      row.return_signature !== null && {
        signedReturn: { reason: row.return_reason, signature: row.return_signature },
      }),
    chain: {
      ...(reserved_at && { reserved: reserved_at }),
      ...(settled_at && { settled: settled_at }),
      ...(expired_at && { expired: expired_at }),
      ...(returned_at && { returned: returned_at }),
    },
  };
}

async function toReceipt({ db, network }: ServiceContext, row: Evidence): Promise<WireReceipt> {
  const lines = await findInstructions(db, [row.batch_id]);
  const instructions = lines.map(({ commitment, send_minor, receive_minor }): Instruction => {
    const amounts = { send: minorUnits(send_minor), receive: minorUnits(receive_minor) };
    return { commitment, amounts: packAmounts(amounts) };
  });
  const own = instructions[row.batch_index];
  if (!own) throw new Error(`batch ${row.batch_id} has no transfer ${row.batch_index}`);
  return {
    version: 1,
    chainId: network.chainId.toString(),
    corridorContract: network.corridor,
    quote: row.quote,
    quoteSignature: row.quote_signature,
    batch: row.batch,
    batchSignature: row.batch_signature,
    index: row.batch_index,
    instruction: instructionToWire(own),
    siblings: siblingsOf(treeOf(instructions), row.batch_index),
    ...answersOf(row),
  };
}

/** The portable proof of a wallet's transfer, as far as it has come. A foreign id looks like a missing one. */
export async function readReceipt(
  context: ServiceContext,
  participantId: ParticipantId,
  uetr: Uetr,
): Promise<WireReceipt> {
  const row = await findEvidence(context.db, { participantId, uetr });
  if (!row) throw new ProblemError("not-found", "there is no transfer of this id");
  return toReceipt(context, row);
}

/** The portable proof of the transfer whose UETR and salt the asker knows, shown by the key that only both give. */
export async function readReceiptByProofKey(
  context: ServiceContext,
  proofKey: string,
): Promise<WireReceipt> {
  const row = await findEvidenceByProofKey(context.db, proofKey);
  if (!row) throw new ProblemError("not-found", "there is no proof under this key");
  return toReceipt(context, row);
}

import type { z } from "zod";
import { returnDigestOf } from "../../../protocol/messages.ts";
import { reasonToBytes4 } from "../../../protocol/reason-codes.ts";
import type { RecallAnswer, recallRequestSchema } from "../../../protocol/wire/participant.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { findCredits, type StoredCredit } from "../store/credits.ts";
import { book, InsufficientFunds } from "../store/ledger.ts";
import { findSignedReturn, insertSignedReturn } from "../store/signed-returns.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { readCredited } from "./read-credited.ts";

/** A return that follows a recall (ISO 20022 external return reason). */
const FOLLOWING_CANCELLATION = "FOCR";
/** Refusals (camt.029): nothing was received under this id; the customer has spent it; we do not return it any more. */
const NO_ORIGINAL = "NOOR";
const NO_FUNDS = "AM04";
const TOO_LATE = "AGNT";
/** A return that is signed must have time to get on chain: the recipient's money is taken when it is signed. */
const RETURN_MARGIN_SECONDS = 3_600n;

/** Takes the money back from the recipient and keeps the signed order, in one commit. */
function store(wallet: WalletParts, credit: StoredCredit, signature: string): void {
  const from = credit.status === "ACCC" ? (credit.account ?? "") : "suspense";
  const index = Number(credit.batch_index);
  inOneCommit(wallet.db, () => {
    book(wallet.db, {
      id: `return:${credit.batch_id}:${index}`,
      kind: "return",
      reference: credit.uetr,
      lines: [
        { account: from, amount: -credit.amount },
        { account: "transit", amount: credit.amount },
      ],
    });
    const order = { batchId: credit.batch_id, index, reason: FOLLOWING_CANCELLATION, signature };
    insertSignedReturn(wallet.db, order);
  });
}

/** The first of some credits that the chain shows held or settled, with time left in which it can be returned. */
async function findReturnable(wallet: WalletParts, credits: readonly StoredCredit[]) {
  for (const credit of credits) {
    const key = { batchId: credit.batch_id, index: Number(credit.batch_index) };
    const { status, returnableFor } = await readCredited(wallet, key);
    const isOpen = status === "Settled" || status === "Reserved";
    if (isOpen && returnableFor > RETURN_MARGIN_SECONDS) return credit;
  }
  return undefined;
}

/**
 * Answers a recall: gives the whole sum back while the recipient still has it and the chain can still return it, with a
 * Return signed once and answered the same for ever; otherwise refuses with the reason.
 */
export async function answerRecall(
  wallet: WalletParts,
  uetr: string,
  request: z.output<typeof recallRequestSchema>,
): Promise<RecallAnswer> {
  const credits = findCredits(wallet.db, { payer: request.payer, uetr }).filter(
    ({ status }) => status === "ACCC" || status === "ACWP",
  );
  if (credits.length === 0) return { accepted: false, reason: NO_ORIGINAL };
  const isSigned = ({ batch_id, batch_index }: StoredCredit) =>
    findSignedReturn(wallet.db, { batchId: batch_id, index: Number(batch_index) });
  const credit = credits.find(isSigned) ?? (await findReturnable(wallet, credits));
  if (!credit) return { accepted: false, reason: TOO_LATE };
  const index = Number(credit.batch_index);
  const reason = FOLLOWING_CANCELLATION;
  const { batch_id: batchId } = credit;
  const order = { batchId, index, reason: reasonToBytes4(reason) };
  const digest = returnDigestOf(wallet.deployment, order);
  const signature = await wallet.signer.signDigest(digest);
  if (!isSigned(credit)) {
    try {
      store(wallet, credit, signature);
    } catch (error) {
      if (error instanceof InsufficientFunds) return { accepted: false, reason: NO_FUNDS };
      throw error;
    }
  }
  return { accepted: true, signedReturn: { batchId, index, reason, signature } };
}

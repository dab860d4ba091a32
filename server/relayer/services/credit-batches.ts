import { type BatchId, outcomeDigestOf } from "../../../protocol/messages.ts";
import { rejectionsHashOf, unpackRejections } from "../../../protocol/rejections.ts";
import { assertSignedBy } from "../../../protocol/signature.ts";
import type { CreditAnswer, WireCreditInstruction } from "../../../protocol/wire/participant.ts";
import { toProblemError } from "../../foundation/http/problem-error.ts";
import { failpoint } from "../../foundation/process/failpoint.ts";
import { createGroupCommit } from "../../foundation/process/group-commit.ts";
import { accountOf, deploymentOf, knownCorridor, type ServiceContext } from "../service-context.ts";
import { type ClaimedBatch, claimBatches, moveClaimed } from "../store/batches.ts";
import { findWholeTransfers, type StoredTransfer } from "../store/transfers.ts";
import { createPayeeRoom, ROOM_TRANSFERS } from "./payee-room.ts";
import { type AnsweredBatch, storeOutcomes } from "./store-outcomes.ts";

/** Batches that payees have and have not answered; a silent wallet's fill it only until they time out. */
const MAX_UNDER_WAY = 128;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

function toInstruction(
  batch: ClaimedBatch,
  transfers: readonly StoredTransfer[],
): WireCreditInstruction {
  return {
    quote: batch.wholesale_message,
    batch: batch.message,
    items: transfers.map((transfer) => ({
      sendMinor: transfer.send_minor.toString(),
      receiveMinor: transfer.receive_minor.toString(),
      details: transfer.details,
      salt: transfer.salt,
    })),
  };
}

/** The answer must be the payee's, of this batch, and say the same in its statuses as in what it signed. */
async function assertAnswer(
  context: ServiceContext,
  batch: ClaimedBatch,
  answer: CreditAnswer,
  count: number,
): Promise<void> {
  const { payee } = knownCorridor(context, batch.corridor_id);
  const rejections = unpackRejections(answer.rejections);
  const digest = outcomeDigestOf(deploymentOf(context), {
    batchId: batch.batch_id,
    rejectionsHash: rejectionsHashOf(rejections),
  });
  const signer = await context.chain.signerOf(accountOf(context, payee));
  assertSignedBy({
    digest,
    signature: answer.outcomeSignature,
    signer,
    field: "/outcomeSignature",
  });
  const rejected = answer.answers.flatMap(({ status }, index) =>
    status === "RJCT" ? [index] : [],
  );
  const signed = rejections.map(({ index }) => index);
  if (answer.answers.length !== count || rejected.join() !== signed.join()) {
    throw new Error("the payee's statuses contradict its signed outcome");
  }
}

/** Claimed batches' transfers, by batch: read once for all of them. */
type Transfers = Promise<ReadonlyMap<BatchId, readonly StoredTransfer[]>>;

async function readTransfersOf(
  { db }: ServiceContext,
  batches: readonly ClaimedBatch[],
): Transfers {
  const ids = batches.map((batch) => batch.batch_id);
  return Map.groupBy(await findWholeTransfers(db, ids), ({ batch_id }) => batch_id);
}

/** Hands one batch to its payee and checks what comes back. */
async function askPayee(
  context: ServiceContext,
  batch: ClaimedBatch,
  reading: Transfers,
): Promise<AnsweredBatch> {
  const { payee } = knownCorridor(context, batch.corridor_id);
  const transfers = (await reading).get(batch.batch_id) ?? [];
  const instruction = toInstruction(batch, transfers);
  await failpoint("C11");
  const asked = context.participants.credit(payee, batch.batch_id, instruction);
  const [answer] = await Promise.all([asked, failpoint("C12")]);
  await failpoint("C13");
  await assertAnswer(context, batch, answer, transfers.length);
  return { batch, answer };
}

/** The outcome is unknown: the same instruction with the same id goes out again, later and later. */
async function retryLater(context: ServiceContext, batch: ClaimedBatch, error: unknown) {
  const { code } = toProblemError(error);
  const dueInMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(batch.attempts, 10), LAST_RETRY_MS);
  const level = code === "internal" ? "error" : "info";
  context.log[level]({ batchId: batch.batch_id, code, dueInMs, err: error }, "credit not answered");
  await moveClaimed(context.db, [{ ...batch, to: "credit" }], { dueInMs, error: code });
}

/** Hands over batches, many at a time. */
export interface Creditor extends AsyncDisposable {
  /** Claims what is ready, as far as there is room; answers at once, whatever the payees take, whether there may be more. */
  readonly round: () => Promise<boolean>;
}

/**
 * Hands reserved batches to their payees and stores what they sign. Each is answered on its own, so that a slow wallet
 * delays nobody else's money; answers that come together are stored together. `onRoom` is called when there is room
 * again.
 */
export function createCreditor(context: ServiceContext, onRoom: () => void): Creditor {
  const underWay = new Set<Promise<void>>();
  const room = createPayeeRoom(context.corridors);
  const store = createGroupCommit(
    (answered: readonly AnsweredBatch[]) => storeOutcomes(context, answered),
    MAX_UNDER_WAY,
  );

  async function credit(batch: ClaimedBatch, reading: Transfers): Promise<void> {
    try {
      await store(await askPayee(context, batch, reading));
    } catch (error) {
      // When even this fails the lease runs out, and the batch is claimed again.
      await retryLater(context, batch, error).catch(() => undefined);
    }
  }

  return {
    async round() {
      const limit = MAX_UNDER_WAY - underWay.size;
      const without = room.full();
      if (limit === 0 || without.length === context.corridors.size) return false;
      const { owner, times } = context;
      const most = { limit, transfers: ROOM_TRANSFERS, without };
      const claim = { stages: ["credit"], owner, ...most, leaseMs: times.leaseMs } as const;
      const claimed = await claimBatches(context.db, claim);
      if (claimed.length === 0) return false;
      const reading = readTransfersOf(context, claimed);
      for (const batch of claimed) {
        const { payee } = knownCorridor(context, batch.corridor_id);
        const leave = room.enter(payee, batch.carried);
        const task = credit(batch, reading).finally(() => {
          const isRoom = leave() || underWay.size === MAX_UNDER_WAY;
          underWay.delete(task);
          if (isRoom) onRoom();
        });
        underWay.add(task);
      }
      // What one payee has no room for may have kept another's back.
      const carried = claimed.reduce((sum, batch) => sum + batch.carried, 0);
      return claimed.length === limit || carried >= ROOM_TRANSFERS;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(underWay);
    },
  };
}

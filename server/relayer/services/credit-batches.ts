import { outcomeDigestOf } from "../../../protocol/messages.ts";
import { rejectionsHashOf, unpackRejections } from "../../../protocol/rejections.ts";
import { assertSignedBy } from "../../../protocol/signature.ts";
import type { CreditAnswer, WireCreditInstruction } from "../../../protocol/wire/participant.ts";
import { type ProblemError, toProblemError } from "../../foundation/http/problem-error.ts";
import { accountOf, deploymentOf, knownCorridor, type ServiceContext } from "../service-context.ts";
import { type ClaimedBatch, claimBatches, moveClaimed, saveOutcome } from "../store/batches.ts";
import { recordFact } from "../store/record-fact.ts";
import { findBatchTransfers, type StoredTransfer } from "../store/transfers.ts";

const CLAIM_LIMIT = 32;
const LEASE_MS = 15_000;
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

async function store(
  context: ServiceContext,
  batch: ClaimedBatch,
  answer: CreditAnswer,
): Promise<void> {
  const batchIds = [batch.batch_id];
  const indexesOf = (...statuses: string[]) =>
    answer.answers.flatMap(({ status }, index) => (statuses.includes(status) ? [index] : []));
  const changed = await context.db.transaction().execute(async (trx) => {
    const outcome = { rejections: answer.rejections, signature: answer.outcomeSignature };
    if (!(await saveOutcome(trx, { batchId: batch.batch_id, ...outcome }))) {
      context.log.error({ batchId: batch.batch_id }, "two different outcomes for one batch");
      return recordFact(trx, { fact: "contradicted", batchIds });
    }
    await moveClaimed(trx, [{ ...batch, to: "settle" }]);
    const [credited, held] = [indexesOf("ACCC"), indexesOf("ACWP", "BLCK")];
    return [
      ...(credited.length > 0
        ? await recordFact(trx, { fact: "credited-by-payee", batchIds, indexes: credited })
        : []),
      ...(held.length > 0
        ? await recordFact(trx, { fact: "held-by-payee", batchIds, indexes: held })
        : []),
    ];
  });
  context.signals.decided(changed.map((transfer) => transfer.uetr));
  context.signals.wake("chain");
}

/** The outcome is unknown: the same instruction with the same id goes out again, later and later. */
async function retryLater(context: ServiceContext, batch: ClaimedBatch, problem: ProblemError) {
  const dueInMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(batch.attempts, 10), LAST_RETRY_MS);
  const { code } = problem;
  context.log.info({ batchId: batch.batch_id, code, dueInMs }, "credit not answered");
  await moveClaimed(context.db, [{ ...batch, to: "credit" }], { dueInMs, error: code });
}

async function creditBatch(context: ServiceContext, batch: ClaimedBatch): Promise<void> {
  const { payee } = knownCorridor(context, batch.corridor_id);
  try {
    const transfers = await findBatchTransfers(context.db, batch.batch_id);
    const instruction = toInstruction(batch, transfers);
    const answer = await context.participants.credit(payee, batch.batch_id, instruction);
    await assertAnswer(context, batch, answer, transfers.length);
    await store(context, batch, answer);
  } catch (error) {
    const problem = toProblemError(error);
    if (problem.code === "internal") {
      context.log.error({ batchId: batch.batch_id, err: error }, "credit answer refused");
    }
    await retryLater(context, batch, problem);
  }
}

/**
 * Hands reserved batches to their payees, all at once, each answered on its own: a slow wallet delays nobody
 * else's money. Answers whether there may be more.
 */
export async function creditBatches(context: ServiceContext): Promise<boolean> {
  const claims = await claimBatches(context.db, {
    stages: ["credit"],
    owner: context.owner,
    limit: CLAIM_LIMIT,
    leaseMs: LEASE_MS,
  });
  await Promise.all(claims.map((batch) => creditBatch(context, batch)));
  return claims.length === CLAIM_LIMIT;
}

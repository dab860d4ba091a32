import type { BatchStatus } from "../../../protocol/contract-abi.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import {
  type CreditInstruction,
  creditInstructionSchema,
  type WireCreditAnswer,
  type WireCreditInstruction,
} from "../../../protocol/wire/participant.ts";
import { signOutcome } from "../../../sdk/receive/sign-outcome.ts";
import { readFinalBlock } from "../../foundation/chain/read-blocks.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { validate } from "../../foundation/http/validate.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { findCreditBatch, insertCredit, insertCreditBatch } from "../store/credits.ts";
import { book } from "../store/ledger.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { type Decision, decideCredits, earlierBatches } from "./decide-credits.ts";
import { verifyInstruction } from "./verify-instruction.ts";

/** What the chain says now of the earlier batches in which these UETRs were credited. */
async function readEarlier(
  wallet: WalletParts,
  instruction: CreditInstruction,
): Promise<Map<string, BatchStatus[]>> {
  const earlier = earlierBatches(wallet, instruction);
  if (earlier.size === 0) return new Map();
  const block = await readFinalBlock(wallet.corridor.connection);
  const statuses = new Map<string, BatchStatus[]>();
  for (const [uetr, batchIds] of earlier) {
    const reads = batchIds.map((id) => readBatch(wallet.corridor, id as BatchId, block));
    statuses.set(
      uetr,
      (await Promise.all(reads)).map(({ status }) => status),
    );
  }
  return statuses;
}

function signAnswer(
  wallet: WalletParts,
  batchId: BatchId,
  instruction: CreditInstruction,
  decisions: readonly Decision[],
): Promise<WireCreditAnswer> {
  const { signer, deployment } = wallet;
  const told = decisions.map(({ status, reason }, index) => ({
    uetr: instruction.items[index]?.details.uetr ?? "",
    status,
    ...(reason !== undefined && { reason }),
  }));
  return signOutcome(signer, { deployment, batchId, decisions: told });
}

/** Keeps one decision, and moves the money to the recipient or, while it is held, to suspense. */
function bookDecision(
  wallet: WalletParts,
  decided: {
    readonly batchId: BatchId;
    readonly payer: string;
    readonly index: number;
    readonly item: CreditInstruction["items"][number];
    readonly decision: Decision;
  },
): void {
  const { batchId, payer, index, item, decision } = decided;
  const { uetr } = item.details;
  insertCredit(wallet.db, {
    payer,
    uetr,
    batch_id: batchId,
    batch_index: index,
    status: decision.status,
    reason: decision.reason ?? null,
    account: decision.account ?? null,
    amount: item.receiveMinor,
  });
  if (decision.book === 0n || decision.account === undefined) return;
  const to = decision.status === "ACCC" ? decision.account : "suspense";
  book(wallet.db, {
    id: `credit:${batchId}:${index}`,
    kind: "credit",
    reference: uetr,
    lines: [
      { account: to, amount: decision.book },
      { account: "transit", amount: -decision.book },
    ],
  });
}

/** How many earlier batches were looked at: another one since is a reason to decide anew. */
const countOf = (earlier: ReadonlyMap<string, readonly unknown[]>) =>
  [...earlier.values()].reduce((count, batches) => count + batches.length, 0);

/**
 * Books the credits and keeps the signed answer, in one commit; an answer that is there already stays. Answers
 * undefined, and stores nothing, when one of the UETRs was credited in another batch since it was decided.
 */
function store(
  wallet: WalletParts,
  answered: {
    readonly wire: WireCreditInstruction;
    readonly instruction: CreditInstruction;
    readonly decisions: readonly Decision[];
    readonly answer: WireCreditAnswer;
    readonly decidedOn: ReadonlyMap<string, readonly unknown[]>;
  },
): WireCreditAnswer | undefined {
  const { db, config } = wallet;
  const { wire, instruction, decisions, answer } = answered;
  const batchId = answer.batchId as BatchId;
  const { payer } = instruction.quote;
  return inOneCommit(db, () => {
    const earlier = findCreditBatch(db, batchId);
    if (earlier) return earlier.answer;
    if (countOf(earlierBatches(wallet, instruction)) !== countOf(answered.decidedOn))
      return undefined;
    const settleDueMs = Date.now() + config.receiving.settleWithinMs;
    insertCreditBatch(db, { batchId, payer, instruction: wire, answer, settleDueMs });
    for (const [index, decision] of decisions.entries()) {
      const item = instruction.items[index];
      if (!item) throw new Error("one decision for each item");
      bookDecision(wallet, { batchId, payer, index, item, decision });
    }
    return answer;
  });
}

/**
 * Answers a credit instruction: verify, decide, sign, and then, in one commit, credit and keep the answer. The same
 * batch is answered the same for ever, however often it comes, and credited once.
 */
export async function answerCredit(
  wallet: WalletParts,
  batchId: BatchId,
  body: unknown,
): Promise<WireCreditAnswer> {
  const earlier = findCreditBatch(wallet.db, batchId);
  if (earlier) return earlier.answer;
  const instruction = validate(creditInstructionSchema, body);
  await verifyInstruction(wallet, batchId, instruction);
  const wire = body as WireCreditInstruction;
  for (;;) {
    const decidedOn = await readEarlier(wallet, instruction);
    const decisions = decideCredits(wallet, instruction, decidedOn);
    const answer = await signAnswer(wallet, batchId, instruction, decisions);
    const stored = store(wallet, { wire, instruction, decisions, answer, decidedOn });
    if (stored) return stored;
  }
}

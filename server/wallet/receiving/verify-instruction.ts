import { packAmounts } from "../../../protocol/amounts.ts";
import { type Instruction, rootOf } from "../../../protocol/batch-tree.ts";
import { commitmentTo } from "../../../protocol/commitment.ts";
import { type BatchId, batchIdOf, quoteHashOf } from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import type { CreditInstruction } from "../../../protocol/wire/participant.ts";
import { readFinalBlock } from "../../foundation/chain/block.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { ownAccount, type WalletParts } from "../wallet-parts.ts";

/** Each item's line on chain, its commitment opened from the details and salt that came with it. */
export function instructionsOf(instruction: CreditInstruction): Instruction[] {
  return instruction.items.map(({ details, salt, sendMinor, receiveMinor }) => ({
    commitment: commitmentTo(details, salt),
    amounts: packAmounts({ send: minorUnits(sendMinor), receive: minorUnits(receiveMinor) }),
  }));
}

/** What can be checked without asking anybody: hashes, parties, tokens, and the whole tree. */
function assertConsistent(
  wallet: WalletParts,
  batchId: BatchId,
  instruction: CreditInstruction,
): void {
  const { deployment, config } = wallet;
  const { quote, batch, items } = instruction;
  const mismatch = (field: string) =>
    new ProblemError("tree", `${field} is not what the batch was signed over`, {
      pointer: `/${field}`,
    });
  if (batch.quoteHash !== quoteHashOf(deployment, quote)) throw mismatch("batch/quoteHash");
  if (batchId !== batchIdOf(deployment, batch)) throw mismatch("batch");
  if (quote.payee !== ownAccount(wallet)) throw mismatch("quote/payee");
  if (quote.receiveToken !== config.network.tokens[config.currency]) {
    throw mismatch("quote/receiveToken");
  }
  if (batch.count !== items.length || batch.root !== rootOf(instructionsOf(instruction))) {
    throw mismatch("items");
  }
}

/**
 * Everything a receiving wallet must know before it credits, from its own configuration and its own node: the
 * batch is the one that was signed, every item opens its commitment, both legs are held on chain at the required
 * depth, and enough of the hold is left to settle in.
 */
export async function verifyInstruction(
  wallet: WalletParts,
  batchId: BatchId,
  instruction: CreditInstruction,
): Promise<void> {
  assertConsistent(wallet, batchId, instruction);
  const { corridor, config } = wallet;
  const block = await readFinalBlock(corridor.connection);
  const { status, settleUntil } = await readBatch(corridor, batchId, block);
  if (status !== "Reserved") {
    throw new ProblemError("batch-not-reserved", `on our node the batch is ${status}`);
  }
  const left = settleUntil - block.timestamp;
  if (left < BigInt(config.receiving.settleMarginSeconds)) {
    throw new ProblemError("too-late", "too little of the hold is left to settle in");
  }
}

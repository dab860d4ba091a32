import { toQuantity } from "ethers";
import { z } from "zod";
import { packAmounts } from "../../protocol/amounts.ts";
import { type Instruction, rootOf } from "../../protocol/batch-tree.ts";
import { commitmentTo } from "../../protocol/commitment.ts";
import { BATCH_STATUSES, type BatchStatus } from "../../protocol/contract-abi.ts";
import {
  type Address,
  type BatchId,
  batchIdOf,
  type Deployment,
  quoteHashOf,
} from "../../protocol/messages.ts";
import { minorUnits } from "../../protocol/money.ts";
import type { CreditInstruction } from "../../protocol/wire/participant.ts";
import { type ChainReader, openChain } from "../chain/chain-reader.ts";
import { CorridorError } from "../errors/corridor-error.ts";

/** What the contract holds of a batch, in a block that is final for the reader. */
export interface BatchOnChain {
  readonly status: BatchStatus;
  /** The last moment of settling, in Unix seconds of the chain's clock. */
  readonly settleUntil: bigint;
  /** That block's own time, in Unix seconds. */
  readonly now: bigint;
}

/** A receiving wallet's own reading of the chain: never the relayer's. */
export interface ReservationChain {
  /** Where a batch stands in the newest block that is final for the reader. */
  batchAtDepth(batchId: BatchId): Promise<BatchOnChain>;
}

/** What a receiving wallet pins for itself. */
export interface PinnedPayee {
  readonly deployment: Deployment;
  /** Its own account, and the token that it is credited in. */
  readonly account: Address;
  readonly receiveToken: Address;
  /** Nothing is credited with less of the hold left, in seconds: half of the deployment's minimum hold. */
  readonly settleMarginSeconds: number;
}

const blockSchema = z.object({
  number: z.string().transform(Number),
  timestamp: z.string().transform(BigInt),
});

async function blockAtDepth({ read }: ChainReader, depth: number) {
  const latest = await read(blockSchema, "eth_getBlockByNumber", ["latest", false]);
  if (depth === 0) return latest;
  const number = toQuantity(Math.max(0, latest.number - depth));
  return read(blockSchema, "eth_getBlockByNumber", [number, false]);
}

/**
 * Reads batches through the wallet's own node, in the newest block that has `depth` others behind it: 0 on a chain with
 * instant finality. Throws `ChainUnreachable`, now and at each reading, when the node serves another chain or none.
 */
export async function openReservationChain(node: {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly depth: number;
}): Promise<ReservationChain> {
  const chain = await openChain(node);
  return {
    async batchAtDepth(batchId) {
      const block = await blockAtDepth(chain, node.depth);
      const [status, settleUntil] = await chain.view("batchStatusOf", [batchId], block.number);
      const known = BATCH_STATUSES[Number(status)] ?? "None";
      return { status: known, settleUntil: BigInt(settleUntil), now: block.timestamp };
    },
  };
}

/** Each item's line on chain, its commitment opened from the details and salt that came with it. */
export function instructionsOf({ items }: Pick<CreditInstruction, "items">): Instruction[] {
  return items.map(({ details, salt, sendMinor, receiveMinor }) => ({
    commitment: commitmentTo(details, salt),
    amounts: packAmounts({ send: minorUnits(sendMinor), receive: minorUnits(receiveMinor) }),
  }));
}

/** What can be checked without asking anybody: hashes, parties, tokens, and the whole tree. */
function assertConsistent(
  pinned: PinnedPayee,
  batchId: BatchId,
  instruction: CreditInstruction,
): void {
  const { quote, batch, items } = instruction;
  const differing = (field: string) =>
    new CorridorError("tree", `${field} is not what the batch was signed over`, {
      pointer: `/${field}`,
    });
  if (batch.quoteHash !== quoteHashOf(pinned.deployment, quote)) throw differing("batch/quoteHash");
  if (batchId !== batchIdOf(pinned.deployment, batch)) throw differing("batch");
  if (quote.payee !== pinned.account) throw differing("quote/payee");
  if (quote.receiveToken !== pinned.receiveToken) throw differing("quote/receiveToken");
  if (batch.count !== items.length || batch.root !== rootOf(instructionsOf(instruction))) {
    throw differing("items");
  }
}

/**
 * Everything that a receiving wallet must know before it credits, from its own configuration and its own node: the batch
 * is the one that was signed, every item opens its commitment, both legs are held on chain at the required depth, and
 * enough of the hold is left to settle in. What it then decides of each item is its own.
 *
 * @throws CorridorError `tree`, `batch-not-reserved` (ask again later) or `too-late`: credit nothing, sign nothing.
 */
export async function verifyReservation(
  chain: ReservationChain,
  pinned: PinnedPayee,
  presented: { readonly batchId: BatchId; readonly instruction: CreditInstruction },
): Promise<void> {
  const { batchId, instruction } = presented;
  // The node answers while the rest is hashed; of a batch that is not what was signed, nobody needs its answer.
  const reading = chain.batchAtDepth(batchId);
  reading.catch(() => undefined);
  assertConsistent(pinned, batchId, instruction);
  const { status, settleUntil, now } = await reading;
  if (status !== "Reserved") {
    throw new CorridorError("batch-not-reserved", `on our node the batch is ${status}`);
  }
  if (settleUntil - now < BigInt(pinned.settleMarginSeconds)) {
    throw new CorridorError("too-late", "too little of the hold is left to settle in");
  }
}

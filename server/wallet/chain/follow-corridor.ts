import { corridorAbi } from "../../../protocol/contract-abi.ts";
import { reasonFromBytes4 } from "../../../protocol/reason-codes.ts";
import { payeeSilentReason } from "../../../protocol/refusals.ts";
import { readReservedLog } from "../../../protocol/reserved-log.ts";
import { readSettledLog } from "../../../protocol/settled-log.ts";
import {
  type Checkpoint,
  type EventLog,
  type EventSpan,
  followNextSpan,
} from "../../foundation/chain/follow-events.ts";
import { readBlock } from "../../foundation/chain/read-blocks.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { endPayment, type PaymentEnd } from "../sending/close-payments.ts";
import { setChainState } from "../store/credits.ts";
import { findPaymentsOfBatch } from "../store/payments.ts";
import type { WalletParts } from "../wallet-parts.ts";

/** Ends this wallet's payments of a batch, or the one at an index. */
function endPayments(wallet: WalletParts, batchId: string, end: PaymentEnd, index?: bigint): void {
  for (const payment of findPaymentsOfBatch(wallet.db, batchId)) {
    if (index === undefined || payment.batch_index === index) endPayment(wallet, payment, end);
  }
}

function applySettlement(wallet: WalletParts, batchId: string): void {
  // The rejected were logged before, in the same call, and have ended already.
  endPayments(wallet, batchId, { state: "settled", reason: null });
  setChainState(wallet.db, batchId, "settled");
}

function applyLog(wallet: WalletParts, log: EventLog): void {
  // A reservation ends nothing, and is the one long event.
  if (readReservedLog(log)) return;
  const settled = readSettledLog(log);
  if (settled) {
    applySettlement(wallet, settled.batchId);
    return;
  }
  const event = corridorAbi.parseLog(log);
  if (!event) return;
  const batchId = String(event.args[0]);
  switch (event.name) {
    case "TransferRejected":
    case "TransferReturned": {
      const state = event.name === "TransferRejected" ? "rejected" : "returned";
      const reason = reasonFromBytes4(event.args.getValue("reason"));
      endPayments(wallet, batchId, { state, reason }, event.args.getValue("index"));
      break;
    }
    case "BatchExpired":
      endPayments(wallet, batchId, { state: "expired", reason: payeeSilentReason() });
      setChainState(wallet.db, batchId, "expired");
      break;
  }
}

/** Rejections first, whatever order the contract logs them in: what is left of a batch is settled. */
function inOrder(span: EventSpan): EventLog[] {
  const rejected = corridorAbi.getEvent("TransferRejected")?.topicHash;
  const isRejection = (log: EventLog) => log.topics[0] === rejected;
  return [...span.logs.filter(isRejection), ...span.logs.filter((log) => !isRejection(log))];
}

function readCheckpoint(wallet: WalletParts): Checkpoint | undefined {
  const row = wallet.db.prepare("select number, hash from checkpoint").get();
  return row && { number: Number(row["number"]), hash: String(row["hash"]) };
}

function saveCheckpoint(wallet: WalletParts, checkpoint: Checkpoint): void {
  wallet.db
    .prepare("insert or replace into checkpoint (only, number, hash) values (1, ?, ?)")
    .run(checkpoint.number, checkpoint.hash);
}

/**
 * Reads what the corridor logged in the next final blocks, on the wallet's own node, and ends payments by it. The
 * only place where money goes back to users because a batch was on chain.
 */
export async function followCorridor(wallet: WalletParts): Promise<boolean> {
  const { connection } = wallet.corridor;
  const { corridor, deployedInBlock } = wallet.config.network;
  const start = readCheckpoint(wallet) ?? (await readBlock(connection, deployedInBlock));
  if (!start) throw new Error(`the node has no block ${deployedInBlock}`);
  return followNextSpan(connection, {
    addresses: [corridor],
    checkpoint: () => start,
    apply: (span) => {
      inOneCommit(wallet.db, () => {
        for (const log of inOrder(span)) applyLog(wallet, log);
        saveCheckpoint(wallet, span.to);
      });
    },
  });
}

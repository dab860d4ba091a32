import { randomUUID } from "node:crypto";
import { failpoint } from "../../foundation/process/failpoint.ts";
import type { ServiceContext } from "../service-context.ts";
import { findCheckpoint } from "../store/checkpoints.ts";
import {
  findLastCycle,
  insertCycle,
  lockCycles,
  type StoredCycle,
  saveCycleAnswer,
} from "../store/cycles.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { Db } from "../store/open-database.ts";
import { sumMovements } from "../store/position-movements.ts";

/**
 * Closes a cut-off cycle: the movements per account since the last one, read from the chain, go to the bank,
 * which compares them with its own ledger. The answer, agreed or the differences, is kept. A cycle that the bank
 * has not answered is asked again under the same id before a new one is opened.
 */
export async function closeCycle(context: ServiceContext): Promise<StoredCycle | undefined> {
  const { db } = context;
  const cycle = await inTransaction(db, (trx) => openCycle(context, trx));
  if (!cycle) return undefined;
  await failpoint("C08");
  const asked = context.bank.confirmCycle({
    id: cycle.id,
    fromBlock: Number(cycle.from_block),
    toBlock: Number(cycle.to_block),
    movements: cycle.movements,
  });
  const [answer] = await Promise.all([asked, failpoint("C09")]);
  await failpoint("C10");
  const state = answer.agreed ? "agreed" : "differs";
  if (!answer.agreed) context.log.error({ cycle: cycle.id }, "the bank's ledger differs");
  return saveCycleAnswer(db, { id: cycle.id, state, differences: answer.differences });
}

/** The cycle that is open, or a new one. Cycles never overlap: instances open them one after the other. */
async function openCycle(context: ServiceContext, trx: Db): Promise<StoredCycle | undefined> {
  await lockCycles(trx);
  const last = await findLastCycle(trx);
  if (last?.state === "open") return last;
  const checkpoint = await findCheckpoint(trx);
  const fromBlock = last ? Number(last.to_block) + 1 : context.network.deployedInBlock;
  if (!checkpoint || checkpoint.number < fromBlock) return undefined;
  const span = { fromBlock, toBlock: checkpoint.number };
  const movements = await sumMovements(trx, span);
  return insertCycle(trx, { id: randomUUID(), ...span, movements });
}

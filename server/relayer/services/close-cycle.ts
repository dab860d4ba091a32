import { randomUUID } from "node:crypto";
import { failpoint } from "../../foundation/process/failpoint.ts";
import type { ServiceContext } from "../service-context.ts";
import { findCheckpoint } from "../store/checkpoints.ts";
import { findLastCycle, insertCycle, type StoredCycle, saveCycleAnswer } from "../store/cycles.ts";
import { sumMovements } from "../store/position-movements.ts";

/**
 * Closes a cut-off cycle: the movements per account since the last one, read from the chain, go to the bank,
 * which compares them with its own ledger. The answer, agreed or the differences, is kept. A cycle that the bank
 * has not answered is asked again under the same id before a new one is opened.
 */
export async function closeCycle(context: ServiceContext): Promise<StoredCycle | undefined> {
  const { db } = context;
  const last = await findLastCycle(db);
  const cycle = last?.state === "open" ? last : await openCycle(context, last);
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

async function openCycle(
  context: ServiceContext,
  last: StoredCycle | undefined,
): Promise<StoredCycle | undefined> {
  const checkpoint = await findCheckpoint(context.db);
  const fromBlock = last ? Number(last.to_block) + 1 : context.network.deployedInBlock;
  if (!checkpoint || checkpoint.number < fromBlock) return undefined;
  const span = { fromBlock, toBlock: checkpoint.number };
  const movements = await sumMovements(context.db, span);
  return insertCycle(context.db, { id: randomUUID(), ...span, movements });
}

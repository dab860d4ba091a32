import type { ServiceContext } from "../service-context.ts";
import { findCheckpoint } from "../store/checkpoints.ts";

export interface Readiness {
  readonly ready: boolean;
  readonly database: "ok" | "failing";
  readonly chain: "ok" | "failing" | "behind";
}

/** Blocks that may be final and not yet applied before new work is better sent elsewhere. */
const MAX_BEHIND = 50;

async function isOk<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch(() => undefined);
}

/** Whether this instance should be sent work: its database answers and it has caught up with the chain. */
export async function checkReadiness(context: ServiceContext): Promise<Readiness> {
  const checkpoint = await isOk(findCheckpoint(context.db).then((found) => found ?? { number: 0 }));
  const block = await isOk(context.chain.finalBlock());
  const database = checkpoint ? "ok" : "failing";
  const behind = (block?.number ?? 0) - (checkpoint?.number ?? 0);
  const chain = !block ? "failing" : behind > MAX_BEHIND ? "behind" : "ok";
  return { ready: database === "ok" && chain === "ok", database, chain };
}

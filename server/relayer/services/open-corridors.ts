import type { Corridor, ParticipantId } from "../../../protocol/corridor.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";

/** Why nothing new goes through a corridor for now: it, or one of its parties, is paused. */
async function pausedBy({ halts }: ServiceContext, corridor: Corridor) {
  const { id, payer, payee } = corridor;
  const scopes = [`corridor:${id}`, `participant:${payer}`, `participant:${payee}`] as const;
  for (const scope of scopes) if ((await halts.reasonOf(scope)) !== undefined) return scope;
  return undefined;
}

/** Refuses (`corridor-closed`) what is new in a corridor that is paused; what was accepted before goes on. */
export async function assertNotPaused(context: ServiceContext, corridor: Corridor): Promise<void> {
  if ((await pausedBy(context, corridor)) === undefined) return;
  throw new ProblemError("corridor-closed", "the corridor is paused", {
    pointer: "/corridor",
    remedy: "read GET /v1/corridors for when it is open again",
  });
}

/** A payer's corridors as they stand now: a paused one is shown as closed. */
export async function readCorridors(context: ServiceContext, payer: ParticipantId) {
  const own = [...context.corridors.values()].filter((corridor) => corridor.payer === payer);
  const corridors = own.map(async (corridor) => {
    const paused = (await pausedBy(context, corridor)) !== undefined;
    return paused ? { ...corridor, status: "closed" as const } : corridor;
  });
  return { corridors: await Promise.all(corridors) };
}

import type { Costs, Part } from "./costs.ts";
import type { Machine, Station } from "./engine.ts";
import { SHARES, type Step } from "./visits.ts";

/** Connections of a relayer to its database; each has a process of the server's. */
const POOL = 10;
const EVERY_THREAD = Number.POSITIVE_INFINITY;

/** Does a step's share of a part's cost: on its thread, and beside it on whatever core is free. */
export type Work = (part: Part, step: Step, orders: number, then?: () => void) => void;

const PARTS: readonly Part[] = ["relayer", "postgres", "chain", "payee", "payer", "bank", "load"];

function threadsOf(part: Part, { relayers }: Costs): number {
  if (part === "relayer") return relayers;
  return part === "postgres" ? POOL * relayers : 1;
}

/** Puts a corridor's parts on a machine. */
export function createParts(machine: Machine, costs: Costs, random: () => number) {
  const stations = new Map(
    PARTS.map((part): [Part, { thread: Station; beside: Station }] => [
      part,
      {
        thread: machine.station(part, threadsOf(part, costs)),
        beside: machine.station(`${part}, other threads`, EVERY_THREAD),
      },
    ]),
  );
  const work: Work = (part, step, orders, then = () => undefined) => {
    const station = stations.get(part);
    const share = -Math.log(1 - random()) * (SHARES[part][step] ?? 0) * orders;
    const { thread, beside } = costs.parts[part];
    station?.beside.work(beside * share, () => undefined);
    station?.thread.work(thread * share, then);
  };
  return {
    work,
    /** Milliseconds that each part's threads have worked, by each of them. */
    busyMs: () =>
      new Map(
        [...stations].map(([part, { thread }]) => [part, thread.busyMs() / threadsOf(part, costs)]),
      ),
  };
}

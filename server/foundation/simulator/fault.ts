import { z } from "zod";

const ms = z.int().min(0).max(600_000);
const seconds = z.number().min(0).max(86_400);
const fault = <Mode extends string, Shape extends z.ZodRawShape>(mode: Mode, shape: Shape) =>
  z.strictObject({
    mode: z.literal(mode),
    /** The route that it concerns, as the simulator lists it: "POST /fundings". */
    route: z.string().max(100),
    /** How many requests it concerns; all when absent. */
    times: z.int().min(1).optional(),
    ...shape,
  });

/**
 * What a simulator can be told to do wrong:
 * - `latency`: answers correctly, late
 * - `hang`: does nothing and never answers
 * - `garbage`: does nothing and answers what is no message of ours
 * - `execute-then-…`: does it, and answers 500, resets the connection, never answers, or answers garbage
 * - `accept-then-never`: answers that it will be done, also when asked again, and does nothing
 * - `not-found-for`: for so many seconds from the first enquiry on, knows nothing of what it did
 * - `late-flip`: refuses, and does it all the same so many seconds later
 * - `no-dedup`: does the same request once more when it comes once more
 * - `wrong-entry`: one entry of a statement is one minor unit off
 * - `stale-directory`: look-ups still show accounts that cannot be paid any more
 */
export const faultSchema = z.discriminatedUnion("mode", [
  fault("latency", { ms }),
  fault("hang", {}),
  fault("garbage", {}),
  fault("execute-then-500", {}),
  fault("execute-then-reset", {}),
  fault("execute-then-hang", {}),
  fault("execute-then-garbage", {}),
  fault("accept-then-never", {}),
  fault("not-found-for", { seconds }),
  fault("late-flip", { seconds }),
  fault("no-dedup", {}),
  fault("wrong-entry", {}),
  fault("stale-directory", {}),
]);
export type Fault = z.output<typeof faultSchema>;
export type FaultMode = Fault["mode"];
export type WireFault = z.input<typeof faultSchema>;

/** A request that a fault concerns. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The simulator's own address, as the caller reached it. */
  readonly at: { readonly host: string; readonly port: number };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A route that can be told to misbehave, and what its business needs for that. */
export interface ProgrammableRoute {
  /** "POST /fundings". */
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  /** What the request is about: the same id is the same business. */
  readonly idOf?: (asked: Asked) => string | undefined;
  /** It only tells what was done under an id. */
  readonly enquires?: true;
  /** What it says when it will be done. Needed for `accept-then-never`. */
  readonly promise?: (asked: Asked) => Answer;
  /** How it refuses. Needed for `late-flip`. */
  readonly refuse?: (asked: Asked) => Promise<Answer> | Answer;
  /**
   * Does what was done before once more. Needed for `no-dedup`. Answers another request that has that effect, or nothing
   * when it has had it already.
   */
  readonly repeat?: (asked: Asked, attempt: number) => Asked | undefined;
  /** Changes one entry of a statement. Needed for `wrong-entry`. */
  readonly distort?: (statement: unknown) => unknown;
  /** Modes that the route itself looks after, by asking whether they are on. */
  readonly own?: readonly FaultMode[];
}

/** Whether a mode means nothing for a route. */
export function unable(route: ProgrammableRoute, mode: FaultMode): boolean {
  switch (mode) {
    case "accept-then-never":
      return !route.promise || !route.idOf;
    case "late-flip":
      return !route.refuse;
    case "no-dedup":
      return !route.repeat || !route.idOf;
    case "not-found-for":
      return !route.enquires || !route.idOf;
    case "wrong-entry":
      return !route.distort;
    case "stale-directory":
      return !route.own?.includes(mode);
    default:
      return false;
  }
}

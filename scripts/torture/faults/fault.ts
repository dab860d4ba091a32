import type { Field } from "../field/start-field.ts";

/** One thing that is broken for a while, as it was drawn from the seed. */
export interface PlannedFault {
  /** Milliseconds since the load began. */
  readonly atMs: number;
  readonly forMs: number;
  readonly kind: string;
  /** What it concerns: two faults of one domain never overlap. */
  readonly domain: string;
  readonly detail: string;
  /** Breaks it, and mends it before it resolves. */
  readonly run: (field: Field) => Promise<void>;
}

/** Draws one fault of its kind. */
export interface FaultKind {
  readonly kind: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  readonly draw: (dice: Dice) => Pick<PlannedFault, "domain" | "detail" | "run" | "forMs">;
}

/** What everything left to chance is drawn from. */
export interface Dice {
  readonly relayers: number;
  readonly depth: number;
  whole(least: number, most: number): number;
  one<T>(of: readonly [T, ...T[]]): T;
}

/** Dice over numbers in [0, 1). */
export function createDice(
  random: () => number,
  { relayers, depth }: { readonly relayers: number; readonly depth: number },
): Dice {
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return {
    relayers,
    depth,
    whole,
    one: (of) => of[whole(0, of.length - 1)] ?? of[0],
  };
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

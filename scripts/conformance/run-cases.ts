import type { Bench, Case } from "./bench.ts";
import { HONEST_CASES } from "./honest-cases.ts";
import { HOSTILE_CASES } from "./hostile-cases.ts";

/** How one case ended; `why` for all but a pass. */
export interface Verdict {
  readonly name: string;
  readonly demands: string;
  readonly end: "passed" | "failed" | "not run";
  readonly why?: string;
  readonly seconds: number;
}

/** In the order in which they run: what moves the chain's clock comes late. */
const ORDER = [
  "look-up",
  "credit",
  "duplicate",
  "forged reservation",
  "look-alike corridor",
  "other chain",
  "details above the leaf",
  "wrong commitment",
  "closed account",
  "under review",
  "inside the settle margin",
  "replay",
  "make-good",
  "withheld settle",
  "restart in mid-credit",
];

/** Every case of the kit, in its order. */
export const CASES: readonly Case[] = [...HONEST_CASES, ...HOSTILE_CASES].sort(
  (a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name),
);

async function judge(bench: Bench, { name, demands, run, restarts }: Case): Promise<Verdict> {
  const began = performance.now();
  const end = (verdict: Pick<Verdict, "end" | "why">): Verdict => {
    return { name, demands, ...verdict, seconds: (performance.now() - began) / 1_000 };
  };
  if (restarts && !bench.restart) {
    return end({ end: "not run", why: "give --command, so that the kit can restart the wallet" });
  }
  try {
    await run(bench);
    return end({ end: "passed" });
  } catch (error) {
    return end({ end: "failed", why: error instanceof Error ? error.message : `${error}` });
  }
}

/** Runs cases one after the other, all of them unless told otherwise. One that fails does not end the run. */
export async function runCases(
  bench: Bench,
  options: {
    readonly cases?: readonly Case[];
    readonly onVerdict?: (verdict: Verdict) => void;
  } = {},
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const each of options.cases ?? CASES) {
    const verdict = await judge(bench, each);
    options.onVerdict?.(verdict);
    verdicts.push(verdict);
  }
  return verdicts;
}

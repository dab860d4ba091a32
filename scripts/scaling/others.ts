import { seededRandom } from "../kill-start/seeded-random.ts";
import { type ModelOptions, modelCorridor } from "./corridor-model.ts";

const MOST = 64;
const HALVINGS = 14;

/**
 * How many threads others kept busy beside a load, all the time, if they got so much CPU time out of it: what can be
 * measured is only what they got, and on full cores that depends on who else wanted them. None got none; more than 64
 * are not told apart from 64.
 */
export function othersFor(
  load: Omit<ModelOptions, "random" | "others">,
  { othersBusy, seed }: { readonly othersBusy: number; readonly seed: number },
): number {
  if (othersBusy === 0) return 0;
  let low = 0;
  let high = MOST;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const others = (low + high) / 2;
    const modelled = modelCorridor({ ...load, others, random: seededRandom(seed) });
    if (modelled.othersBusy < othersBusy) low = others;
    else high = others;
  }
  return high;
}

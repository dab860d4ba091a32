import { checkRest } from "./check-rest.ts";
import { runSimulation } from "./run-simulation.ts";

/**
 * Large batches: many transfers. Small ones: many steps between which anything may happen. `npm run simulate` runs as
 * many seeds as there is time for.
 */
const RUNS = [
  { seed: 1, transfers: 10_000, maxBatch: 500 },
  ...[2, 3, 4].map((seed) => ({ seed, transfers: 250, maxBatch: 4 })),
];

describe("the relayer's services over a chain and a wallet that misbehave", () => {
  for (const { seed, transfers, maxBatch } of RUNS) {
    it(`bring ${transfers} transfers of three relayers to their right ends (seed ${seed})`, async () => {
      await using simulation = await runSimulation({ seed, transfers, maxBatch, relayers: 3 });
      await checkRest(simulation);
    }).timeout(600_000);
  }
});

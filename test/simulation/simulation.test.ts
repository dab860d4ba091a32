import { checkRest } from "./check-rest.ts";
import { runSimulation } from "./run-simulation.ts";

/**
 * Large batches: many transfers, on a server, which has a processor of its own. Small ones: many steps between which
 * anything may happen. `npm run simulate` runs as many seeds as there is time for.
 */
const RUNS = [
  { seed: 1, transfers: 100_000, maxBatch: 500, database: "postgresql" },
  ...[2, 3, 4].map(
    (seed) => ({ seed, transfers: 250, maxBatch: 4, database: "embedded" }) as const,
  ),
] as const;

describe("the relayer's services over a chain and a wallet that misbehave", () => {
  for (const run of RUNS) {
    const { seed, transfers } = run;
    it(`bring ${transfers} transfers of three relayers to their right ends (seed ${seed})`, async () => {
      await using simulation = await runSimulation({ ...run, relayers: 3 });
      await checkRest(simulation);
    }).timeout(900_000);
  }
});

/** `npm run simulate`: the relayer's services over models of chain and wallet, seed after seed. */
import { checkRest } from "../test/simulation/check-rest.ts";
import { runSimulation } from "../test/simulation/run-simulation.ts";
import { readChoice, readCount, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run simulate -- [options]

  --transfers 1000000   in all, over as many seeds as it takes
  --each 20000          transfers of one seed
  --batch 200           the largest batch
  --relayers 3
  --database postgresql embedded, or on a PostgreSQL server of its own
  --seed N              the first seed; a new one is drawn and told when absent`;

const { values } = readOptions(USAGE, {
  transfers: { type: "string", default: "1000000" },
  each: { type: "string", default: "20000" },
  batch: { type: "string", default: "200" },
  relayers: { type: "string", default: "3" },
  database: { type: "string", default: "postgresql" },
  seed: { type: "string" },
});

const [all, each] = [readCount("transfers", values.transfers), readCount("each", values.each)];
const [maxBatch, relayers] = [
  readCount("batch", values.batch),
  readCount("relayers", values.relayers),
];
const database = readChoice("--database", values.database, ["postgresql", "embedded"]);
const first = readCount("seed", values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`, 0);
let failed = 0;
const seeds = Math.ceil(all / each);
for (let seed = first; seed < first + seeds; seed++) {
  const began = performance.now();
  try {
    await using simulation = await runSimulation({
      seed,
      transfers: each,
      maxBatch,
      relayers,
      database,
    });
    await checkRest(simulation);
    const faults = Object.values(simulation.faults).reduce((sum, count) => sum + count, 0);
    const seconds = Math.round((performance.now() - began) / 1_000);
    console.log(
      `seed ${seed}: ${each} transfers, ${simulation.rounds} rounds, ${faults} faults, ${seconds} s: nothing wrong`,
    );
  } catch (error) {
    failed++;
    console.error(`seed ${seed}: ${error instanceof Error ? error.stack : error}`);
    console.error(
      `replay it: npm run simulate -- --seed ${seed} --transfers ${each} --each ${each} --batch ${maxBatch}`,
    );
  }
}
console.log(
  `\n${seeds * each} transfers over ${seeds} seeds from ${first}, ${failed} seeds failed`,
);
// What the embedded server has left to do at the exit would end the process with 0.
process.exit(failed > 0 ? 1 : 0);

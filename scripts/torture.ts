/** `npm run torture`: faults of every kind under load, in real processes; then all that can be read must hold together. */
import { formatTable } from "./terminal/print-table.ts";
import { readChoice, readCount, readNumber, readOptions } from "./terminal/read-options.ts";
import { runTorture, type TortureResult } from "./torture/run-torture.ts";

const USAGE = `npm run torture -- [options]

  --minutes 10          how long faults last
  --seed N              draws every fault and order; a new one is drawn and told when absent
  --relayers 3          on one PostgreSQL
  --chain hardhat       or anvil, whose blocks can be replaced
  --pairs 5             senders who pay all the time
  --quiet               tell the result alone

Ends with 0 on a pass, 1 on a violation, 2 when nothing could be concluded.`;

const { values } = readOptions(USAGE, {
  minutes: { type: "string", default: "10" },
  seed: { type: "string" },
  relayers: { type: "string", default: "3" },
  chain: { type: "string", default: "hardhat" },
  pairs: { type: "string", default: "5" },
  quiet: { type: "boolean", default: false },
});

const EXIT_CODES = { pass: 0, fail: 1, unknown: 2 } as const;
const SHOWN = 40;

const rowsOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, `${count}`]);

function print(result: TortureResult, seed: number): void {
  const { violations, open, recoveredMs } = result;
  const sorted = recoveredMs.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(`\n${formatTable(["transfers", ""], rowsOf(result.transfers))}`);
  console.log(`\n${formatTable(["refused orders", ""], rowsOf(result.refused))}`);
  console.log(`\n${formatTable(["faults", ""], rowsOf(result.faults))}\n`);
  console.log(
    `${result.orders} orders, ${result.webhooks} webhooks received, ${result.chainTransactions} chain transactions of relayers, ${result.blocks} blocks`,
  );
  console.log(
    `${sorted.length} transfers under way at the heal: at their end after ${median} ms (median), ${sorted.at(-1) ?? 0} ms (longest)`,
  );
  const waited = Object.entries(result.waitedMs).map(([what, ms]) => `${what} ${ms} ms`);
  console.log(`after the heal waited for: ${waited.join(", ")}`);
  for (const what of open) console.log(`not at rest: ${what}`);
  for (const { invariant, what } of violations.slice(0, SHOWN))
    console.log(`${invariant}: ${what}`);
  if (violations.length > SHOWN) console.log(`... ${violations.length - SHOWN} more`);
  console.log(`\n${result.verdict}: ${violations.length} violations; repeat with --seed ${seed}`);
}

const began = performance.now();
const at = () => `${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s`;
const seed = readCount("seed", values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`, 0);
const chain = readChoice("--chain", values.chain, ["hardhat", "anvil"]);
const options = {
  minutes: readNumber("minutes", values.minutes),
  relayers: readCount("relayers", values.relayers),
  pairs: readCount("pairs", values.pairs),
};
const tell = (text: string) => {
  if (!values.quiet) console.log(`${at()}  ${text}`);
};
console.log(`seed ${seed}, ${values.relayers} relayers, ${chain}`);
const result = await runTorture({
  seed,
  chain,
  ...options,
  onPhase: (phase) => tell(`--- ${phase}`),
  onFault: ({ kind, detail }) => tell(`${kind}: ${detail}`),
});
print(result, seed);
// What the embedded server has left to do at the exit would end the process with 0.
process.exit(EXIT_CODES[result.verdict]);

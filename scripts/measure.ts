/** `npm run measure -- idle|steady`: confirmation time of the corridor, beside what a plain script would do. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchProcess } from "../server/local/launchers.ts";
import { planCorridor } from "../server/local/plan.ts";
import { startCorridor } from "../server/local/start-corridor.ts";
import { drawCdf, drawWaterfall } from "./measure/draw.ts";
import { describeMachine } from "./measure/machine.ts";
import { runNaive } from "./measure/naive.ts";
import { formatReport, type Report } from "./measure/report.ts";
import { type RunName, runLoad } from "./measure/run-load.ts";
import { readDuration, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run measure -- idle|steady [options]

  idle      one transfer at a time: the floor (mines at once unless told otherwise)
  steady    a fixed rate, whatever the answers take (blocks of 1 s unless told otherwise)

  --rate 50             transfers per second (steady)
  --duration 60s        how long (steady)
  --count 200           how many (idle)
  --block-time 1s       time between blocks; 0 mines at once
  --database-url URL    a PostgreSQL server in place of the embedded database
  --out results         folder for JSON and SVG`;

const { values, positionals } = readOptions(
  USAGE,
  {
    rate: { type: "string", default: "50" },
    duration: { type: "string", default: "60s" },
    count: { type: "string", default: "200" },
    "block-time": { type: "string" },
    "database-url": { type: "string" },
    out: { type: "string", default: "results" },
  },
  true,
);

function readRun(): RunName {
  const [run] = positionals;
  if (run === "idle" || run === "steady") return run;
  console.error(USAGE);
  process.exit(2);
}

async function measure(): Promise<Report> {
  const run = readRun();
  const blockTimeMs = readDuration(values["block-time"] ?? (run === "idle" ? "0" : "1s"));
  const directory = mkdtempSync(join(tmpdir(), "corridor-measure-"));
  const databaseUrl = values["database-url"];
  const plan = await planCorridor({
    directory,
    blockTimeMs,
    sendCurrencies: ["HKD"],
    logLevel: "error",
    ...(databaseUrl !== undefined && { databaseUrl }),
  });
  console.log(
    `${run}: starting a corridor, blocks ${blockTimeMs === 0 ? "at once" : `every ${blockTimeMs} ms`}`,
  );
  try {
    await using corridor = await startCorridor(plan, { launch: launchProcess });
    const ours = await runLoad(corridor, {
      run,
      count: run === "idle" ? Number(values.count) : undefined,
      rate: Number(values.rate),
      durationMs: readDuration(values.duration),
    });
    const naive = await runNaive(corridor.rpcUrl, {
      blockTimeMs,
      count: run === "idle" ? 100 : 500,
    });
    return {
      run,
      blockTimeMs,
      store: databaseUrl === undefined ? "pglite" : "postgres",
      machine: describeMachine(),
      ours,
      naive,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  const report = await measure();
  console.log(formatReport(report));
  mkdirSync(values.out, { recursive: true });
  const write = (ending: string, text: string) => {
    const path = join(values.out, `${report.run}${ending}`);
    writeFileSync(path, text);
    return path;
  };
  const written = [
    write(".json", `${JSON.stringify(report, null, 2)}\n`),
    write("-cdf.svg", await drawCdf(report)),
    write("-waterfall.svg", await drawWaterfall(report)),
  ];
  console.log(`\nwritten: ${written.join(", ")}`);
  process.exit(0);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

/** `npm run conformance`: holds any wallet's Participant API against what the protocol demands of a receiving wallet. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../server/local/free-ports.ts";
import type { Bench } from "./conformance/bench.ts";
import { formatVerdicts, toJunit } from "./conformance/report.ts";
import { runCases } from "./conformance/run-cases.ts";
import { type RunWallet, runWallet, untilAnswers } from "./conformance/run-wallet.ts";
import { runSimulator, SIMULATOR } from "./conformance/simulator.ts";
import { type Rail, startRail } from "./conformance/start-rail.ts";
import { readWalletFile } from "./conformance/wallet-file.ts";
import { createWalletUnderTest } from "./conformance/wallet-under-test.ts";
import { readCount, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run conformance -- --url URL --key FILE [options]
npm run conformance -- --simulator [options]

The kit starts a chain of its own with the contracts on it, and plays bank, payer and relayer. The wallet under test
reads that chain as its own node. It needs two files, network.json and corridors.json, and the chain's address: the kit
prints where they are and waits until the wallet answers at --url. With --command it starts the wallet itself, with

  CORRIDOR_NETWORK_FILE, CORRIDOR_CORRIDORS_FILE, CORRIDOR_RPC_URL

and can then kill it in the middle of a credit, too.

  --url URL        where the wallet's Participant API listens (section "Participant API" of docs/api.md)
  --key FILE       JSON: participant, accountKey, signer, accounts { open, closed, underReview }
  --command CMD    a shell command that starts the wallet, and starts it again on the same data
  --rpc-port N     where the kit's chain listens; any free port when absent
  --directory DIR  where the two files are written; a temporary one when absent
  --junit FILE     also writes the verdicts as JUnit XML
  --simulator      tests this repository's own wallet simulator

Exit code: 0 when no case failed, 1 when one did, 2 when the kit could not run.`;

const { values } = readOptions(USAGE, {
  url: { type: "string" },
  key: { type: "string" },
  command: { type: "string" },
  "rpc-port": { type: "string" },
  directory: { type: "string" },
  junit: { type: "string" },
  simulator: { type: "boolean", default: false },
});

const { "rpc-port": port } = values;
const rpcPort = port === undefined ? undefined : readCount("rpc-port", port);

interface Started extends AsyncDisposable {
  readonly url: string;
  readonly run?: RunWallet;
}

async function startSimulator(rail: Rail, directory: string): Promise<Started> {
  const [port = 0] = await freePorts("127.0.0.1", 1);
  const run = await runSimulator(rail, { port, directory });
  return {
    url: `http://127.0.0.1:${port}`,
    run,
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
  };
}

/** The wallet under test: started by its command, or waited for. */
async function findWallet(rail: Rail, url: string): Promise<Started> {
  const env = {
    CORRIDOR_NETWORK_FILE: rail.networkFile,
    CORRIDOR_CORRIDORS_FILE: rail.corridorsFile,
    CORRIDOR_RPC_URL: rail.rpcUrl,
  };
  for (const [name, value] of Object.entries(env)) console.log(`${name}=${value}`);
  if (values.command === undefined) {
    console.log(`waiting for the wallet at ${url}`);
    await untilAnswers(url, 600_000);
    return { url, [Symbol.asyncDispose]: async () => {} };
  }
  const run = await runWallet({ command: values.command, url, env });
  return { url, run, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() };
}

function readTarget() {
  if (values.simulator) return { file: SIMULATOR, url: "" };
  if (values.url === undefined || values.key === undefined) {
    throw new Error(`--url and --key are needed, or --simulator\n\n${USAGE}`);
  }
  if (!URL.canParse(values.url)) throw new Error(`--url is an address, not ${values.url}`);
  return { file: readWalletFile(values.key), url: values.url };
}

async function conform(directory: string): Promise<boolean> {
  const { file, url } = readTarget();
  await using rail = await startRail({ directory, wallet: file, rpcPort });
  const starting = values.simulator ? startSimulator(rail, directory) : findWallet(rail, url);
  await using wallet = await starting;
  const today = () => new Date().toISOString().slice(0, 10);
  const begun = today();
  const bench: Bench = {
    rail,
    file,
    wallet: createWalletUnderTest(wallet.url),
    days: () => new Set([begun, today()]),
    ...(wallet.run && {
      restart: (afterMs: number) => wallet.run?.restart(afterMs) ?? Promise.resolve(),
    }),
  };
  const onVerdict = ({ name, end }: { name: string; end: string }) =>
    console.log(`${end}: ${name}`);
  const verdicts = await runCases(bench, { onVerdict });
  console.log(`\n${formatVerdicts(verdicts)}`);
  if (values.junit !== undefined) writeFileSync(values.junit, toJunit(verdicts));
  return verdicts.every(({ end }) => end !== "failed");
}

const temporary = values.directory === undefined;
const directory = values.directory ?? mkdtempSync(join(tmpdir(), "corridor-conformance-"));
let code = 2;
try {
  code = (await conform(directory)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  if (temporary) rmSync(directory, { recursive: true, force: true });
}
process.exit(code);

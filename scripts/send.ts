/** `npm run send -- FILE`: a file of remittances through the running corridor, each row once. */
import { readFileSync } from "node:fs";
import { findCorridor, NoSuchCorridor, NothingRuns } from "./send/find-corridor.ts";
import {
  formatBadRows,
  formatComparison,
  formatCounts,
  formatRepeated,
} from "./send/format-summary.ts";
import { FileUnreadable, readRows } from "./send/read-rows.ts";
import { sendFile, verifyFile } from "./send/send-file.ts";
import { writeResults } from "./send/write-results.ts";
import { readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run send -- FILE [options]

FILE is CSV in UTF-8 with the columns recipient (mobile number), name, amount, currency, side (send or receive:
which side the amount fixes), reference, and if you like message and purpose. examples/remittances.csv is one.

  --out FILE            results, a line for each row (default: next to FILE, ending in .results.csv)
  --sender +852...      who pays; the account is opened when it is missing
  --sender-name NAME    the sender's name
  --concurrency 64      rows under way at a time
  --no-open-accounts    open no accounts for recipients who have none at the receiving wallet
  --corridor ID         which corridor, when several run
  --directory .corridor where the corridor runs

A row is known by what it says: run twice, the file sends nothing twice, and an interrupted run is resumed by running
it again. To pay the same sum to the same person again, give it another reference.

Exit code 0: every good row has ended and every sum agrees; 1: not so, or not yet; 2: nothing could be sent.`;

const { values, positionals } = readOptions(
  USAGE,
  {
    out: { type: "string" },
    sender: { type: "string", default: "+85230001000" },
    "sender-name": { type: "string", default: "Harbour Payroll Services Limited" },
    concurrency: { type: "string", default: "64" },
    "no-open-accounts": { type: "boolean", default: false },
    corridor: { type: "string" },
    directory: { type: "string", default: ".corridor" },
  },
  true,
);

const REFUSED = 2;
const INTERRUPTED = 130;

/** Aborted by Ctrl-C: what is under way is waited for. A second Ctrl-C ends at once. */
function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    console.error("\nstopping: what is under way is waited for; Ctrl-C again ends at once");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}

function readArguments() {
  const [path] = positionals;
  const concurrency = Number(values.concurrency);
  const inBounds = Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 1_000;
  if (path !== undefined && positionals.length === 1 && inBounds) {
    const out = values.out ?? `${path.replace(/\.csv$/i, "")}.results.csv`;
    return { path, out, concurrency };
  }
  console.error(inBounds ? USAGE : "--concurrency is a number from 1 to 1000");
  process.exit(REFUSED);
}

/** Sends the file and says what became of it; answers the exit code. */
async function run(): Promise<number> {
  const { path, out, concurrency } = readArguments();
  const bytes = readFileSync(path);
  const found = await findCorridor(values.directory, values.corridor);
  const file = readRows(bytes, found.corridor);
  const repeated = formatRepeated(file.rows);
  if (repeated !== undefined) console.log(repeated);
  const signal = abortOnInterrupt();
  const { sending, seconds, open } = await sendFile(found, {
    file,
    sender: { phone: values.sender, name: values["sender-name"] },
    openAccounts: !values["no-open-accounts"],
    concurrency,
    signal,
    say: (text) => console.log(text),
  });
  writeResults(out, sending);
  const { bad, paid, unsent } = sending;
  if (bad.length > 0) console.log(`bad rows, not sent:\n${formatBadRows(bad)}\n`);
  console.log(formatCounts(sending, seconds));
  console.log(`results: ${out}\n`);
  if (signal.aborted) return INTERRUPTED;
  if (open > 0) {
    console.log(
      `${open} payments have not ended: the sums are compared once they have; run it again`,
    );
    return 1;
  }
  const { facts, comparison } = await verifyFile(found, paid);
  console.log(formatComparison(found, facts, comparison));
  return comparison.differences.length === 0 && unsent.length === 0 ? 0 : 1;
}

/** Errors that are the caller's to mend: one clear line, without a stack. */
function isCallers(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  const known = [NothingRuns, NoSuchCorridor, FileUnreadable];
  return known.some((each) => error instanceof each) || code === "ENOENT";
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = isCallers(error) ? REFUSED : 1;
}

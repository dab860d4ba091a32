/** `npm start`: a whole corridor on this machine, and a first transfer through it. */
import { sendFirstTransfer } from "../server/local/first-transfer.ts";
import { launchProcess } from "../server/local/launchers.ts";
import { planCorridor, urlOf } from "../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../server/local/start-corridor.ts";
import { formatWorkedCalls } from "./start/worked-calls.ts";
import { formatTable } from "./terminal/print-table.ts";
import { formatTimeline } from "./terminal/print-timeline.ts";
import { readDuration, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm start [-- options]

  --block-time 1s       time between blocks; 0 mines at once
  --corridors HKD       send currencies of the corridors to run, comma-separated, or "all"
  --directory .corridor where data is kept while it runs
  --database-url URL    a PostgreSQL server for the relayer, in place of the embedded database`;

const { values } = readOptions(USAGE, {
  "block-time": { type: "string", default: "1s" },
  corridors: { type: "string", default: "HKD" },
  directory: { type: "string", default: ".corridor" },
  "database-url": { type: "string" },
});

function printAddresses(corridor: LocalCorridor): void {
  const { plan, network } = corridor;
  const services = [
    ["chain", corridor.rpcUrl, `chain id ${network.chainId}, corridor ${network.corridor}`],
    [
      "relayer",
      `${corridor.relayerUrl}/v1`,
      `operations ${urlOf(plan, { port: plan.ports.operations })}`,
    ],
    ...[plan.bank, ...plan.wallets].map((party) => [
      party.participant.name,
      urlOf(plan, party),
      `account ${network.accounts[party.participant.id]}`,
    ]),
  ];
  console.log(`\n${formatTable(["service", "address", ""], services)}\n`);
}

async function main(): Promise<LocalCorridor> {
  const databaseUrl = values["database-url"];
  const plan = await planCorridor({
    directory: values.directory,
    blockTimeMs: readDuration(values["block-time"]),
    wellKnownPorts: true,
    ...(values.corridors !== "all" && { sendCurrencies: values.corridors.split(",") }),
    ...(databaseUrl !== undefined && { databaseUrl }),
  });
  process.stdout.write("starting:");
  const corridor = await startCorridor(plan, {
    launch: launchProcess,
    onStep: (step) => process.stdout.write(` ${step} ·`),
  });
  console.log(" ready");
  printAddresses(corridor);
  return corridor;
}

async function showFirstTransfer(corridor: LocalCorridor): Promise<void> {
  if (corridor.plan.corridors[0]?.sendCurrency !== "HKD") return;
  const { payment, transfer } = await sendFirstTransfer(corridor);
  const { sendAmount, receiveAmount, rate } = transfer;
  console.log(
    `first transfer: ${sendAmount.value} ${sendAmount.currency} → ${receiveAmount.value} ${receiveAmount.currency} at ${rate}`,
  );
  console.log(formatTimeline(transfer));
  if (payment.creditedAt === undefined) throw new Error(`the first transfer is ${payment.state}`);
  const ms = payment.confirmationMs;
  const took = ms === undefined ? "" : ` ${ms.toFixed(0)} ms after the sending wallet's request`;
  console.log(`first transfer credited${took} (3 s in 2018)\n`);
}

try {
  const corridor = await main();
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    console.log("\nstopping");
    await corridor[Symbol.asyncDispose]();
    process.exit(0);
  };
  process.on("SIGINT", () => void end());
  process.on("SIGTERM", () => void end());
  await showFirstTransfer(corridor);
  console.log(formatWorkedCalls(corridor));
  console.log("\nrunning; Ctrl-C ends it");
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

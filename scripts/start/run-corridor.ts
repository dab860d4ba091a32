import { callChain } from "../../server/local/chain-clock.ts";
import { serveDemo } from "../../server/local/demo/serve-demo.ts";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { launchProcess } from "../../server/local/launchers.ts";
import { type PlanOptions, pathIn, planCorridor, urlOf } from "../../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../../server/local/start-corridor.ts";
import { makeCode } from "../../server/relayer/sign-in/code-files.ts";
import { formatTable } from "../terminal/print-table.ts";
import { formatTimeline } from "../terminal/print-timeline.ts";
import { formatWorkedCalls } from "./worked-calls.ts";

/** A bad day on the phones should be bearable: these are the shortest clocks that the contract and the quote book allow. */
const CLOCKS = { wholesaleLifeSeconds: 90, holdSeconds: 30 };

function printAddresses(corridor: LocalCorridor, demoUrl: string): void {
  const { plan, network } = corridor;
  console.log(`\n  ▸ ${demoUrl}/demo   two phones, one payment: open it in a browser`);
  console.log(`  ▸ ${corridor.relayerUrl}/explorer   anybody's proof of a payment\n`);
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

/** A corridor with the page of the two phones in front of it. */
interface ShownCorridor extends AsyncDisposable {
  readonly corridor: LocalCorridor;
}

async function startAndTell(options: PlanOptions, fresh: boolean): Promise<ShownCorridor> {
  await using stack = new AsyncDisposableStack();
  const plan = await planCorridor({ ...options, programmable: true, clocks: CLOCKS });
  let words = "starting:";
  const started = await startCorridor(plan, {
    launch: launchProcess,
    fresh,
    onStep(step) {
      process.stdout.write(`${words} ${step} ·`);
      words = "";
    },
  });
  const corridor = stack.use(started);
  const demo = stack.use(await serveDemo(corridor, { host: plan.host, port: plan.ports.demo }));
  console.log(" ready");
  printAddresses(corridor, demo.url);
  const owned = stack.move();
  return { corridor, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function showWhereItWas({ rpcUrl, plan }: LocalCorridor): Promise<void> {
  const block = Number(await callChain(rpcUrl, "eth_blockNumber", []));
  console.log(`back where it was, at block ${block}; its data is in ${plan.directory}\n`);
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

/** The operators' console, and a code that lets one in. */
function formatConsole({ plan, relayerUrls }: LocalCorridor): string {
  const code = makeCode(pathIn(plan, "relayer"), { operator: "operator", role: "operator" });
  const again = `npm run sign-in -- --directory ${pathIn(plan, "relayer")}`;
  return [
    `console: ${relayerUrls(0).operations}/console`,
    `  one-time code, good for ten minutes: ${code}`,
    `  another one: ${again} (--role viewer, --name alice)`,
  ].join("\n");
}

/** Ends the corridor in order on Ctrl-C, its data kept. */
function endOnSignal(corridor: AsyncDisposable): void {
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
}

/** Starts a corridor that stays until a signal ends it, and shows what it can do. */
export async function runCorridor(options: PlanOptions, fresh: boolean): Promise<void> {
  const shown = await startAndTell(options, fresh);
  const { corridor } = shown;
  endOnSignal(shown);
  await (corridor.resumed ? showWhereItWas(corridor) : showFirstTransfer(corridor));
  console.log(formatWorkedCalls(corridor));
  console.log(`\n${formatConsole(corridor)}`);
  console.log("\nrunning; Ctrl-C ends it");
}

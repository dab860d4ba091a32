import { join } from "node:path";
import pg from "pg";
import { setBlockTime } from "../../server/local/chain/start-chain.ts";
import { callChain } from "../../server/local/chain-clock.ts";
import { programFaults } from "../../server/local/program-faults.ts";
import { type Field, startField } from "../torture/field/start-field.ts";
import { createOperator, type Operator } from "./operator.ts";
import { type Prometheus, startPrometheus } from "./prometheus.ts";
import { startTraffic, type Traffic } from "./traffic.ts";

/** The usual ones of a relayer, but that it compares its books more often. */
const SETTINGS = {
  LEASE_MS: "15000",
  RESEND_MS: "5000",
  RECHECK_MS: "10000",
  RAISE_FEE_MS: "20000",
  ANCHOR_SECONDS: "600",
  RECONCILE_SECONDS: "5",
  RECONCILE_GRACE_MS: "10000",
};

/** A corridor with payments on their way, and a Prometheus server that watches it. */
export interface Bench extends AsyncDisposable {
  readonly field: Field;
  readonly prometheus: Prometheus;
  readonly traffic: Traffic;
  readonly operator: Operator;
  /** An operator at the second relayer. */
  readonly secondOperator: Operator;
  /** Lets Prometheus read these relayers, and no others. */
  watch(relayers: readonly number[], everySeconds?: number): void;
  chain(method: string, ...params: readonly unknown[]): Promise<unknown>;
  /** A statement to the relayer's database, past the relayer. */
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  /** Ends every fault of lines, simulators, chain and receivers. */
  heal(): Promise<void>;
}

/** Starts everything: two relayers, of which the second waits for a trial that needs it. */
export async function startBench(options: {
  readonly binary: string;
  readonly rules: string;
  readonly onStep: (step: string) => void;
}): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  const field = stack.use(
    await startField({
      seed: 1,
      relayers: 2,
      chain: "hardhat",
      blockTimeMs: 1_000,
      cycleSeconds: 3_600,
      settleWithinMs: 5_000,
      relayerSettings: SETTINGS,
      onStep: options.onStep,
    }),
  );
  const { corridor, lines, inbox, route, postgres, database } = field;
  await field.crew.kill(1);
  const directory = join(field.directory, "prometheus");
  const { binary, rules } = options;
  options.onStep("prometheus");
  const prometheus = stack.use(await startPrometheus({ binary, directory, rules }));
  const traffic = stack.use(await startTraffic(field));
  const watch: Bench["watch"] = (relayers, everySeconds) => {
    const hosts = relayers.map((each) => new URL(corridor.relayerUrls(each).operations).host);
    prometheus.scrape(hosts, everySeconds);
  };
  watch([0]);
  const owned = stack.move();
  return {
    field,
    prometheus,
    traffic,
    operator: createOperator(corridor),
    secondOperator: createOperator(corridor, 1),
    watch,
    chain: (method, ...params) => callChain(corridor.rpcUrl, method, [...params]),
    async query(text, values = []) {
      const client = new pg.Client(postgres.urlOf(database));
      await client.connect();
      try {
        return await client.query(text, [...values]);
      } finally {
        await client.end();
      }
    },
    async heal() {
      // A stopped process answers nobody who tells it to behave.
      for (const id of [route.payer, route.payee]) corridor.services.get(id)?.signal?.("SIGCONT");
      await lines.heal();
      inbox.answer(204);
      await setBlockTime(corridor.rpcUrl, corridor.plan.blockTimeMs);
      for (const id of [corridor.plan.bank.participant.id, route.payer, route.payee]) {
        await programFaults(corridor.controlUrl(id), []);
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

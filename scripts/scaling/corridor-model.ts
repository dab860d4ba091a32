import type { Costs, Part } from "./costs.ts";
import { createEngine, type Engine } from "./engine.ts";
import { createModelChain } from "./model-chain.ts";
import { createPacker, type PackedCall } from "./packer.ts";
import { createParts, type Work } from "./parts.ts";
import type { Step } from "./visits.ts";

/** When orders come: one after the other at even intervals, as the load generator sends them, or by chance. */
export type Arrivals = "even" | "poisson";

export interface ModelOptions {
  readonly costs: Costs;
  /** Transfers per second. */
  readonly rate: number;
  readonly seconds: number;
  /** Of the machine that runs everything. */
  readonly cores: number;
  /** Threads of others on it; see the engine. */
  readonly others?: number;
  readonly arrivals: Arrivals;
  /** Numbers in [0, 1): from a seed, so that a run can be repeated. */
  readonly random: () => number;
}

export interface Modelled {
  /** Milliseconds from when each order was due until its wallet held the payee's signature. */
  readonly samples: readonly number[];
  /** Orders that were not there when the simulation ended, so long after the last one was due. */
  readonly unfinished: number;
  /** Share of the time in which each part's thread was busy. */
  readonly busy: ReadonlyMap<Part, number>;
  /** Cores' worth of CPU that others had meanwhile. */
  readonly othersBusy: number;
}

/** How long before its time an order is quoted and signed, as scripts/measure does it. */
const LEAD_MS = 3_000;
/** After the last order: what is not there by then is not held. */
const PATIENCE_MS = 60_000;
/** A commit that waits for the disk: a server from the npm package makes some 2,900 a second, one after the other. */
const COMMIT_MS = 0.35;

function dueTimes({ rate, seconds, arrivals, random, costs }: ModelOptions): number[] {
  const everyMs = (costs.size * 1_000) / rate;
  const count = Math.max(1, Math.round((seconds * 1_000) / everyMs));
  let at = LEAD_MS;
  return Array.from({ length: count }, () => {
    const due = at;
    at += arrivals === "even" ? everyMs : -Math.log(1 - random()) * everyMs;
    return due;
  });
}

/** What an order goes through, in a network of stations that the cost of one measured load is put into. */
function connect(engine: Engine, options: ModelOptions, work: Work, done: (due: number) => void) {
  const { costs, random } = options;
  const store = (step: Step, orders: number, then: () => void) =>
    orders === 0
      ? then()
      : work("relayer", step, orders, () =>
          work("postgres", step, orders, () => engine.after(COMMIT_MS, then)),
        );
  /** Everybody reads a block; the relayer's reading is what the order waits for. */
  function follow(calls: readonly PackedCall[]): void {
    for (const kind of ["reserve", "settle"] as const) {
      const orders = calls.filter((call) => call.kind === kind);
      const step = kind === "reserve" ? "reserved" : "settled";
      if (orders.length === 0) continue;
      for (const part of ["payer", "bank"] as const) work(part, step, orders.length);
      if (kind === "settle") work("payee", step, orders.length);
      work("chain", step, orders.length);
      store(step, orders.length, () => {
        if (kind === "reserve") for (const { due } of orders) credit(due);
      });
    }
  }
  const chain = createModelChain(engine, { costs, random, work, follow });
  const packer = createPacker({ costs, store, send: chain.send });
  function credit(due: number): void {
    work("chain", "credit", 1);
    store("credit", 1, () =>
      work("payee", "credit", 1, () =>
        store("outcome", 1, () => {
          packer.add({ kind: "settle", due });
          work("load", "outcome", 1, () => done(due));
        }),
      ),
    );
  }
  return {
    quote: () => work("load", "quote", 1, () => store("quote", 1, () => work("payee", "quote", 1))),
    order: (due: number) =>
      work("load", "order", 1, () => store("order", 1, () => packer.add({ kind: "reserve", due }))),
  };
}

/** Runs orders through a corridor on one machine; the same options give the same result. */
export function modelCorridor(options: ModelOptions): Modelled {
  const engine = createEngine();
  const machine = engine.machine({ cores: options.cores, others: options.others ?? 0 });
  const { work, busyMs } = createParts(machine, options.costs, options.random);
  const samples: number[] = [];
  let ended = 1;
  let othersMs = 0;
  const { quote, order } = connect(engine, options, work, (due) => {
    samples.push(engine.now() - due);
    ended = engine.now();
    othersMs = machine.othersMs();
  });
  const due = dueTimes(options);
  for (const at of due) {
    engine.after(at - LEAD_MS, quote);
    engine.after(at, () => order(at));
  }
  const last = due.at(-1) ?? 0;
  engine.run(last + PATIENCE_MS);
  const spanMs = Math.max(1, last - LEAD_MS);
  return {
    samples,
    othersBusy: othersMs / ended,
    unfinished: due.length - samples.length,
    busy: new Map([...busyMs()].map(([part, ms]) => [part, ms / spanMs])),
  };
}

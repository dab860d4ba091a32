import { createHeap } from "./heap.ts";

/** A machine: its cores are shared evenly by all that runs on it. */
export interface MachineOptions {
  readonly cores: number;
  /** Threads of others that want a core all the time, and get their even share of them; need not be whole. */
  readonly others?: number;
}

/** Something that does work in the order in which it comes, with so many threads on one machine. */
export interface Station {
  readonly name: string;
  /** Milliseconds of CPU that it has done. */
  readonly busyMs: () => number;
  /** Does so many milliseconds of CPU, after what came before it, and calls back. */
  work(ms: number, then: () => void): void;
}

export interface Machine {
  /** Milliseconds of CPU that others have had so far. */
  othersMs(): number;
  station(name: string, threads?: number): Station;
}

/** A clock that jumps from one event to the next, and the machines that it runs. */
export interface Engine {
  /** Milliseconds since the beginning. */
  now(): number;
  after(ms: number, then: () => void): void;
  machine(options: MachineOptions): Machine;
  /** Runs until nothing is left to be done, or until a time. */
  run(untilMs?: number): void;
}

interface Clocked {
  nextAt(): number;
  moveTo(time: number): void;
  finishOne(): void;
}

/**
 * A machine's work. All that runs on it runs at one pace, so that its own time, in which everything takes what it costs,
 * only goes slower or faster against the clock: what ends first by the one ends first by the other.
 */
function createMachine({ cores, others = 0 }: MachineOptions): Machine & Clocked {
  const running = createHeap<() => void>();
  let ownTime = 0;
  let clock = 0;
  let othersMs = 0;
  const pace = () => Math.min(1, cores / (running.size + others));
  return {
    nextAt: () =>
      running.size === 0
        ? Number.POSITIVE_INFINITY
        : clock + Math.max(0, running.peekKey() - ownTime) / pace(),
    moveTo(time) {
      othersMs += (time - clock) * others * pace();
      if (running.size > 0) ownTime += (time - clock) * pace();
      clock = time;
    },
    finishOne() {
      ownTime = Math.max(ownTime, running.peekKey());
      running.pop()?.();
    },
    othersMs: () => othersMs,
    station(name, threads = 1) {
      const waiting = createHeap<{ readonly ms: number; readonly then: () => void }>();
      let active = 0;
      let busyMs = 0;
      function begin(ms: number, then: () => void): void {
        active++;
        busyMs += ms;
        running.push(ownTime + ms, () => {
          active--;
          const next = waiting.pop();
          if (next) begin(next.ms, next.then);
          then();
        });
      }
      return {
        name,
        busyMs: () => busyMs,
        work(ms, then) {
          if (active < threads) begin(ms, then);
          else waiting.push(0, { ms, then });
        },
      };
    },
  };
}

/** Makes a simulation's clock. It knows no chance: whoever uses it brings that along, from a seed. */
export function createEngine(): Engine {
  const timers = createHeap<() => void>();
  const machines: (Machine & Clocked)[] = [];
  let now = 0;
  function nextMachine(): { readonly at: number; readonly machine: Clocked | undefined } {
    let first: { at: number; machine: Clocked | undefined } = {
      at: Number.POSITIVE_INFINITY,
      machine: undefined,
    };
    for (const machine of machines) {
      const at = machine.nextAt();
      if (at < first.at) first = { at, machine };
    }
    return first;
  }
  return {
    now: () => now,
    after: (ms, then) => timers.push(now + ms, then),
    machine(options) {
      const machine = createMachine(options);
      machine.moveTo(now);
      machines.push(machine);
      return machine;
    },
    run(untilMs = Number.POSITIVE_INFINITY) {
      for (;;) {
        const work = nextMachine();
        const at = Math.min(work.at, timers.peekKey());
        if (at === Number.POSITIVE_INFINITY || at > untilMs) return;
        now = at;
        for (const machine of machines) machine.moveTo(at);
        if (work.machine && work.at <= timers.peekKey()) work.machine.finishOne();
        else timers.pop()?.();
      }
    },
  };
}

import { existsSync, readFileSync } from "node:fs";
import type { LocalCorridor } from "../../../server/local/start-corridor.ts";

/** The relayers of a corridor as processes that can be ended, stopped and started again. */
export interface RelayerCrew {
  readonly count: number;
  /** Those that run, stopped ones included. */
  alive(): number[];
  kill(instance: number): Promise<void>;
  /** SIGSTOP: the process stays, and does nothing. */
  pause(instance: number): void;
  /** SIGCONT. */
  resume(instance: number): void;
  /** Ends a relayer if it runs and starts it with other settings. Answers false when it ended before it was ready. */
  restart(instance: number, settings?: Readonly<Record<string, string>>): Promise<boolean>;
  /** Starts those that do not run, and lets those go on that are stopped; all of them, or all but one. */
  healAll(but?: number): Promise<void>;
  /** What a relayer has written on standard error. */
  logOf(instance: number): string;
}

const nameOf = (instance: number) => (instance === 0 ? "relayer" : `relayer-${instance + 1}`);

/** Takes charge of a corridor's relayers. */
export function createRelayerCrew(
  corridor: LocalCorridor,
  logFileOf: (instance: number) => string,
): RelayerCrew {
  const count = 1 + corridor.plan.moreRelayers.length;
  const everyone = Array.from({ length: count }, (_, instance) => instance);
  const services = new Map(
    everyone.map((instance) => [instance, corridor.services.get(nameOf(instance))]),
  );
  /** Started with settings that it must not keep once the fault is over. */
  const odd = new Set<number>();

  /** One thing at a time with each of them: two starts at once would leave a process that nobody knows. */
  const turns = new Map<number, Promise<unknown>>();
  function inTurn<T>(instance: number, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(instance) ?? Promise.resolve()).then(work, work);
    turns.set(instance, turn);
    return turn;
  }

  const signal = (instance: number, name: NodeJS.Signals | 0) =>
    services.get(instance)?.signal?.(name) ?? false;
  const isRunning = (instance: number) => signal(instance, 0);

  async function killNow(instance: number): Promise<void> {
    const service = services.get(instance);
    await service?.kill();
    services.set(instance, undefined);
  }

  async function restartNow(instance: number, settings: Readonly<Record<string, string>> = {}) {
    await killNow(instance);
    try {
      services.set(instance, await corridor.restartRelayer(instance, settings));
    } catch {
      services.set(instance, undefined);
      return false;
    }
    if (Object.keys(settings).length > 0) odd.add(instance);
    else odd.delete(instance);
    return true;
  }

  return {
    count,
    alive: () => everyone.filter((instance) => isRunning(instance)),
    kill: (instance) => inTurn(instance, () => killNow(instance)),
    pause: (instance) => void signal(instance, "SIGSTOP"),
    resume: (instance) => void signal(instance, "SIGCONT"),
    restart: (instance, settings) => inTurn(instance, () => restartNow(instance, settings)),
    async healAll(but) {
      for (const instance of everyone.filter((each) => each !== but)) {
        signal(instance, "SIGCONT");
        const fine = isRunning(instance) && !odd.has(instance);
        if (!fine && !(await this.restart(instance)) && !(await this.restart(instance))) {
          throw new Error(
            `relayer ${instance} does not start: ${this.logOf(instance).slice(-500)}`,
          );
        }
      }
    },
    logOf(instance) {
      const file = logFileOf(instance);
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    },
  };
}

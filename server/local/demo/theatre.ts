import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Logger } from "../../foundation/log/create-logger.ts";
import { WalletAppProblem } from "../wallet-app.ts";
import type { RunEvent } from "./run-events.ts";
import { type ConfirmedOrder, runPayment } from "./run-payment.ts";
import type { Stage } from "./stage.ts";

/** A payment of this demo, with everything that was told of it: whoever looks later is told it again. */
export class Run {
  readonly id = randomUUID();
  readonly #told: RunEvent[] = [];
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #hurry = new AbortController();
  #over = false;

  /** Aborted when somebody will not wait for the chain's clock. */
  get hurrySignal(): AbortSignal {
    return this.#hurry.signal;
  }

  get over(): boolean {
    return this.#over;
  }

  hurry(): void {
    this.#hurry.abort();
  }

  tell(event: RunEvent): void {
    this.#told.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  end(): void {
    this.#over = true;
  }

  /** Tells a listener everything so far, and from now on, until `gone`. */
  listen(listener: (event: RunEvent) => void, gone: AbortSignal): void {
    for (const event of this.#told) listener(event);
    this.#listeners.add(listener);
    gone.addEventListener("abort", () => this.#listeners.delete(listener));
  }
}

/** Plays one payment at a time: a bad day concerns everything on the stage. */
export interface Theatre extends AsyncDisposable {
  /** @throws ProblemError `overloaded` while another payment runs. */
  play(order: ConfirmedOrder): Run;
  /** @throws ProblemError `not-found` for any but the newest. */
  run(id: string): Run;
}

/** A wallet's refusal before it has debited anybody means that nothing was sent; after anything else nobody knows. */
function endOf(error: unknown, debited: boolean): RunEvent {
  return error instanceof WalletAppProblem && !debited
    ? { kind: "failed", code: error.problem.code }
    : { kind: "lost" };
}

/** How long a corridor that is being stopped waits for a payment to be played to its end. */
const CURTAIN_MS = 5_000;

/**
 * Opens with no payment. Disposal waits a while for the one that runs, so that what its day broke is mended; what is not is
 * mended by the next start.
 */
export function openTheatre(stage: Stage, log: Logger): Theatre {
  let newest: Run | undefined;
  let playing: Promise<void> = Promise.resolve();

  async function perform(run: Run, order: ConfirmedOrder): Promise<void> {
    let debited = false;
    const tell = (event: RunEvent) => {
      debited ||= event.kind === "told" && event.name === "debited";
      run.tell(event);
    };
    try {
      await runPayment(stage, order, { hurry: run.hurrySignal, tell });
    } catch (error) {
      log.warn({ err: error }, "a payment was not played to its end");
      tell(endOf(error, debited));
    } finally {
      run.end();
    }
  }

  return {
    play(order) {
      if (newest && !newest.over) {
        throw new ProblemError("overloaded", "another payment is being played", {
          retryAfterSeconds: 5,
        });
      }
      const run = new Run();
      newest = run;
      playing = perform(run, order);
      return run;
    },
    run(id) {
      if (newest?.id === id) return newest;
      throw new ProblemError("not-found", "there is no such payment here");
    },
    async [Symbol.asyncDispose]() {
      newest?.hurry();
      await Promise.race([playing, sleep(CURTAIN_MS, undefined, { ref: false })]);
    },
  };
}

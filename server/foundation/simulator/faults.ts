import type { NextFunction, Request, Response } from "express";
import { PROBLEMS } from "../../../protocol/wire/problem-catalogue.ts";
import { ProblemError } from "../http/problem-error.ts";
import type { Logger } from "../log/create-logger.ts";
import { createExecutor, type Executor, readAsked } from "./execute.ts";
import {
  type Answer,
  type Asked,
  type Fault,
  type FaultMode,
  type ProgrammableRoute,
  unable,
} from "./fault.ts";

/** A programmed fault and how many requests it has concerned. */
export interface ProgrammedFault {
  readonly fault: Fault;
  readonly hits: number;
}

/** A simulator's programme of faults. */
export interface Faults {
  readonly routes: readonly ProgrammableRoute[];
  /** Replaces the programme. @throws ProblemError for a route or mode that there is not. */
  program(faults: readonly Fault[]): void;
  list(): ProgrammedFault[];
  /** Whether a mode that a route looks after by itself is on. */
  isOn(mode: FaultMode): boolean;
  /** Goes before the routes of the simulator. */
  readonly middleware: (request: Request, response: Response, next: NextFunction) => Promise<void>;
}

interface Counted {
  readonly fault: Fault;
  hits: number;
}

const GARBAGE = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>";
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Memory {
  readonly executor: Executor;
  readonly log: Logger;
  /** What was promised and never done, by id. */
  readonly promised: Map<string, Answer>;
  /** When an id was first enquired after, on the monotonic clock. */
  readonly enquired: Map<string, number>;
  /** How often an id was asked for. */
  readonly attempts: Map<string, number>;
}

interface Case {
  readonly route: ProgrammableRoute;
  readonly fault: Fault;
  readonly asked: Asked;
  readonly response: Response;
}

function tell(response: Response, { status, body }: Answer): void {
  if (typeof body === "string") response.status(status).type("html").send(body);
  else response.status(status).json(body);
}

const notFound = () => new ProblemError("not-found", "nothing is known under this id");

/** Refused now, done later. */
async function flipLate({ executor, log }: Memory, { route, fault, asked, response }: Case) {
  const answer = await route.refuse?.(asked);
  if (answer) tell(response, answer);
  const delayMs = fault.mode === "late-flip" ? fault.seconds * 1_000 : 0;
  const later = async () => {
    await sleep(delayMs);
    const { status } = await executor.execute(asked);
    log.debug({ route: route.name, status }, "refused before, done now");
  };
  later().catch((error: unknown) => log.warn({ err: error }, "a late flip failed"));
}

async function doAgain({ executor, attempts }: Memory, { route, asked, response }: Case) {
  const id = route.idOf?.(asked) ?? "";
  const attempt = attempts.get(id) ?? 0;
  attempts.set(id, attempt + 1);
  if (attempt > 0) {
    const other = route.repeat?.(asked, attempt);
    if (other) await executor.execute(other);
  }
  tell(response, await executor.execute(asked));
}

async function findLate({ executor, enquired }: Memory, { route, fault, asked, response }: Case) {
  const id = route.idOf?.(asked) ?? "";
  const first = enquired.get(id) ?? performance.now();
  enquired.set(id, first);
  const quietMs = fault.mode === "not-found-for" ? fault.seconds * 1_000 : 0;
  if (performance.now() - first < quietMs) throw notFound();
  tell(response, await executor.execute(asked));
}

/** Answers a request that a fault concerns. */
async function misbehave(memory: Memory, concerned: Case): Promise<void> {
  const { executor, promised } = memory;
  const { route, fault, asked, response } = concerned;
  switch (fault.mode) {
    case "latency":
      await sleep(fault.ms);
      return tell(response, await executor.execute(asked));
    case "hang":
      return;
    case "garbage":
      return tell(response, { status: 200, body: GARBAGE });
    case "execute-then-500":
      await executor.execute(asked);
      throw new ProblemError("internal", "something failed after it was done");
    case "execute-then-reset":
      await executor.execute(asked);
      response.socket?.resetAndDestroy();
      return;
    case "execute-then-hang":
      await executor.execute(asked);
      return;
    case "execute-then-garbage":
      await executor.execute(asked);
      return tell(response, { status: 200, body: GARBAGE });
    case "accept-then-never": {
      const answer = route.promise?.(asked) ?? { status: 202, body: {} };
      promised.set(route.idOf?.(asked) ?? "", answer);
      return tell(response, answer);
    }
    case "not-found-for":
      return findLate(memory, concerned);
    case "late-flip":
      return flipLate(memory, concerned);
    case "no-dedup":
      return doAgain(memory, concerned);
    case "wrong-entry": {
      const { status, body } = await executor.execute(asked);
      return tell(response, { status, body: status < 400 ? route.distort?.(body) : body });
    }
    case "stale-directory":
      return;
  }
}

/** Starts with no fault programmed: then every request goes straight through. */
export function createFaults(routes: readonly ProgrammableRoute[], log: Logger): Faults {
  let programme: Counted[] = [];
  const memory: Memory = {
    executor: createExecutor(),
    log,
    promised: new Map(),
    enquired: new Map(),
    attempts: new Map(),
  };
  const isLeft = ({ fault, hits }: Counted) => hits < (fault.times ?? Number.POSITIVE_INFINITY);
  const routeOf = ({ method, path }: Request) =>
    routes.find((route) => route.method === method && route.path.test(path));

  return {
    routes,
    program(faults) {
      for (const { route: name, mode } of faults) {
        const route = routes.find((each) => each.name === name);
        if (route && !unable(route, mode)) continue;
        throw new ProblemError("field-format", `${name} cannot be told to ${mode}`, {
          remedy: `routes: ${routes.map((each) => each.name).join(", ")}`,
        });
      }
      programme = faults.map((fault) => ({ fault, hits: 0 }));
      for (const known of [memory.promised, memory.enquired, memory.attempts]) known.clear();
    },
    list: () => programme.map(({ fault, hits }) => ({ fault, hits })),
    isOn(mode) {
      const on = programme.find((each) => each.fault.mode === mode && isLeft(each));
      if (on) on.hits++;
      return on !== undefined;
    },
    async middleware(request, response, next) {
      const idle = programme.length === 0 || memory.executor.isOwn(request);
      const route = idle ? undefined : routeOf(request);
      if (!route) return next();
      const counted = programme.find(
        (each) =>
          each.fault.route === route.name && isLeft(each) && !route.own?.includes(each.fault.mode),
      );
      const asksAfterPromise = route.enquires === true && memory.promised.size > 0;
      if (!counted && !asksAfterPromise) return next();
      const asked = await readAsked(request);
      const promise = asksAfterPromise && memory.promised.get(route.idOf?.(asked) ?? "");
      if (promise) return tell(response, promise);
      if (!counted) return tell(response, await memory.executor.execute(asked));
      counted.hits++;
      await misbehave(memory, { route, fault: counted.fault, asked, response });
    },
  };
}

/** A refusal of the catalogue, as `ProgrammableRoute.refuse` needs it. */
export function refusalOf(code: keyof typeof PROBLEMS, detail: string): Answer {
  const { title, status, retryable } = PROBLEMS[code];
  const type = `https://corridor.example/problems/${code}`;
  return { status, body: { type, title, status, code, detail, instance: "simulated", retryable } };
}

import type { Response } from "express";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { StepSource, ToldStep } from "../services/follow-steps.ts";

/** Streams that one wallet may hold open at one instance. */
export const MAX_STREAMS = 16;
/** Another instance may make the change: its commit is seen by looking. */
const LOOK_MS = 1_000;
/** A comment so often keeps what lies between from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;
/** Commits that follow one another within this are looked at together. */
const GATHER_MS = 25;
/** What a reader should wait before it comes back after a lost connection. */
const RETRY_MS = 1_000;

const FIELDS = { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" };

function toText({ place, event }: ToldStep): string {
  if (event === undefined) return "";
  return `id: ${place}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Resolves when the connection takes more, or is gone. */
function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

/** The event streams (server-sent events) that are open at this instance. */
export class EventStreams {
  readonly #open = new Map<Response, { participantId: ParticipantId; wake: () => void }>();
  readonly #heartbeatMs: number;
  #ended = false;
  #soon: NodeJS.Timeout | undefined;

  constructor({ heartbeatMs = HEARTBEAT_MS } = {}) {
    this.#heartbeatMs = heartbeatMs;
  }

  /** Something has been written: every stream looks, soon. */
  wake(): void {
    if (this.#open.size === 0) return;
    this.#soon ??= setTimeout(() => this.#wakeAll(), GATHER_MS);
  }

  #wakeAll(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    for (const { wake } of this.#open.values()) wake();
  }

  /** Ends every stream cleanly, and each that is opened from now on at once: readers come back elsewhere. */
  end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  /** Tells a source's steps until the reader or this instance goes. Throws `overloaded` past the bound. */
  async tell(response: Response, participantId: ParticipantId, source: StepSource): Promise<void> {
    this.#assertRoom(participantId);
    let woken = false;
    let interrupt: () => void = () => {};
    const wake = () => {
      woken = true;
      interrupt();
    };
    const pause = () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        interrupt = () => {
          clearTimeout(timer);
          resolve();
        };
        if (woken) interrupt();
      });
    this.#open.set(response, { participantId, wake });
    response.once("close", wake);
    try {
      await this.#run(response, source, async () => {
        await pause();
        woken = false;
      });
    } finally {
      this.#open.delete(response);
      response.end();
    }
  }

  #assertRoom(participantId: ParticipantId): void {
    const own = [...this.#open.values()].filter((each) => each.participantId === participantId);
    if (own.length < MAX_STREAMS) return;
    throw new ProblemError("overloaded", `${MAX_STREAMS} event streams are open already`, {
      remedy: "close one, or read all events from one stream",
      retryAfterSeconds: 5,
    });
  }

  async #run(response: Response, source: StepSource, pause: () => Promise<void>): Promise<void> {
    const gone = () => this.#ended || response.destroyed || response.writableEnded;
    response.status(200).set(FIELDS);
    response.flushHeaders();
    // An id without data: a reader that is cut off before the first event still comes back to this place.
    response.write(`retry: ${RETRY_MS}\nid: ${source.start}\n\n`);
    let { start: place } = source;
    let lastWord = performance.now();
    while (!gone()) {
      const steps = await source.after(place);
      let text = steps.map(toText).join("");
      place = steps.at(-1)?.place ?? place;
      if (text === "" && performance.now() - lastWord > this.#heartbeatMs) text = ":\n\n";
      if (text !== "") {
        lastWord = performance.now();
        if (!response.write(text) && !gone()) await drained(response);
      }
      if (steps.length === 0) await pause();
    }
  }
}

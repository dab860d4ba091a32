import type { z } from "zod";
import type { TransferState } from "../../protocol/transfer-state.ts";
import { transferEventSchema } from "../../protocol/wire/webhooks.ts";
import type { RequestKey } from "../keys/request-key.ts";
import { createSignedFetch } from "../keys/signed-fetch.ts";
import { readEventStream } from "./read-event-stream.ts";
import { RelayerProblem, RelayerUnreachable, refusalOf } from "./relayer-problem.ts";

/** A step of a transfer, in the words of the webhooks. */
export type TransferEvent = z.output<typeof transferEventSchema>;

/** An event and its id in the stream, behind which a reader may go on. */
export interface ToldEvent {
  readonly id: string;
  readonly event: TransferEvent;
}

/** Whose events are followed, and where. */
export interface FollowOptions {
  readonly baseUrl: string;
  readonly requestKey: RequestKey;
  /** Once aborted, every stream ends. */
  readonly signal?: AbortSignal;
}

/** States behind which tracking a transfer ends. */
const ENDS: readonly TransferState[] = ["settled", "rejected", "expired", "returned"];
/** A stream that says nothing for so long, not even a heartbeat (every 15 s), is dead. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;

/** Where a stream stands: shared by its connections, one after the other. */
interface Progress {
  place: string | undefined;
  pauseMs: number;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
    if (signal?.aborted) done();
  });
}

/** Passes bytes on, and calls `silent` when none come for too long. */
async function* watched(
  body: AsyncIterable<Uint8Array>,
  silent: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let timer = setTimeout(silent, SILENCE_MS);
  try {
    for await (const bytes of body) {
      clearTimeout(timer);
      yield bytes;
      timer = setTimeout(silent, SILENCE_MS);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Opens a stream behind a place. Throws the relayer's refusal. */
async function open(
  { baseUrl, requestKey }: FollowOptions,
  path: string,
  place: string | undefined,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await createSignedFetch(requestKey)(new URL(path, baseUrl), {
    signal,
    headers: {
      accept: "text/event-stream",
      ...(place !== undefined && { "last-event-id": place }),
    },
  });
  if (response.ok && response.body) return response.body;
  throw refusalOf(response.status, await response.json().catch(() => undefined));
}

/** Reads one connection to its end, and notes how far it got. */
async function* readConnection(
  options: FollowOptions,
  path: string,
  progress: Progress,
): AsyncGenerator<ToldEvent, void, undefined> {
  const closing = new AbortController();
  const signals = options.signal ? [options.signal, closing.signal] : [closing.signal];
  try {
    const body = await open(options, path, progress.place, AbortSignal.any(signals));
    const bytes = watched(body, () => closing.abort());
    for await (const { id, data, retryMs } of readEventStream(bytes)) {
      progress.place = id ?? progress.place;
      progress.pauseMs = retryMs ?? FIRST_PAUSE_MS;
      if (data === undefined || id === undefined) continue;
      yield { id, event: transferEventSchema.parse(JSON.parse(data)) };
    }
  } finally {
    closing.abort();
  }
}

/** Whether the same stream may be asked for again: the relayer was away, or said so. */
const isPassing = (error: unknown) => !(error instanceof RelayerProblem) || error.problem.retryable;

/** Reads a stream for ever, over lost connections; throws what trying again cannot help, and ends when aborted. */
async function* follow(
  options: FollowOptions,
  path: string,
  after: string | undefined,
): AsyncGenerator<ToldEvent, void, undefined> {
  const progress: Progress = { place: after, pauseMs: FIRST_PAUSE_MS };
  while (!options.signal?.aborted) {
    const connection = readConnection(options, path, progress);
    try {
      yield* connection;
    } catch (error) {
      if (options.signal?.aborted) return;
      if (!isPassing(error)) throw error;
      if (isMalformed(error)) throw new RelayerUnreachable(error);
      progress.pauseMs = Math.min(progress.pauseMs * 2, MAX_PAUSE_MS);
    }
    await pause(progress.pauseMs * (0.5 + Math.random() / 2), options.signal);
  }
}

/** Not the network, but what the relayer says, is at fault: it would say it again. */
const isMalformed = (error: unknown) =>
  error instanceof SyntaxError ||
  error instanceof RangeError ||
  (error instanceof Error && error.name === "ZodError");

/** The event streams of a relayer. */
export function createEventFollower(options: FollowOptions) {
  return {
    async *track(uetr: string): AsyncGenerator<TransferEvent, void, undefined> {
      for await (const { event } of follow(options, `/v1/transfers/${uetr}/events`, undefined)) {
        yield event;
        if (ENDS.includes(event.data.state)) return;
      }
    },
    events: ({ after }: { readonly after?: string } = {}) => follow(options, "/v1/events", after),
  };
}

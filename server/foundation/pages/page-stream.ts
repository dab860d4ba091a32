import type { Response } from "express";

/** A comment so often keeps what lies between from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;
/** What a page waits before it comes back after a lost connection. */
const RETRY_MS = 1_000;

/** A stream of server-sent events to one page. */
export interface PageStream {
  /** Sends an event; nothing once the page is gone. Data of several lines is sent as such. */
  send(event: string, data: string): void;
  /** Ends the stream; the page comes back for another. */
  end(): void;
  /** Aborted when the page is gone or the stream has ended. */
  readonly gone: AbortSignal;
}

/** Opens a stream to a page. Whoever opens it bounds how many there are. */
export function openPageStream(response: Response, heartbeatMs = HEARTBEAT_MS): PageStream {
  const gone = new AbortController();
  response.status(200).set({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  const write = (text: string) => {
    if (!response.destroyed && !response.writableEnded) response.write(text);
  };
  write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => write(":\n\n"), heartbeatMs);
  response.once("close", () => {
    clearInterval(heartbeat);
    gone.abort();
  });
  return {
    send(event, data) {
      const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
      write(`event: ${event}\n${lines.join("")}\n`);
    },
    end() {
      clearInterval(heartbeat);
      response.end();
    },
    gone: gone.signal,
  };
}

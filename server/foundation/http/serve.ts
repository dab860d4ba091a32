import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Express } from "express";
import { ProblemError, toProblem } from "./problem-error.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A listening server; disposing closes idle connections at once and waits for answers under way. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** What cannot be read as HTTP never comes to the app; it is answered like everything else all the same. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [line, code, detail] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? (["431 Request Header Fields Too Large", "header-too-large", "over 16 KiB"] as const)
      : (["400 Bad Request", "malformed-request", "the request is not valid HTTP/1.1"] as const);
  const instance = randomUUID();
  const body = JSON.stringify(toProblem(new ProblemError(code, detail), instance));
  const fields = [
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${instance}`,
    "Connection: close",
  ];
  socket.end(`HTTP/1.1 ${line}\r\n${fields.join("\r\n")}\r\n\r\n${body}`);
}

/** Starts an app on a port; a busy port is an error that says so. */
export async function serve(app: Express, options: ListenOptions): Promise<RunningServer> {
  const server = createServer(app);
  server.keepAliveTimeout = 65_000;
  server.on("clientError", answerUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const busy = error.code === "EADDRINUSE";
      reject(
        busy
          ? new Error(
              `port ${options.port} on ${options.host} is in use: stop what listens there, or choose another port`,
            )
          : error,
      );
    });
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";

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

/** Starts an app on a port; a busy port is an error that says so. */
export async function serve(app: Express, options: ListenOptions): Promise<RunningServer> {
  const server = createServer(app);
  server.keepAliveTimeout = 65_000;
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

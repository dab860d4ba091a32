import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

interface Started {
  readonly request: IncomingMessage;
  readonly server: Server;
  readonly socket: Socket;
}

/** What the HTTP servers of this process were asked, and the bytes that went over their connections. */
export interface HttpSeen {
  /** Requests by the port that was asked, each as method and path with what varies left out. */
  readonly requests: ReadonlyMap<number, readonly string[]>;
  /** Bytes both ways, by port, of requests and of whatever else the same connections carried. */
  readonly bytes: ReadonlyMap<number, number>;
}

const withoutIds = (url: string) =>
  url.replace(/\?.*$/, "").replace(/0x[0-9a-f]{64}|[0-9a-f-]{36}|\d{4}-\d\d-\d\d/g, "…");

const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port ?? 0;

const CHANNEL = "http.server.request.start";

/**
 * Watches every HTTP server of this process from now on: Node itself tells of each request. `take` tells what has been
 * seen since it was last called. Disposing of it ends the watching.
 */
export function watchHttp() {
  let requests = new Map<number, string[]>();
  const sockets = new Map<Socket, { readonly port: number; counted: number }>();
  const note = (message: unknown) => {
    const { request, server, socket } = message as Started;
    const port = portOf(server);
    const seen = requests.get(port) ?? [];
    seen.push(`${request.method} ${withoutIds(request.url ?? "")}`);
    requests.set(port, seen);
    if (!sockets.has(socket)) sockets.set(socket, { port, counted: 0 });
  };
  subscribe(CHANNEL, note);
  return {
    take(): HttpSeen {
      const bytes = new Map<number, number>();
      for (const [socket, entry] of sockets) {
        const now = socket.bytesRead + socket.bytesWritten;
        bytes.set(entry.port, (bytes.get(entry.port) ?? 0) + now - entry.counted);
        entry.counted = now;
      }
      const seen = { requests, bytes };
      requests = new Map();
      return seen;
    },
    [Symbol.dispose]: () => unsubscribe(CHANNEL, note),
  };
}

import { WebSocket } from "ws";
import type { Logger } from "../log/create-logger.ts";

export interface HeadWatch extends AsyncDisposable {}

const RECONNECT_MS = 1_000;

/**
 * Calls `onHead` as soon as the node announces a block. Announcements can be lost: whoever uses this keeps a
 * poll behind it. Reconnects by itself.
 */
export function watchHeads(rpcUrl: string, log: Logger, onHead: () => void): HeadWatch {
  let stopped = false;
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;

  function connect(): void {
    if (stopped) return;
    socket = new WebSocket(rpcUrl.replace(/^http/, "ws"));
    socket.on("open", () => {
      socket?.send(
        JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] }),
      );
    });
    socket.on("message", onHead);
    socket.on("error", (error) => log.debug({ err: error }, "head subscription failed"));
    socket.on("close", () => {
      timer = setTimeout(connect, RECONNECT_MS);
    });
  }

  connect();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      socket?.removeAllListeners("close");
      socket?.terminate();
    },
  };
}

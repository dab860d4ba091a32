import { WebSocket } from "ws";
import { z } from "zod";
import type { Logger } from "../log/create-logger.ts";
import { blockFromRpc, type RpcBlock } from "./block.ts";
import type { ChainConnection } from "./connect.ts";

export interface HeadWatch extends AsyncDisposable {}

const quantity = z.string().regex(/^0x[0-9a-f]+$/);
const RECONNECT_MS = 1_000;

const announcementSchema = z.object({
  method: z.literal("eth_subscription"),
  params: z.object({
    result: z.object({
      number: quantity,
      hash: z.string(),
      parentHash: z.string(),
      timestamp: quantity,
    }),
  }),
});

/** The head that a message announces; a node also says other things, which are only a reason to look. */
function readHead(message: string): RpcBlock | undefined {
  try {
    return announcementSchema.safeParse(JSON.parse(message)).data?.params.result;
  } catch {
    return undefined;
  }
}

/**
 * Calls `onHead` as soon as the node announces a block. Announcements can be lost: whoever uses this keeps a
 * poll behind it. What was announced is remembered with the connection. Reconnects by itself.
 */
export function watchHeads(
  { endpoint, heads }: ChainConnection,
  log: Logger,
  onHead: () => void,
): HeadWatch {
  let stopped = false;
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;

  function connect(): void {
    if (stopped) return;
    socket = new WebSocket(endpoint.rpcUrl.replace(/^http/, "ws"));
    socket.on("open", () => {
      socket?.send(
        JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] }),
      );
    });
    socket.on("message", (data) => {
      const head = readHead(String(data));
      if (head) heads.note(blockFromRpc(head));
      onHead();
    });
    socket.on("error", (error) => log.debug({ err: error }, "head subscription failed"));
    socket.on("close", () => {
      heads.forget();
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

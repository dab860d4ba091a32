import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { LocalNode } from "./local-node.ts";

const MAX_BODY_BYTES = 32 * 1_024 * 1_024;
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const INTERNAL_ERROR = -32_603;
/** A reverted call, as Geth and anvil report it: `data` is the revert data alone. */
const REVERTED = 3;

interface RpcAnswer {
  readonly jsonrpc: "2.0";
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

const failure = (id: unknown, code: number, message: string, data?: unknown): RpcAnswer => ({
  jsonrpc: "2.0",
  id: id ?? null,
  error: { code, message, ...(data !== undefined && { data }) },
});

/** An error of Hardhat's as its own server would answer it. */
function fromError(id: unknown, error: unknown): RpcAnswer {
  const { code, message, data, transactionHash } = error as {
    code?: unknown;
    message?: string;
    data?: unknown;
    transactionHash?: string;
  };
  const number = typeof code === "number" ? code : INTERNAL_ERROR;
  const text = message ?? String(error);
  const raw = typeof data === "string" ? data : (data as { data?: unknown } | undefined)?.data;
  if (number === REVERTED) return failure(id, number, text, raw);
  return failure(id, number, text, { message: text, txHash: transactionHash, data: raw });
}

async function answerOne(node: LocalNode, asked: unknown): Promise<RpcAnswer> {
  const { id, method, params = [] } = (asked ?? {}) as Record<string, unknown>;
  if (typeof method !== "string" || !Array.isArray(params)) {
    return failure(id, INVALID_REQUEST, "Invalid request");
  }
  try {
    return { jsonrpc: "2.0", id: id ?? null, result: (await node.request(method, params)) ?? null };
  } catch (error) {
    return fromError(id, error);
  }
}

async function answerText(node: LocalNode, text: string): Promise<RpcAnswer | RpcAnswer[]> {
  let asked: unknown;
  try {
    asked = JSON.parse(text);
  } catch {
    return failure(null, PARSE_ERROR, "Parse error");
  }
  if (!Array.isArray(asked)) return answerOne(node, asked);
  return Promise.all(asked.map((each) => answerOne(node, each)));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Pages of this machine's own servers, on whatever port, may ask; those of any other site may not. */
const OWN_PAGES = /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/;

/** Whether whoever asks may: a program, which names no origin, or a page of this machine. */
const isWelcome = ({ headers: { origin } }: IncomingMessage) =>
  origin === undefined || OWN_PAGES.test(origin);

/** A browser lets a page read the answer only if it is told that the page may. */
function welcome({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  response.setHeader("vary", "origin");
  if (origin === undefined) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-headers", "content-type");
  response.setHeader("access-control-max-age", "600");
}

async function answerHttp(node: LocalNode, request: IncomingMessage, response: ServerResponse) {
  if (!isWelcome(request)) {
    response.writeHead(403).end();
    return;
  }
  welcome(request, response);
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
    return;
  }
  if (request.method !== "POST") {
    response.writeHead(405, { allow: "POST" }).end();
    return;
  }
  const text = await readBody(request);
  if (text === undefined) {
    response.writeHead(413).end();
    return;
  }
  const body = JSON.stringify(await answerText(node, text));
  response.writeHead(200, { "content-type": "application/json" }).end(body);
}

/** One caller's subscriptions: it is told of its own, and they end with its connection. */
function serveSocket(node: LocalNode, socket: WebSocket): void {
  const own = new Set<unknown>();
  const listening = node.onNotification((params) => {
    if (!own.has(params.subscription) || socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify({ jsonrpc: "2.0", method: "eth_subscription", params }));
  });
  async function answer(text: string): Promise<void> {
    const given = await answerText(node, text);
    const subscribed = /"method"\s*:\s*"eth_subscribe"/.test(text);
    for (const { result } of subscribed ? [given].flat() : []) own.add(result);
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(given));
  }
  socket.on("message", (message) => void answer(String(message)));
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    listening[Symbol.dispose]();
    for (const id of own) void node.request("eth_unsubscribe", [id]).catch(() => {});
  });
}

/** A node's JSON-RPC interface: HTTP, and WebSocket on the same port for subscriptions. */
export interface JsonRpcServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves a node on a port; 0 takes any free one. */
export async function serveJsonRpc(
  node: LocalNode,
  at: { readonly host: string; readonly port: number },
): Promise<JsonRpcServer> {
  const server = createServer((request, response) => {
    answerHttp(node, request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 65_000;
  const sockets = new WebSocketServer({
    server,
    maxPayload: MAX_BODY_BYTES,
    verifyClient: ({ req }: { readonly req: IncomingMessage }) => isWelcome(req),
  });
  sockets.on("connection", (socket) => serveSocket(node, socket));
  await new Promise<void>((resolve, reject) => {
    // Both are told of an error in listening.
    sockets.once("error", reject);
    server.listen(at.port, at.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${at.host}:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

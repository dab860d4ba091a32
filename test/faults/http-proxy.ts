import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { seededRandom } from "../../scripts/kill-start/seeded-random.ts";
import {
  type HttpEffect,
  type HttpFault,
  readRpc,
  type SeenAnswer,
  type SeenRequest,
  type StruckFault,
  strike,
} from "./http-faults.ts";
import { answerBehind } from "./lagging-node.ts";

/** An HTTP or JSON-RPC service with a programme of faults in front of it. WebSockets pass. */
export interface HttpProxy extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Replaces the programme of faults. */
  program(...faults: readonly HttpFault[]): void;
  heal(): void;
  /** How often each fault of the programme has struck, in its order. */
  strikes(): number[];
}

const HOST = "127.0.0.1";
const PAGE = "<!doctype html><html><body>Please log in to the network.</body></html>";
/** So many earlier answers are remembered. */
const MEMORY = 20_000;
const JSON_TYPE = { "content-type": "application/json" };

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readRequest(message: IncomingMessage): Promise<SeenRequest> {
  const body = await readAll(message);
  const call = readRpc(body);
  return {
    method: message.method ?? "GET",
    url: message.url ?? "/",
    headers: message.headers,
    body,
    ...(call && { rpc: call }),
  };
}

/** The same question has the same key: without a JSON-RPC call's id. */
function keyOf({ method, url, body, rpc }: SeenRequest): string {
  const asked = rpc ? JSON.stringify([rpc.method, rpc.params]) : body.toString("latin1");
  return `${method} ${url} ${asked}`;
}

/** Sends requests on to the target, under the name by which they were made: signatures cover it. */
function createForwarder(target: URL) {
  const agent = new Agent({ keepAlive: true });
  const forward = (request: Omit<SeenRequest, "rpc">): Promise<SeenAnswer> =>
    new Promise((resolve, reject) => {
      const { connection: _, "transfer-encoding": __, ...headers } = request.headers;
      const outgoing = send(
        new URL(request.url, target),
        {
          agent,
          method: request.method,
          headers: { ...headers, "content-length": request.body.length },
        },
        (incoming) => {
          const status = incoming.statusCode ?? 502;
          readAll(incoming).then(
            (body) => resolve({ status, headers: incoming.headers, body }),
            reject,
          );
        },
      );
      outgoing.on("error", reject);
      outgoing.end(request.body);
    });
  const ask = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    const answer = await forward({ method: "POST", url: "/", headers: JSON_TYPE, body });
    const { result, error } = JSON.parse(answer.body.toString("utf8"));
    if (error) throw Object.assign(new Error(error.message), { rpcError: error });
    return result;
  };
  return { forward, ask, close: () => agent.destroy() };
}
type Forwarder = ReturnType<typeof createForwarder>;

const json = (value: unknown, status = 200): SeenAnswer => ({
  status,
  headers: JSON_TYPE,
  body: Buffer.from(JSON.stringify(value)),
});

/** Changes a JSON answer; one that is no JSON stays. */
function changed(answer: SeenAnswer, change: (value: unknown) => unknown): SeenAnswer {
  try {
    return json(change(JSON.parse(answer.body.toString("utf8"))), answer.status);
  } catch {
    return answer;
  }
}

async function lag({ ask, forward }: Forwarder, request: SeenRequest, blocks: number) {
  const { rpc } = request;
  if (!rpc) return forward(request);
  const head = { jsonrpc: "2.0", id: rpc.id };
  try {
    return json({ ...head, result: await answerBehind(ask, rpc, blocks) });
  } catch (error) {
    const { rpcError, message } = error as Error & { rpcError?: unknown };
    return json({ ...head, error: rpcError ?? { code: -32_000, message } });
  }
}

/** What is answered under an effect; undefined for nothing at all, "reset" for less than that. */
async function answerUnder(
  effect: HttpEffect,
  request: SeenRequest,
  parts: { readonly forwarder: Forwarder; readonly earlier: ReadonlyMap<string, SeenAnswer> },
): Promise<SeenAnswer | "reset" | undefined> {
  const { forwarder, earlier } = parts;
  const { forward } = forwarder;
  switch (effect.kind) {
    case "status": {
      const { status, retryAfterSeconds } = effect;
      const answer = json({ error: `status ${status}` }, status);
      if (retryAfterSeconds === undefined) return answer;
      return { ...answer, headers: { ...JSON_TYPE, "retry-after": `${retryAfterSeconds}` } };
    }
    case "html":
      return { status: 200, headers: { "content-type": "text/html" }, body: Buffer.from(PAGE) };
    case "huge":
      return { ...json(null), body: Buffer.from(`"${"x".repeat(effect.bytes - 2)}"`) };
    case "hang":
      return undefined;
    case "hang-after":
      await forward(request);
      return undefined;
    case "drop-reply":
      await forward(request);
      return "reset";
    case "truncated": {
      const answer = await forward(request);
      return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) };
    }
    case "wrong-id":
      return changed(await forward(request), (value) => ({ ...Object(value), id: "another" }));
    case "stale": {
      const known = earlier.get(keyOf(request));
      if (!known) return forward(request);
      return request.rpc ? changed(known, (v) => ({ ...Object(v), id: request.rpc?.id })) : known;
    }
    case "lag":
      return lag(forwarder, request, effect.blocks);
    case "rewrite":
      return changed(await forward(request), (value) => effect.change(value, request));
  }
}

function tell(response: ServerResponse, answer: SeenAnswer): void {
  const { "transfer-encoding": _, connection: __, ...headers } = answer.headers;
  response.writeHead(answer.status, { ...headers, "content-length": answer.body.length });
  response.end(answer.body);
}

/** Passes a WebSocket through as it is. */
function passUpgrade(target: URL, message: IncomingMessage, socket: Socket, head: Buffer): void {
  const upstream = connect(Number(target.port), target.hostname);
  const lines = [`${message.method} ${message.url} HTTP/1.1`];
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    lines.push(`${message.rawHeaders[at]}: ${message.rawHeaders[at + 1]}`);
  }
  upstream.write(`${lines.join("\r\n")}\r\n\r\n`);
  upstream.write(head);
  upstream.pipe(socket).pipe(upstream);
  upstream.on("error", () => socket.destroy());
  socket.on("error", () => upstream.destroy());
  socket.on("close", () => upstream.destroy());
}

/** Starts a proxy in front of an HTTP or JSON-RPC service. */
export async function startHttpProxy(options: {
  readonly target: string;
  readonly port?: number;
  readonly seed?: number;
}): Promise<HttpProxy> {
  const target = new URL(options.target);
  const forwarder = createForwarder(target);
  const random = seededRandom(options.seed ?? 1);
  const answers = new Map<string, SeenAnswer>();
  let earlier: ReadonlyMap<string, SeenAnswer> = new Map();
  let programme: StruckFault[] = [];

  async function passOn(request: SeenRequest): Promise<SeenAnswer> {
    const answer = await forwarder.forward(request);
    if (answers.size >= MEMORY) answers.clear();
    answers.set(keyOf(request), answer);
    return answer;
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const effect = strike(programme, request, random);
    const answer = effect
      ? await answerUnder(effect, request, { forwarder, earlier })
      : await passOn(request);
    if (answer === "reset") message.socket.resetAndDestroy();
    else if (answer) tell(response, answer);
  }

  const server = createServer((message, response) => {
    // The target is gone, or the caller: neither gets an answer.
    serve(message, response).catch(() => message.socket.destroy());
  });
  const upgraded = new Set<Socket>();
  server.on("upgrade", (message, stream, head) => {
    const socket = stream as Socket;
    upgraded.add(socket);
    socket.on("close", () => upgraded.delete(socket));
    passUpgrade(target, message, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    port,
    program(...faults) {
      earlier = new Map(answers);
      programme = faults.map((fault) => ({ fault, strikes: 0 }));
    },
    heal() {
      programme = [];
    },
    strikes: () => programme.map(({ strikes }) => strikes),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      forwarder.close();
      await closed;
    },
  };
}

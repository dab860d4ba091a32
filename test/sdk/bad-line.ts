import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of one request: answered in the relayer's place, its answer lost, or its answer changed. */
export type Mishap =
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly code: string;
      readonly retryAfter?: number;
    }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "change"; readonly change: (answer: never) => unknown };

/** A line to the relayer on which things go wrong. Requests pass as they are, Host included: it is signed. */
export interface BadLine extends AsyncDisposable {
  readonly url: string;
  /** Every request that came, such as "POST /v1/transfers", with its Idempotency-Key. */
  readonly seen: { readonly what: string; readonly key: string | undefined }[];
  /** What becomes of the next requests to a path, one after the other. */
  next(path: string, ...mishaps: readonly Mishap[]): void;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function forward(target: string, request: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; type: string; body: Buffer }>((resolve, reject) => {
    const { method, headers, url = "/" } = request;
    const outgoing = send(new URL(url, target), { method, headers }, (incoming) => {
      const { statusCode: status = 502, headers: told } = incoming;
      const type = told["content-type"] ?? "application/json";
      readAll(incoming).then((answer) => resolve({ status, type, body: answer }), reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function refuse(
  response: ServerResponse,
  { status, code, retryAfter }: Mishap & { kind: "refuse" },
) {
  const headers = retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` };
  response.writeHead(status, { ...headers, "content-type": "application/problem+json" });
  const retryable = status === 503 || status === 429;
  const words = { type: `urn:${code}`, title: code, detail: "a test says so", instance: "urn:1" };
  response.end(JSON.stringify({ ...words, status, code, retryable }));
}

/** Starts a line to a relayer. */
export async function startBadLine(target: string): Promise<BadLine> {
  const planned = new Map<string, Mishap[]>();
  const seen: BadLine["seen"] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = "/", headers } = request;
    seen.push({ what: `${method} ${url}`, key: String(headers["idempotency-key"]) });
    const mishap = planned.get(url)?.shift();
    const body = await readAll(request);
    if (mishap?.kind === "refuse") return refuse(response, mishap);
    const answer = await forward(target, request, body);
    if (mishap?.kind === "lose-answer") return request.socket.destroy();
    const told = mishap
      ? JSON.stringify(mishap.change(JSON.parse(answer.body.toString()) as never))
      : answer.body;
    response.writeHead(answer.status, { "content-type": answer.type }).end(told);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    next: (path, ...mishaps) => void planned.set(path, [...mishaps]),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

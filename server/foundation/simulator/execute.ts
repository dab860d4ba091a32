import { randomBytes } from "node:crypto";
import { request as send } from "node:http";
import type { Request } from "express";
import type { Answer, Asked } from "./fault.ts";

/** Marks a request that the simulator sends to itself: it is to be served as if nothing were programmed. */
const PASS_HEADER = "x-simulator-pass";

/** Does what a request asks for, whatever its sender is then told. */
export interface Executor {
  /** The request was sent by `execute`. */
  isOwn(request: Request): boolean;
  execute(asked: Asked): Promise<Answer>;
}

/** Headers that belong to one connection, or that are made anew. */
const DROPPED = new Set(["host", "connection", "content-length", "transfer-encoding", PASS_HEADER]);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The request's own server, over loopback, so that a request takes the same way as any other. */
export function createExecutor(): Executor {
  const pass = randomBytes(16).toString("hex");
  return {
    isOwn: (request) => request.headers[PASS_HEADER] === pass,
    execute: ({ method, url, headers, body, at }) =>
      new Promise((resolve, reject) => {
        const outgoing = send(
          { ...at, method, path: url, headers: { ...headers, [PASS_HEADER]: pass } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () => {
              const text = Buffer.concat(chunks).toString("utf8");
              resolve({ status: response.statusCode ?? 500, body: parse(text) });
            });
          },
        );
        outgoing.on("error", reject);
        outgoing.end(body);
      }),
  };
}

/** Reads a request whole, so that it can be sent again. */
export async function readAsked(request: Request): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!DROPPED.has(name) && typeof value === "string") headers[name] = value;
  }
  const body = Buffer.concat(chunks);
  if (body.length > 0) headers["content-length"] = String(body.length);
  const { localAddress = "127.0.0.1", localPort = 0 } = request.socket;
  const at = { host: localAddress, port: localPort };
  return { method: request.method, url: request.originalUrl, headers, body, at };
}

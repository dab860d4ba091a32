import { connect } from "node:net";
import { contentDigestOf } from "../../../protocol/request-signature.ts";
import type { RequestKey } from "../../../sdk/keys/request-key.ts";
import { signRequest } from "../../../sdk/keys/sign-request.ts";
import { noteAnswer } from "../../openapi/watch-answers.ts";

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A request, byte for byte: nothing in between mends it. */
export interface RawRequest {
  readonly method?: string;
  readonly url: string;
  /** The request target when it is not the URL's own path and query. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Lines added to the header as they are. */
  readonly moreLines?: readonly string[];
  readonly body?: string | Uint8Array;
}

function parseAnswer(bytes: Buffer): RawAnswer {
  const [head = "", ...rest] = bytes.toString("utf8").split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const headers = fields.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return {
    status: Number(line.split(" ")[1]),
    headers: Object.fromEntries(headers),
    text: rest.join("\r\n\r\n"),
  };
}

/** Sends a request on a connection of its own and reads until the server closes it. */
export function sendRaw(request: RawRequest): Promise<RawAnswer> {
  const { method = "GET", url, headers = {}, moreLines = [] } = request;
  const { hostname, port, host, pathname, search } = new URL(url);
  const body = Buffer.from(request.body ?? "");
  const own = { host, connection: "close", ...headers };
  const length = request.body === undefined ? {} : { "content-length": `${body.length}` };
  const fields = Object.entries({ ...length, ...own }).map(([name, value]) => `${name}: ${value}`);
  const target = request.target ?? `${pathname}${search}`;
  const head = [`${method} ${target} HTTP/1.1`, ...fields, ...moreLines].join("\r\n");
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (error) => (chunks.length > 0 ? undefined : reject(error)));
    socket.on("close", () => {
      const answer = parseAnswer(Buffer.concat(chunks));
      const { status, text } = answer;
      const type = answer.headers["content-type"] ?? "";
      // What is no HTTP, or no address, comes to no operation.
      if (status !== 431 && /^\w+$/.test(method)) {
        noteAnswer(new URL(target, url), { method, status, type, text });
      }
      resolve(answer);
    });
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]));
  });
}

/** Sends a request with a signature over its bytes, whatever these are. */
export async function sendSigned(key: RequestKey, request: RawRequest): Promise<RawAnswer> {
  const { method = "GET", url, target, body } = request;
  const digest = body === undefined ? {} : { "content-digest": contentDigestOf(Buffer.from(body)) };
  const signed = await signRequest(key, {
    method,
    url: target === undefined ? url : new URL(url).origin + target,
    headers: { ...request.headers, ...digest },
  });
  return sendRaw({ ...request, headers: signed });
}

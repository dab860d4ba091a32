/** A JSON-RPC call. */
export interface RpcCall {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A request as the proxy sees it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** When the body is one JSON-RPC call. */
  readonly rpc?: RpcCall;
}

/** An answer as the proxy passes it on. */
export interface SeenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * What goes wrong with one request:
 * - `status`: answered with a status, by the proxy
 * - `html`: 200 and a page, as from a captive portal
 * - `huge`: 200 and so many bytes of JSON
 * - `hang`: never passed on and never answered
 * - `hang-after`, `drop-reply`: passed on and then never answered, or reset
 * - `truncated`: the answer ends in the middle, and says that this was all
 * - `wrong-id`: a JSON-RPC answer to another call
 * - `stale`: what the same call was answered when it was last asked before the fault was programmed
 * - `lag`: a node that is so many blocks behind; see lagging-node.ts
 * - `rewrite`: the answer is changed at will: a node that lies
 */
export type HttpEffect =
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: "html" }
  | { readonly kind: "huge"; readonly bytes: number }
  | { readonly kind: "hang" }
  | { readonly kind: "hang-after" }
  | { readonly kind: "drop-reply" }
  | { readonly kind: "truncated" }
  | { readonly kind: "wrong-id" }
  | { readonly kind: "stale" }
  | { readonly kind: "lag"; readonly blocks: number }
  | {
      readonly kind: "rewrite";
      readonly change: (answer: unknown, request: SeenRequest) => unknown;
    };

/** An effect, and which requests it concerns: every one, unless told otherwise. */
export interface HttpFault {
  readonly effect: HttpEffect;
  readonly when?: (request: SeenRequest) => boolean;
  /** How many requests; all when absent. */
  readonly times?: number;
  /** How likely it strikes a request that it concerns, 0 to 1, drawn from the proxy's seed. */
  readonly probability?: number;
}

/** Concerns JSON-RPC calls of some methods. */
export const rpc =
  (...methods: readonly string[]) =>
  (request: SeenRequest): boolean =>
    request.rpc !== undefined && methods.includes(request.rpc.method);

/** Concerns HTTP requests of a method and path. */
export const http =
  (method: string, path: RegExp) =>
  (request: SeenRequest): boolean =>
    request.method === method && path.test(request.url);

/** A fault, and how many requests it has struck. */
export interface StruckFault {
  readonly fault: HttpFault;
  strikes: number;
}

/** Picks the first fault of a programme that strikes a request. */
export function strike(
  programme: readonly StruckFault[],
  request: SeenRequest,
  random: () => number,
): HttpEffect | undefined {
  const struck = programme.find(
    ({ fault, strikes }) =>
      strikes < (fault.times ?? Number.POSITIVE_INFINITY) &&
      (fault.when?.(request) ?? true) &&
      random() < (fault.probability ?? 1),
  );
  if (!struck) return undefined;
  struck.strikes++;
  return struck.fault.effect;
}

/** Reads a body as one JSON-RPC call, if it is one. */
export function readRpc(body: Buffer): RpcCall | undefined {
  try {
    const { jsonrpc, id, method, params = [] } = JSON.parse(body.toString("utf8"));
    if (jsonrpc !== "2.0" || typeof method !== "string") return undefined;
    return { id, method, params };
  } catch {
    return undefined;
  }
}

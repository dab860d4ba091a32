import type { RawAnswer } from "./raw-http.ts";
import { sendRaw } from "./raw-http.ts";
import { type BadInput, JSON_TYPE, row, type World } from "./world.ts";

/** One of the four interfaces: how a body comes to it, and a body that it would take. */
export interface Surface {
  readonly name: string;
  send(
    world: World,
    headers: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<RawAnswer>;
  good(world: World): object;
  readonly limitBytes: number;
}

const posting = (
  name: string,
  urlOf: (world: World) => string,
  good: Surface["good"],
  kib: number,
) => ({
  name,
  limitBytes: kib * 1_024,
  good,
  send: (world: World, headers: Record<string, string>, body?: string | Uint8Array) =>
    sendRaw({ method: "POST", url: urlOf(world), headers, ...(body !== undefined && { body }) }),
});

export const SURFACES: readonly Surface[] = [
  {
    name: "the relayer",
    limitBytes: 64 * 1_024,
    good: (world) => world.quoteRequest(),
    send: (world, headers, body) =>
      world.send("/v1/quotes", { method: "POST", headers, ...(body !== undefined && { body }) }),
  },
  posting(
    "the operators' port",
    ({ operationsUrl }) => `${operationsUrl}/halts`,
    () => ({ scope: "reservations", by: "test", reason: "bad input" }),
    16,
  ),
  posting(
    "a wallet's participant API",
    ({ walletUrl }) => `${walletUrl}/accounts/lookup`,
    ({ test, pair }) => ({
      corridor: test.id,
      account: { type: "mobile", value: pair.recipient.phone },
    }),
    64,
  ),
  posting(
    "the bank",
    ({ bankUrl }) => `${bankUrl}/fundings`,
    ({ test }) => ({
      fundingId: `0x${"7".repeat(64)}`,
      account: test.corridor.network.accounts["harbour-wallet"],
      amount: { value: "1.00", currency: "HKD" },
    }),
    64,
  ),
];

/** A body that would be taken, with one more member at its front. */
const withFirst = (world: World, surface: Surface, member: string) =>
  `{${member},${JSON.stringify(surface.good(world)).slice(1)}`;

const utf16 = (text: string) => Buffer.from(text, "utf16le");

/** What no interface takes as a body, whatever it is about. */
export function bodyRows(surface: Surface): BadInput[] {
  const { name, limitBytes, good } = surface;
  const to = (
    what: string,
    expected: [number, string],
    send: (world: World) => Promise<RawAnswer>,
  ) => row(`${what}, to ${name}`, expected, send);
  const body = (
    what: string,
    expected: [number, string],
    make: (world: World) => string | Uint8Array,
  ) => to(what, expected, (world) => surface.send(world, JSON_TYPE, make(world)));
  const typed = (
    what: string,
    headers: Record<string, string>,
    make?: (text: string) => Uint8Array,
  ) =>
    to(what, [415, "unsupported-media-type"], (world) => {
      const text = JSON.stringify(good(world));
      return surface.send(world, headers, make ? make(text) : text);
    });
  return [
    body("an empty body", [400, "body-required"], () => ""),
    body("a trailing comma", [400, "malformed-json"], () => '{"a":1,}'),
    body("truncated JSON", [400, "malformed-json"], () => '{"a":'),
    body("a byte-order mark", [400, "malformed-json"], (w) => `\ufeff${JSON.stringify(good(w))}`),
    body("a top-level array", [400, "body-not-object"], () => "[]"),
    body("a top-level string", [400, "body-not-object"], () => '"text"'),
    body("null", [400, "body-not-object"], () => "null"),
    body("a duplicate key", [400, "duplicate-key"], (w) => {
      const [[key, value] = []] = Object.entries(good(w));
      return withFirst(w, surface, `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    }),
    body("an unknown field", [422, "unknown-field"], (w) => withFirst(w, surface, '"state":"x"')),
    body("__proto__", [422, "unknown-field"], (w) => withFirst(w, surface, '"__proto__":{}')),
    body("constructor", [422, "unknown-field"], (w) => withFirst(w, surface, '"constructor":1')),
    body("arrays 12,000 deep", [400, "too-deep"], () => "[".repeat(12_000)),
    body("objects nine deep", [400, "too-deep"], () => `${'{"a":'.repeat(9)}1${"}".repeat(9)}`),
    body(
      "a body over the limit",
      [413, "body-too-large"],
      () => `{"a":"${"x".repeat(limitBytes)}"}`,
    ),
    typed("a gzip encoding", { ...JSON_TYPE, "content-encoding": "gzip" }),
    typed("the encoding identity", { ...JSON_TYPE, "content-encoding": "identity" }),
    typed("no Content-Type", {}),
    typed("text/plain", { "content-type": "text/plain" }),
    typed("a form", { "content-type": "application/x-www-form-urlencoded" }),
    typed("UTF-16", { "content-type": "application/json; charset=utf-16" }, utf16),
    body("UTF-16 that says it is UTF-8", [400, "malformed-json"], (w) =>
      utf16(JSON.stringify(good(w))),
    ),
    body("invalid UTF-8", [400, "invalid-utf8"], () => Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])),
    body("a NUL as \\u0000", [422, "invalid-string"], (w) =>
      withFirst(w, surface, '"a":"\\u0000"'),
    ),
    body("a raw control character", [400, "malformed-json"], (w) =>
      withFirst(w, surface, '"a":"\n"'),
    ),
    body("a lone surrogate", [422, "invalid-string"], (w) =>
      withFirst(w, surface, '"a":"\\ud800"'),
    ),
    body("a right-to-left override", [422, "invalid-string"], (w) =>
      withFirst(w, surface, '"a":"x\u202ey"'),
    ),
    body("a zero-width space", [422, "invalid-string"], (w) =>
      withFirst(w, surface, '"a":"x\u200by"'),
    ),
    body("text that is not NFC", [422, "invalid-string"], (w) =>
      withFirst(w, surface, '"a":"e\u0301"'),
    ),
    body("an invisible character in a key", [422, "invalid-string"], (w) =>
      withFirst(w, surface, '"a\u200b":1'),
    ),
  ];
}

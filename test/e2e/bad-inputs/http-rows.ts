import { request } from "undici";
import type { RequestKey } from "../../../sdk/keys/request-key.ts";
import { generateRequestJwk, importRequestKey } from "../../../sdk/keys/request-key.ts";
import { signRequest } from "../../../sdk/keys/sign-request.ts";
import { type RawAnswer, sendRaw } from "./raw-http.ts";
import { type BadInput, JSON_TYPE, row, type World } from "./world.ts";

const query = (text: string): BadInput =>
  row(`the query ${text}`, [400, "query"], (world) => world.send(`/v1/transfers?${text}`));

const forged = Buffer.from("after 00000000-0000-4000-8000-000000000000").toString("base64url");

const target = (input: string, expected: BadInput["status"], path: string, code?: string[]) =>
  row(input, [expected, code], (world) => world.send("/", { target: path }));

const method = (verb: string, path: string): BadInput =>
  row(`${verb} on ${path}`, [405, "method-not-allowed"], (world) =>
    world.send(path, { method: verb }),
  );

const keyOf = ({ test }: World): RequestKey => test.corridor.requestKeyOf("harbour-wallet");

interface Signing {
  readonly key?: RequestKey;
  readonly now?: number;
  /** What is sent in place of what was signed. */
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request for a quote that was signed in one way and is sent in another. */
async function sendOther(world: World, { key, now, ...sent }: Signing): Promise<RawAnswer> {
  const url = `${world.relayerUrl}/v1/quotes`;
  const body = JSON.stringify(world.quoteRequest());
  const headers = await signRequest(
    key ?? keyOf(world),
    { method: "POST", url, headers: JSON_TYPE, body },
    now === undefined ? {} : { now },
  );
  return sendRaw({
    method: "POST",
    url: `${world.relayerUrl}${sent.path ?? "/v1/quotes"}`,
    headers: { ...headers, ...sent.headers },
    body: sent.body ?? body,
  });
}

const signed = (
  input: string,
  code: string,
  how: (world: World) => Signing | Promise<Signing>,
): BadInput => row(input, [401, code], async (world) => sendOther(world, await how(world)));

const stranger = async () => ({ key: await importRequestKey(await generateRequestJwk()) });
const MALFORMED = { signature: "sig=:AA==", "signature-input": "sig=()" };
const ms = (seconds: number) => Date.now() + seconds * 1_000;

/** What a request may not be, whatever it asks for. */
export const HTTP_ROWS: readonly BadInput[] = [
  query("limit=-1"),
  query("limit=0"),
  query("limit=201"),
  query("limit=1&limit=2"),
  query("a[b]=1"),
  query("unknown=1"),
  query("state=paid"),
  query("from=yesterday"),
  query("cursor=bm9wZQ"),
  query(`cursor=${forged}`),
  method("TRACE", "/v1/transfers"),
  method("DELETE", "/v1/transfers"),
  method("PUT", "/v1/quotes"),
  target("%ff in a path", [400, 404], "/v1/transfers/%ff"),
  target("a half escape in a path", [400, 404], "/v1/transfers/%f"),
  target("an id of 20 kB", [414, 431], `/v1/transfers/${"a".repeat(20_000)}`),
  target("an address that there is not", 404, "/v1/nothing/here", ["not-found"]),
  row("what is no HTTP", [400, "malformed-request"], (world) =>
    sendRaw({ method: "G E T", url: world.relayerUrl }),
  ),
  row("no signature", [401, "signature-required"], (world) =>
    sendRaw({ url: `${world.relayerUrl}/v1/transfers` }),
  ),
  signed("a malformed signature", "signature-invalid", () => ({ headers: MALFORMED })),
  signed("a signature by an unknown key", "signature-invalid", stranger),
  signed("a signature over another body", "signature-invalid", () => ({ body: "{}" })),
  signed("a signature over another path", "signature-invalid", () => ({ path: "/v1/batches" })),
  signed("a signature over another digest", "signature-invalid", () => ({
    headers: { "content-digest": `sha-256=:${Buffer.alloc(32).toString("base64")}:` },
  })),
  signed("a signature of 301 s ago", "signature-expired", () => ({ now: ms(-301) })),
  signed("a signature of 301 s ahead", "signature-expired", () => ({ now: ms(301) })),
  {
    input: "a signature that was used before",
    status: 401,
    code: "signature-replayed",
    async prepare(world) {
      const url = `${world.relayerUrl}/v1/corridors`;
      const headers = await signRequest(keyOf(world), { method: "GET", url });
      await (await request(url, { headers })).body.dump();
      return () => sendRaw({ url, headers });
    },
  },
];

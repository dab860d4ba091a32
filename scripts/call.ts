/** One signed request to a local relayer: what `curl` cannot do by itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { privateRequestKeySchema } from "../protocol/request-signature.ts";
import { importRequestKey } from "../sdk/keys/request-key.ts";
import { createSignedFetch } from "../sdk/keys/signed-fetch.ts";
import { readOptions, refuse } from "./terminal/read-options.ts";

const USAGE = `node scripts/call.ts [options] METHOD URL [JSON]

  --directory .corridor   of the running corridor
  --as harbour-wallet     whose key signs`;

const { values, positionals } = readOptions(
  USAGE,
  {
    directory: { type: "string", default: ".corridor" },
    as: { type: "string", default: "harbour-wallet" },
  },
  true,
);

const keptSchema = z.object({ requestKeys: z.record(z.string(), privateRequestKeySchema) });
const [method, url, body] = positionals;
if (method === undefined || url === undefined) refuse("a method and an address are needed", USAGE);

function readKept() {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(join(values.directory, "kept.json"), "utf8")));
  } catch {
    return refuse(`no corridor has its keys in ${values.directory}: start one with npm start`);
  }
}

const { requestKeys } = readKept();
const jwk =
  requestKeys[values.as] ??
  refuse(`--as is one of ${Object.keys(requestKeys).join(", ")}, not ${values.as}`);
const signedFetch = createSignedFetch(await importRequestKey(jwk));
const answer = await signedFetch(url, {
  method,
  headers: {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(method === "POST" && { "idempotency-key": `"${crypto.randomUUID()}"` }),
  },
  ...(body !== undefined && { body }),
});
console.log(await answer.text());

import { constants, createHmac, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { verifySignature } from "http-message-sig";
import { createVerifier, httpbis } from "http-message-signatures";
import { z } from "zod";

const fieldsSchema = z.array(z.tuple([z.string(), z.string()]));
const vectorSchema = z.object({
  name: z.string(),
  valid: z.boolean(),
  method: z.string().optional(),
  url: z.string().optional(),
  status: z.number().optional(),
  fields: fieldsSchema,
});
const fileSchema = z.object({
  keys: z.record(
    z.string(),
    z.object({
      algorithm: z.string(),
      pem: z.string().optional(),
      secret: z.string().optional(),
    }),
  ),
  vectors: z.array(vectorSchema),
});
type Vector = z.infer<typeof vectorSchema>;

const file = new URL("../../data/rfc9421/vectors.json", import.meta.url);
const { keys, vectors } = fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
const ALGORITHMS = Object.values(keys).map(({ algorithm }) => algorithm);

function check(keyId: string, data: Uint8Array, signature: Uint8Array): boolean {
  const { algorithm, pem = "", secret = "" } = keys[keyId] ?? { algorithm: "" };
  if (algorithm === "hmac-sha256") {
    const mac = createHmac("sha256", Buffer.from(secret, "base64")).update(data).digest();
    return mac.equals(signature);
  }
  const key = createPublicKey(pem);
  if (algorithm === "ed25519") return verify(null, data, key, signature);
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 };
  if (algorithm === "rsa-pss-sha512") return verify("sha512", data, { key, ...padding }, signature);
  return verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, signature);
}

const messageOf = ({ method = "", url = "", status, fields }: Vector) => {
  const named = fields.map(([name, value]) => ({ name, value }));
  return status === undefined
    ? ({ kind: "request", method, targetUri: url, fields: named } as const)
    : ({ kind: "response", status, fields: named } as const);
};

/** The library that the relayer and the SDK use. */
async function holds(vector: Vector): Promise<boolean> {
  const policy = {
    algorithms: ALGORITHMS,
    requiredComponents: [],
    requiredParameters: ["keyid"],
    clockSkew: Number.MAX_SAFE_INTEGER,
  };
  const verified = verifySignature(messageOf(vector), {
    policy,
    resolveVerifier: ({ parameters: { keyid = "" } }) => ({
      algorithm: keys[keyid]?.algorithm ?? "",
      verify: (data, signature) => check(keyid, data, signature),
    }),
  });
  return verified.then(
    () => true,
    (error: { code?: string }) => {
      if (error.code === "VerificationFailed") return false;
      throw error;
    },
  );
}

describe("the vectors of RFC 9421, appendix B", () => {
  for (const vector of vectors) {
    // A single parameter of the query is no component of ours: the whole query is.
    if (vector.name === "B.2.2") continue;
    it(`${vector.name} ${vector.valid ? "holds" : "does not hold"}`, async () => {
      expect(await holds(vector)).to.equal(vector.valid);
    });
  }

  it("B.2.2 holds for a library that takes @query-param, and is refused by ours as unsupported", async () => {
    const vector = vectors.find(({ name }) => name === "B.2.2");
    if (!vector) throw new Error("the file has no B.2.2");
    const refused = await holds(vector).catch((error: { code?: string }) => error.code);
    expect(refused).to.equal("UnsupportedFeature");
    const verified = await httpbis.verifyMessage(
      {
        keyLookup: async ({ keyid }) => ({
          verify: createVerifier(keys[String(keyid)]?.pem ?? "", "rsa-pss-sha512"),
        }),
      },
      {
        method: vector.method ?? "",
        url: vector.url ?? "",
        headers: Object.fromEntries(vector.fields),
      },
    );
    expect(verified).to.equal(true);
  });
});

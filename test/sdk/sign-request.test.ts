import { createHash, createPublicKey } from "node:crypto";
import { expect } from "chai";
import { createVerifier, httpbis } from "http-message-signatures";
import { requestKeyIdOf } from "../../protocol/request-signature.ts";
import {
  createRequestKey,
  generateRequestJwk,
  importRequestKey,
} from "../../sdk/keys/request-key.ts";
import { signRequest } from "../../sdk/keys/sign-request.ts";

const request = {
  method: "POST",
  url: "https://rail.example/v1/transfers?a=1&b=%20",
  headers: { "Content-Type": "application/json", "Idempotency-Key": '"one"', "X-Other": "é" },
  body: '{"name":"María"}',
};

describe("a signed request", () => {
  it("is verified by another library, over everything that makes it what it is", async () => {
    const jwk = await generateRequestJwk();
    const key = await importRequestKey(jwk);
    const { "x-other": _, ...headers } = await signRequest(key, {
      ...request,
      headers: { "Content-Type": "application/json", "Idempotency-Key": '"one"', "X-Other": "e" },
    });
    const { d: __, ...publicJwk } = jwk;
    const publicKey = createPublicKey({ key: publicJwk, format: "jwk" });
    const verifyAs = (changes: object) =>
      httpbis.verifyMessage(
        {
          keyLookup: async () => ({ verify: createVerifier(publicKey, "ed25519") }),
          requiredParams: ["created", "expires", "nonce", "keyid"],
          requiredFields: [
            "@method",
            "@authority",
            "@path",
            "@query",
            "content-digest",
            "content-type",
            "idempotency-key",
          ],
        },
        { method: request.method, url: request.url, headers, ...changes },
      );
    expect(await verifyAs({})).to.equal(true);
    expect(await verifyAs({ method: "PUT" })).to.equal(false);
    expect(await verifyAs({ url: "https://other.example/v1/transfers?a=1&b=%20" })).to.equal(false);
    expect(await verifyAs({ url: "https://rail.example/v1/transfers?a=2&b=%20" })).to.equal(false);
    for (const name of ["content-digest", "content-type", "idempotency-key"]) {
      expect(await verifyAs({ headers: { ...headers, [name]: "other" } }), name).to.equal(false);
    }
    const digest = createHash("sha256").update(request.body).digest("base64");
    expect(headers["content-digest"]).to.equal(`sha-256=:${digest}:`);
  });

  it("is signed anew each time, with a nonce of its own", async () => {
    const { key } = await createRequestKey();
    const sign = () => signRequest(key, { method: "GET", url: "https://rail.example/v1/rates" });
    const [one, other] = [await sign(), await sign()];
    expect(one["signature-input"]).not.to.equal(other["signature-input"]);
    expect(one).to.have.all.keys("signature", "signature-input");
  });

  it("names a key by its thumbprint, as RFC 8037's example has it", () => {
    const x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    expect(requestKeyIdOf({ x })).to.equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  });

  it("can come from a key that nobody can read out", async () => {
    const { key, pair, publicKey } = await createRequestKey();
    expect(pair.privateKey.extractable).to.equal(false);
    expect(key.keyId).to.equal(requestKeyIdOf(publicKey));
    expect(await key.sign(new Uint8Array([1]))).to.have.length(64);
  });
});

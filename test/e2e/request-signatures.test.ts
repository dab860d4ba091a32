import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { expect } from "chai";
import { request as send } from "undici";
import { requestKeyIdOf } from "../../protocol/request-signature.ts";
import { problemSchema } from "../../protocol/wire/problem.ts";
import { newKeyText, requestKeyListSchema } from "../../protocol/wire/request-keys.ts";
import {
  generateRequestJwk,
  importRequestKey,
  type RequestKey,
} from "../../sdk/keys/request-key.ts";
import { signRequest, type UnsignedRequest } from "../../sdk/keys/sign-request.ts";
import { createSignedFetch } from "../../sdk/keys/signed-fetch.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const HARBOUR = "harbour-wallet";
const JSON_TYPE = { "content-type": "application/json" };

describe("a request's signature", () => {
  let test: TestCorridor;
  let key: RequestKey;
  before(async () => {
    test = await sharedCorridor();
    key = test.corridor.requestKeyOf(HARBOUR);
  });

  const at = (path: string) => new URL(path, test.corridor.relayerUrl).href;
  const codeOf = async (response: Response) => problemSchema.parse(await response.json());

  /** Signs one request and sends another, or the same one with other headers. */
  async function sendAs(
    signed: UnsignedRequest,
    changes: Partial<UnsignedRequest> & { now?: number; key?: RequestKey } = {},
  ) {
    const { now, key: signer = key, ...sent } = changes;
    const headers = await signRequest(signer, signed, now === undefined ? {} : { now });
    const { url, method, body } = { ...signed, ...sent };
    return fetch(url, {
      method,
      headers: { ...headers, ...sent.headers },
      ...(body !== undefined && { body }),
    });
  }
  const reading = (): UnsignedRequest => ({ method: "GET", url: at("/v1/transfers?limit=1") });
  const ordering = (): UnsignedRequest => ({
    method: "POST",
    url: at("/v1/transfers"),
    headers: { ...JSON_TYPE, "idempotency-key": `"${randomUUID()}"` },
    body: '{"quoteId":"one"}',
  });

  async function expectCode(response: Response, code: string): Promise<string> {
    const problem = await codeOf(response);
    expect(problem).to.include({ status: 401, code });
    expect(response.headers.get("www-authenticate")).to.equal("Signature");
    return problem.detail;
  }

  it("is asked for with what it has to cover", async () => {
    const response = await fetch(reading().url);
    await expectCode(response, "signature-required");
    expect(response.headers.get("accept-signature")).to.equal(
      'sig=("@method" "@authority" "@path" "@query" "content-digest" "content-type" "idempotency-key");created;expires;nonce;keyid',
    );
  });

  it("lets its owner in", async () => {
    expect((await sendAs(reading())).status).to.equal(200);
    expect((await codeOf(await sendAs(ordering()))).status).to.equal(400);
  });

  it("does not hold for anything else than what was signed, in the same words for a key of nobody", async () => {
    const stranger = await importRequestKey(await generateRequestJwk());
    const { signature: _, ...halves } = await signRequest(key, reading());
    const flipped = await signRequest(key, reading());
    const wrong = flipped["signature"]?.replace(/:(.)/, (__, one) => `:${one === "A" ? "B" : "A"}`);
    const answers: [string, Response][] = [
      ["another key", await sendAs(reading(), { key: stranger })],
      ["another path", await sendAs(reading(), { url: at("/v1/corridors?limit=1") })],
      ["another query", await sendAs(reading(), { url: at("/v1/transfers?limit=2") })],
      ["another method", await sendAs(ordering(), { method: "PUT" })],
      ["another body", await sendAs(ordering(), { body: '{"quoteId":"two"}' })],
      [
        "another digest",
        await sendAs(ordering(), { headers: { "content-digest": "sha-256=:AA==:" } }),
      ],
      ["another order's key", await sendAs(ordering(), { headers: { "idempotency-key": '"x"' } })],
      ["another type", await sendAs(ordering(), { headers: { "content-type": "text/plain" } })],
      ["half of its fields", await fetch(reading().url, { headers: halves })],
      [
        "a flipped bit",
        await fetch(reading().url, { headers: { ...flipped, signature: wrong ?? "" } }),
      ],
      ["no structured field", await sendAs(reading(), { headers: { signature: "Möbius" } })],
    ];
    const words = new Set<string>();
    for (const [what, response] of answers) {
      words.add(
        await expectCode(response, "signature-invalid").catch((error) => {
          throw new Error(`${what}: ${error}`);
        }),
      );
    }
    expect(words.size, "one wording").to.equal(1);
  });

  it("must cover a body, and nothing may be added to what it covers", async () => {
    const { body: _, ...without } = ordering();
    const headers = await signRequest(key, without);
    const uncovered = await fetch(without.url, { method: "POST", headers, body: "{}" });
    await expectCode(uncovered, "signature-invalid");
    const { headers: ___, ...plain } = ordering();
    const lacking = await signRequest(key, { ...plain, headers: JSON_TYPE });
    const added = { ...lacking, "idempotency-key": '"mine"' };
    const response = await fetch(plain.url, {
      method: "POST",
      headers: added,
      body: plain.body ?? "",
    });
    await expectCode(response, "signature-invalid");
  });

  it("is of now, by the relayer's clock", async () => {
    for (const seconds of [-301, 360]) {
      const response = await sendAs(reading(), { now: Date.now() + seconds * 1_000 });
      await expectCode(response, "signature-expired");
    }
    for (const seconds of [-240, 295]) {
      const response = await sendAs(reading(), { now: Date.now() + seconds * 1_000 });
      expect(response.status).to.equal(200);
    }
  });

  it("is good once, even for twenty at the same time", async () => {
    const headers = await signRequest(key, reading());
    const sent = Array.from({ length: 20 }, () => fetch(reading().url, { headers }));
    const answers = await Promise.all(sent);
    expect(answers.filter(({ status }) => status === 200)).to.have.lengthOf(1);
    for (const answer of answers) {
      if (answer.status !== 200) await expectCode(answer, "signature-replayed");
    }
  });

  it("is not needed to read in a sandbox, but for everything else", async () => {
    const authorization = `Bearer ${test.corridor.sandboxKeys[HARBOUR]}`;
    const read = await fetch(reading().url, { headers: { authorization } });
    expect(read.status).to.equal(200);
    const { url, body = "" } = ordering();
    const headers = { ...JSON_TYPE, authorization };
    const refused = await fetch(url, { method: "POST", headers, body });
    expect(await codeOf(refused)).to.include({ status: 403, code: "read-only-key" });
    const unknown = { authorization: "Bearer 0123456789abcdef0123" };
    await expectCode(await fetch(reading().url, { headers: unknown }), "unauthenticated");
  });

  it("may come in two headers of one name only when both were signed", async () => {
    const headers = Object.entries(await signRequest(key, ordering())).flat();
    const { statusCode, body } = await send(ordering().url, {
      method: "POST",
      headers: [...headers, "idempotency-key", '"second"'],
      body: ordering().body ?? "",
    });
    expect(statusCode).to.equal(401);
    await body.dump();
  });
});

describe("a wallet's request keys", () => {
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
  });

  const call = async (
    signedFetch: TestCorridor["fetch"],
    method: string,
    path = "",
    body?: unknown,
  ) => {
    const response = await signedFetch(new URL(`/v1/keys${path}`, test.corridor.relayerUrl), {
      method,
      ...(body !== undefined && { headers: JSON_TYPE, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const island = () => test.corridor.fetchAs("island-wallet");

  async function newKey(participant: string) {
    const jwk = await generateRequestJwk();
    const { d: _, ...publicKey } = jwk;
    const secret = createPrivateKey({ key: jwk, format: "jwk" });
    const keyId = requestKeyIdOf(publicKey);
    const proof = sign(null, Buffer.from(newKeyText(participant, keyId)), secret);
    return { jwk, keyId, registration: { publicKey, proof: proof.toString("base64url") } };
  }

  it("are rotated by its own hand: register, sign with the new one, revoke the old one", async () => {
    const { jwk, keyId, registration } = await newKey("island-wallet");
    const second = createSignedFetch(await importRequestKey(jwk));
    expect((await call(second, "GET")).body.code).to.equal("signature-invalid");
    const added = await call(island(), "POST", "", registration);
    expect(added.status).to.equal(201);
    expect(added.body.keyId).to.equal(keyId);
    const { body } = await call(second, "GET");
    const listed = requestKeyListSchema.parse(body).keys.map((each) => each.keyId);
    const first = test.corridor.requestKeyOf("island-wallet").keyId;
    expect(listed).to.include.members([keyId, first]);
    expect((await call(second, "DELETE", `/${keyId}`)).status).to.equal(204);
    expect((await call(second, "GET")).body.code).to.equal("signature-invalid");
    const last = await call(island(), "DELETE", `/${first}`);
    expect(last).to.deep.include({ status: 409 });
    expect(last.body.code).to.equal("key-last");
    const again = await call(island(), "POST", "", registration);
    expect(again.body.code, "a revoked key never comes back").to.equal("key-exists");
  });

  it("are registered by who holds them, and revoked by nobody else", async () => {
    const { registration } = await newKey("harbour-wallet");
    const stolen = await call(island(), "POST", "", registration);
    expect(stolen.body).to.include({ status: 422, code: "key-proof", pointer: "/proof" });
    const foreign = test.corridor.requestKeyOf("harbour-wallet").keyId;
    expect((await call(island(), "DELETE", `/${foreign}`)).body.code).to.equal("not-found");
    expect((await call(island(), "DELETE", "/short")).body.code).to.equal("id-format");
  });

  it("end by themselves when they were meant to", async () => {
    const { jwk, registration } = await newKey("island-wallet");
    const notAfter = new Date(Date.now() + 1_500).toISOString();
    await call(island(), "POST", "", { ...registration, notAfter });
    const short = createSignedFetch(await importRequestKey(jwk));
    expect((await call(short, "GET")).status).to.equal(200);
    const { db } = { db: test.relayerDatabase() };
    await db
      .updateTable("request_keys")
      .set({ not_after: new Date(Date.now() - 1_000) })
      .where("key_id", "=", requestKeyIdOf(jwk))
      .execute();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await call(short, "GET")).body.code).to.equal("signature-invalid");
  });
});

import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { signRequest } from "../../sdk/keys/sign-request.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

describe("a repeated order", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
  });

  async function signedOrder() {
    const wanted = { ...(await newPair(test)), amount: { value: "100.00", currency: "HKD" } };
    const quote = await payer.quote(wanted);
    return payer.sign(quote, payer.detailsFor(wanted, quote));
  }
  const send = (body: unknown, key: string) =>
    test.fetch(new URL("/v1/transfers", test.corridor.relayerUrl), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": `"${key}"`,
      },
      body: JSON.stringify(body),
    });

  it("is accepted once, however many times and however concurrently it comes", async () => {
    const signed = await signedOrder();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(signed, key)));
    expect(answers.every((answer) => answer.ok)).to.equal(true);
    const uetrs = new Set(await Promise.all(answers.map(async (a) => (await a.json()).uetr)));
    expect([...uetrs]).to.deep.equal([signed.details.uetr]);
    const replayed = answers.filter((a) => a.headers.get("idempotency-replayed") === "true");
    expect(replayed).to.have.lengthOf(19);
  });

  it("with one signature of its request for all of them is served once: the others are told nothing of it", async () => {
    const request = {
      method: "POST",
      url: new URL("/v1/transfers", test.corridor.relayerUrl).href,
      headers: { "content-type": "application/json", "idempotency-key": `"${randomUUID()}"` },
      body: JSON.stringify(await signedOrder()),
    };
    const signed = await signRequest(test.corridor.requestKeyOf("harbour-wallet"), request);
    const headers = { ...request.headers, ...signed };
    const send = () => fetch(request.url, { ...request, headers });
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    answers.push(await send());
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused).to.have.lengthOf(10);
    for (const answer of refused) {
      expect(answer.status).to.equal(401);
      expect(answer.headers.get("www-authenticate")).to.equal("Signature");
      const problem = await answer.json();
      expect(problem.code).to.equal("signature-replayed");
      expect(problem).not.to.have.property("uetr");
    }
  });

  it("is another order when its body differs: the key is refused", async () => {
    const key = randomUUID();
    await send(await signedOrder(), key);
    const answer = await send(await signedOrder(), key);
    expect(answer.status).to.equal(422);
    expect((await answer.json()).code).to.equal("idempotency-key-reused");
  });

  it("under another key finds its quote used up", async () => {
    const signed = await signedOrder();
    await send(signed, randomUUID());
    const answer = await send(signed, randomUUID());
    expect(answer.status).to.equal(409);
    expect((await answer.json()).code).to.equal("quote-used");
  });

  it("under several keys at once is accepted under one of them", async () => {
    const signed = await signedOrder();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(signed, randomUUID())));
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused.map(({ status }) => status)).to.deep.equal(Array(7).fill(409));
    const codes = await Promise.all(refused.map(async (answer) => (await answer.json()).code));
    expect(new Set(codes)).to.deep.equal(new Set(["quote-used"]));
  });
});

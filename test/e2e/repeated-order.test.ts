import { randomUUID } from "node:crypto";
import { expect } from "chai";
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

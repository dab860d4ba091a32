import { randomUUID } from "node:crypto";
import { localSigner } from "../../protocol/signature.ts";
import { developmentKey } from "../../server/local/keys.ts";
import { type RefusalFixture, startRefusalFixture } from "./refusal-fixture.ts";

describe("a bad order", () => {
  let fixture: RefusalFixture;
  before(async () => {
    fixture = await startRefusalFixture();
  });

  it("refuses an expired quote", async () => {
    const signed = await fixture.signedOrder();
    await fixture.test
      .relayerDatabase()
      .updateTable("quotes")
      .set({ expires_at: new Date(Date.now() - 1) })
      .where("id", "=", signed.quoteId)
      .execute();
    const expected = { status: 422, code: "quote-invalid", pointer: "/transfers/0/quoteId" };
    await fixture.expectRefusal(await fixture.order(signed), expected);
  });

  it("refuses a quote of nobody", async () => {
    const signed = { ...(await fixture.signedOrder()), quoteId: randomUUID() };
    await fixture.expectRefusal(await fixture.order(signed), {
      status: 422,
      code: "quote-invalid",
    });
  });

  it("refuses a signature by another key", async () => {
    const signed = await fixture.signedOrder();
    const stranger = localSigner(developmentKey(99).privateKey);
    const signature = await stranger.signDigest(`0x${"11".repeat(32)}`);
    const expected = { status: 422, code: "consent-invalid", pointer: "/signature" };
    await fixture.expectRefusal(await fixture.order({ ...signed, signature }), expected);
  });

  it("refuses a signature of 64 or 66 bytes", async () => {
    const signed = await fixture.signedOrder();
    for (const signature of [signed.signature.slice(0, -2), `${signed.signature}00`]) {
      const expected = { status: 422, code: "consent-invalid", pointer: "/signature" };
      await fixture.expectRefusal(await fixture.order({ ...signed, signature }), expected);
    }
  });

  it("refuses details that do not say what was quoted", async () => {
    const quote = await fixture.payer.quote(fixture.wanted());
    const details = fixture.payer.detailsFor(fixture.wanted(), quote);
    const creditedAmount = { value: "1.00", currency: "PHP" };
    const changes = [
      [{ creditedAmount }, "creditedAmount"],
      [{ exchangeRate: "9.99" }, "exchangeRate"],
      [
        {
          creditor: {
            ...details.creditor,
            account: { type: "mobile" as const, value: "+639170000000" },
          },
        },
        "creditor/account",
      ],
    ] as const;
    for (const [change, field] of changes) {
      const signed = await fixture.payer.sign(quote, { ...details, ...change });
      const pointer = `/transfers/0/details/${field}`;
      await fixture.expectRefusal(await fixture.order(signed), {
        status: 422,
        code: "quote-invalid",
        pointer,
      });
    }
  });

  it("refuses details that were changed after the batch was signed", async () => {
    const signed = await fixture.signedOrder();
    const details = { ...signed.details, remittanceInformation: "another message" };
    const expected = { status: 422, code: "tree", pointer: "/batch/root" };
    await fixture.expectRefusal(await fixture.order({ ...signed, details }), expected);
  });

  it("refuses an order without an Idempotency-Key, with two, or with a bad one", async () => {
    const signed = await fixture.signedOrder();
    const none = await fixture.post("/v1/transfers", signed);
    await fixture.expectRefusal(none, { status: 400, code: "idempotency-key" });
    const long = await fixture.post("/v1/transfers", signed, {
      "idempotency-key": "x".repeat(256),
    });
    await fixture.expectRefusal(long, { status: 400, code: "idempotency-key" });
  });

  it("refuses ids that are not in their canonical form, and pages that were never given", async () => {
    const get = (path: string) => fixture.fetch(fixture.url(path));
    const upper = randomUUID().toUpperCase();
    await fixture.expectRefusal(await get(`/v1/transfers/${upper}`), {
      status: 400,
      code: "id-format",
    });
    for (const query of ["limit=-1", "limit=1&limit=2", "a[b]=1", "cursor=bm9wZQ"]) {
      await fixture.expectRefusal(await get(`/v1/transfers?${query}`), {
        status: 400,
        code: "query",
      });
    }
    await fixture.expectRefusal(await get("/v1/nothing/here"), { status: 404, code: "not-found" });
  });
});

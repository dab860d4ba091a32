import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { type RefusalFixture, startRefusalFixture } from "./refusal-fixture.ts";

describe("a bad request for a quote", () => {
  let fixture: RefusalFixture;
  before(async () => {
    fixture = await startRefusalFixture();
  });

  const quoteRequest = (changes: Record<string, unknown> = {}) => ({
    corridor: fixture.test.id,
    fixedSide: "send",
    amount: { value: "100.00", currency: "HKD" },
    debtor: { name: fixture.pair.sender.name },
    creditor: { account: { type: "mobile", value: fixture.pair.recipient.phone } },
    ...changes,
  });
  const amountOf = (value: unknown, currency = "HKD") =>
    quoteRequest({ amount: { value, currency } });

  const amounts: [string, unknown, string][] = [
    ["too many decimals", "1.005", "amount-scale"],
    ["too few decimals", "1.0", "amount-scale"],
    ["zero", "0.00", "amount-range"],
    ["a negative sum", "-5.00", "amount-range"],
    ["forty digits", "9".repeat(40), "amount-range"],
    ["a JSON number", 100, "amount-not-string"],
    ["an exponent", "1e3", "amount-format"],
    ["hexadecimal", "0x10", "amount-format"],
    ["spaces", " 12.00 ", "amount-format"],
    ["a leading zero", "012.00", "amount-format"],
    ["digits of another script", "١٢.٠٠", "amount-format"],
    ["NaN", "NaN", "amount-format"],
  ];
  for (const [what, value, code] of amounts) {
    it(`refuses ${what} as an amount: ${code}`, async () => {
      const problem = await fixture.expectRefusal(
        await fixture.post("/v1/quotes", amountOf(value)),
        {
          status: 422,
          code,
        },
      );
      expect(problem.pointer).to.equal("/amount/value");
      expect(problem.remedy).to.be.a("string");
    });
  }

  it("refuses an amount over the corridor's limit, and says the limit", async () => {
    const expected = { status: 422, code: "limit-exceeded", pointer: "/amount/value" };
    const problem = await fixture.expectRefusal(
      await fixture.post("/v1/quotes", amountOf("7999.01")),
      expected,
    );
    expect(problem.remedy).to.contain("7999.00");
  });

  it("refuses an amount in a currency that is not the fixed side's", async () => {
    const expected = { status: 422, code: "currency", pointer: "/amount/currency" };
    await fixture.expectRefusal(
      await fixture.post("/v1/quotes", amountOf("100.00", "PHP")),
      expected,
    );
    await fixture.expectRefusal(await fixture.post("/v1/quotes", amountOf("100.00", "hkd")), {
      status: 422,
      code: "currency",
    });
  });

  it("refuses an unknown corridor", async () => {
    const expected = { status: 422, code: "corridor-closed", pointer: "/corridor" };
    const request = quoteRequest({ corridor: "HKD-XXX:nobody:nowhere" });
    await fixture.expectRefusal(await fixture.post("/v1/quotes", request), expected);
  });

  it("refuses a phone number that is not of the corridor's country", async () => {
    const creditor = { account: { type: "mobile", value: "+85291234567" } };
    const expected = { status: 422, code: "account-format", pointer: "/creditor/account/value" };
    await fixture.expectRefusal(
      await fixture.post("/v1/quotes", quoteRequest({ creditor })),
      expected,
    );
  });

  it("refuses a name that is on the sanctions list, whatever its case and order", async () => {
    const debtor = { name: "al-zawahiri Ayman" };
    const expected = { status: 422, code: "screening-hit" };
    await fixture.expectRefusal(
      await fixture.post("/v1/quotes", quoteRequest({ debtor })),
      expected,
    );
  });

  it("refuses text that can be read in two ways", async () => {
    for (const name of ["Grace\u202eSantos", "Grace\u200bSantos", "Jose\u0301 Santos", "\ud800"]) {
      const expected = { status: 422, code: "invalid-string", pointer: "/debtor/name" };
      await fixture.expectRefusal(
        await fixture.post("/v1/quotes", quoteRequest({ debtor: { name } })),
        expected,
      );
    }
  });

  it("refuses fields that it does not know, and says which", async () => {
    const expected = { status: 422, code: "unknown-field", pointer: "/state" };
    await fixture.expectRefusal(
      await fixture.post("/v1/quotes", quoteRequest({ state: "credited" })),
      expected,
    );
  });

  const bodies: [string, string, number, string][] = [
    ["no body", "", 400, "body-required"],
    ["a trailing comma", '{"a":1,}', 400, "malformed-json"],
    ["truncated JSON", '{"a":', 400, "malformed-json"],
    ["an array", "[]", 400, "body-not-object"],
    ["a duplicate key", '{"corridor":"a","corridor":"b"}', 400, "duplicate-key"],
    [
      "40,000 nested arrays",
      `{"a":${"[".repeat(40_000)}${"]".repeat(40_000)}}`,
      413,
      "body-too-large",
    ],
    ["ten nested arrays", `{"a":${"[".repeat(10)}${"]".repeat(10)}}`, 400, "too-deep"],
    ["__proto__", '{"__proto__":{"x":1}}', 422, "unknown-field"],
  ];
  for (const [what, body, status, code] of bodies) {
    it(`refuses ${what}: ${code}`, async () => {
      await fixture.expectRefusal(await fixture.postRaw("/v1/quotes", body), { status, code });
    });
  }

  it("refuses media types other than JSON in UTF-8", async () => {
    for (const type of [
      "text/plain",
      "application/json; charset=utf-16",
      "application/x-www-form-urlencoded",
    ]) {
      const response = await fixture.postRaw("/v1/quotes", "{}", { "content-type": type });
      await fixture.expectRefusal(response, { status: 415, code: "unsupported-media-type" });
    }
  });

  it("answers another wallet's transfer and quote like ones that do not exist", async () => {
    const quote = await fixture.payer.quote(fixture.wanted());
    const foreign = fixture.test.corridor.fetchAs("island-wallet");
    for (const path of [`/v1/quotes/${quote.id}`, `/v1/quotes/${randomUUID()}`]) {
      const response = await foreign(fixture.url(path));
      await fixture.expectRefusal(response, { status: 404, code: "not-found" });
    }
  });
});

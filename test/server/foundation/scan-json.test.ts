import { expect } from "chai";
import fc from "fast-check";
import { isParsedWhole, scanJson } from "../../../server/foundation/http/scan-json.ts";

/** JSON text with few keys, so that some stand twice, some reach a prototype, and some only look like either. */
const KEYS = ["a", "b", "\\u0061", "a:", '\\"', "__proto__", "prototype", "1", ""];
const { text } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('"a"', '":\\\\"', '"{\\"a\\":1,\\"a\\":2}"', "1", "null", "true"),
    fc.array(tie("text"), { maxLength: 3 }).map((items) => `[${items.join(" , ")}]`),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie("text")), { maxLength: 4 })
      .map((members) => `{${members.map(([key, inner]) => `"${key}" : ${inner}`).join(",")}}`),
  ),
}));

describe("JSON that was parsed whole", () => {
  it("is what a look through its text finds nothing in", () => {
    const found = new Set<boolean>();
    fc.assert(
      fc.property(text, (json) => {
        const whole = isParsedWhole(json, JSON.parse(json), 4);
        const scan = () => scanJson(json, 4);
        if (whole) expect(scan).to.not.throw();
        else expect(scan).to.throw(/stands twice|not accepted|nested/);
        found.add(whole);
      }),
      { numRuns: 2_000 },
    );
    expect(found.size, "both were tried").to.equal(2);
  });
});

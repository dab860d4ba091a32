import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import canonicalize from "canonicalize";
import { expect } from "chai";
import { canonicalJson } from "../../protocol/commitment.ts";

const DATA = new URL("../../data/rfc8785/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, DATA), "utf8");
const FILES = readdirSync(new URL("input/", DATA));
/** SHA-256 of the first 1,000 lines of the author's test file: each double's bits, and how it is written. */
const THOUSAND_NUMBERS = "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687";

function numberOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

describe("the test data of RFC 8785", () => {
  for (const name of FILES) {
    it(`${name} is written as its author writes it`, () => {
      expect(canonicalize(JSON.parse(read(`input/${name}`)))).to.equal(read(`output/${name}`));
    });
  }

  it("is what a commitment is made over, but for text that is not in its composed form", () => {
    expect(canonicalJson(JSON.parse(read("input/french.json")))).to.equal(
      read("output/french.json"),
    );
    expect(() => canonicalJson(JSON.parse(read("input/unicode.json")))).to.throw(
      /normalisation form C/,
    );
  });

  it("writes a thousand numbers at the edges of doubles as its author does", () => {
    const edges = (JSON.parse(read("edge-numbers.json")) as string[]).map((bits) =>
      BigInt(`0x${bits}`),
    );
    const subnormal = Array.from(
      { length: 1_000 - edges.length },
      (_, at) => (1n << 52n) + BigInt(at),
    );
    const lines = [...edges, ...subnormal].map(
      (bits) => `${bits.toString(16)},${canonicalize(numberOf(bits))}\n`,
    );
    expect(createHash("sha256").update(lines.join("")).digest("hex")).to.equal(THOUSAND_NUMBERS);
  });
});

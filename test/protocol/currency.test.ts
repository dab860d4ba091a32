import { readFileSync } from "node:fs";
import { expect } from "chai";
import { currencyCodes, currencyOf } from "../../protocol/currency.ts";
import { generatedFiles } from "../../scripts/generate-protocol-data.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** Every text of a tag, found by cutting the XML apart: another way than the generator's. */
function tagTexts(xml: string, tag: string): Set<string> {
  const pieces = xml.split(`<${tag}>`).slice(1);
  return new Set(pieces.map((piece) => piece.slice(0, piece.indexOf("<"))));
}

describe("currencyOf", () => {
  it("knows the scale and the numeric code of currencies with 0, 2, 3 and 4 decimals", () => {
    const facts = ["HKD 344 2", "PHP 608 2", "VND 704 0", "JPY 392 0", "KWD 414 3", "BHD 048 3"];
    facts.push("AUD 036 2", "CLF 990 4", "UYW 927 4", "EUR 978 2", "BDT 050 2", "UGX 800 0");
    for (const fact of facts) {
      const { code, numeric, scale } = currencyOf(fact.slice(0, 3));
      expect(`${code} ${numeric} ${scale}`).to.equal(fact);
    }
  });

  it("refuses a historic code and says since when it is historic", () => {
    for (const [code, withdrawn] of [
      ["DEM", "2002-03"],
      ["FRF", "2002-03"],
      ["HRK", "2023-01"],
      ["VNC", "1989-1990"],
    ] as const) {
      const error = expectProtocolError(() => currencyOf(code), "currency");
      expect(error.message).to.include("historic").and.include(withdrawn);
    }
  });

  it("keeps a code current that only some countries have left", () => {
    expect(currencyOf("EUR").scale).to.equal(2);
    expect(currencyOf("IDR").scale).to.equal(2);
  });

  it("refuses lower case and names the right spelling", () => {
    const error = expectProtocolError(() => currencyOf("hkd"), "currency");
    expect(error.remedy).to.equal("write HKD");
  });

  it("refuses what has no minor unit", () => {
    for (const code of ["XAU", "XTS", "XXX", "XDR"]) {
      const error = expectProtocolError(() => currencyOf(code), "currency");
      expect(error.message).to.include("no minor unit");
    }
  });

  it("refuses unknown codes without repeating them", () => {
    for (const code of ["", "HK", "HKDX", "HKD ", "ＨＫＤ", "constructor", "__proto__"]) {
      const error = expectProtocolError(() => currencyOf(code), "currency");
      if (code !== "") expect(error.message).not.to.include(code);
    }
  });

  it("covers every code of the official list that has a minor unit, each once", () => {
    const xml = read("data/iso4217/list-one.xml");
    const withoutUnit = xml
      .split("<CcyNtry>")
      .filter((entry) => entry.includes("<CcyMnrUnts>N.A.</CcyMnrUnts>"));
    const refused = tagTexts(withoutUnit.join(""), "Ccy");
    const all = tagTexts(xml, "Ccy");
    expect(currencyCodes()).to.have.members([...all].filter((code) => !refused.has(code)));
    expect(all.size - refused.size)
      .to.equal(currencyCodes().length)
      .and.equal(166);
    for (const code of refused) expectProtocolError(() => currencyOf(code), "currency");
  });

  it("refuses every code of the historic list that is not in use", () => {
    const current = tagTexts(read("data/iso4217/list-one.xml"), "Ccy");
    const historic = tagTexts(read("data/iso4217/list-three-historic.xml"), "Ccy");
    const gone = [...historic].filter((code) => !current.has(code));
    expect(gone.length).to.be.greaterThan(100);
    for (const code of gone) {
      const error = expectProtocolError(() => currencyOf(code), "currency");
      expect(error.message).to.match(/historic: withdrawn \d{4}/);
    }
  });
});

describe("the generated tables", () => {
  for (const [path, text] of generatedFiles()) {
    it(`${path} is what the generator makes of the official lists`, () => {
      expect(read(path)).to.equal(text);
    });
  }
});

import canonicalize from "canonicalize";
import { expect } from "chai";
import { concat, keccak256, toUtf8Bytes } from "ethers";
import fc from "fast-check";
import { type Committable, canonicalJson, commitmentTo } from "../../protocol/commitment.ts";
import { writePlainJson } from "../../protocol/plain-json.ts";
import { isPlainText } from "../../protocol/text.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

const SALT = `0x${"5a".repeat(32)}`;

describe("canonicalJson", () => {
  it("sorts keys by UTF-16 code units, as RFC 8785's own example does", () => {
    // RFC 8785, section 3.2.3, whose numbers are left out: details hold none.
    const example = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "1": "One",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
    };
    const { "\r": _, "\u0080": __, "\ufb33": ___, ...plain } = example;
    expect(canonicalJson(plain)).to.equal(
      '{"1":"One","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face"}',
    );
  });

  it("does not depend on the order in which keys were written", () => {
    const pairs = fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[A-Za-z0-9 ]{0,12}$/)),
      { selector: ([key]) => key, minLength: 1 },
    );
    fc.assert(
      fc.property(pairs, (entries) => {
        const reversed = Object.fromEntries([...entries].reverse());
        expect(canonicalJson(Object.fromEntries(entries))).to.equal(canonicalJson(reversed));
      }),
    );
  });

  it("writes whatever it takes as a general library does", () => {
    const text = fc.string({ unit: "grapheme" }).map((given) => given.normalize("NFC"));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        text,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(fc.oneof(text, fc.nat(20).map(String)), tie("tree"), { maxKeys: 30 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const isRefused = /[\p{Cc}\p{Cf}]/u.test(JSON.stringify(value));
        const written = () => canonicalJson(value as Committable);
        if (isRefused) expect(written).to.throw();
        else expect(written()).to.equal(canonicalize(value));
      }),
    );
  });

  /** Text that could be read differently, or a key that an object moves to another place. */
  function needsACloserLook(value: unknown): boolean {
    if (typeof value === "string") return !isPlainText(value);
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(
      ([key, inner]) =>
        (!Array.isArray(value) && /^\d|^__proto__$/.test(key)) ||
        !isPlainText(key) ||
        needsACloserLook(inner),
    );
  }

  it("has no key moved that an object would move", () => {
    const own = JSON.parse('{"b":"1","10":"2","9":"3","__proto__":"4"}');
    expect(canonicalJson(own)).to.equal('{"10":"2","9":"3","__proto__":"4","b":"1"}');
  });

  it("is written with numbers as texts where two requests are told apart, and with nothing else changed", () => {
    const asTexts = (value: unknown): Committable =>
      JSON.parse(
        JSON.stringify(value, (_, inner) => (typeof inner === "number" ? `${inner}` : inner)),
      );
    const body = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(body, (value) => {
        const written = writePlainJson(value, "as-text");
        if (written !== undefined) expect(written).to.equal(canonicalize(asTexts(value)));
        else expect(needsACloserLook(value), JSON.stringify(value)).to.equal(true);
      }),
    );
  });

  it("refuses numbers, which two languages write differently", () => {
    expectProtocolError(() => canonicalJson({ amount: 1 } as never), "commitment");
    expectProtocolError(() => canonicalJson({ deep: [{ amount: 0.1 }] } as never), "commitment");
  });

  it("refuses text that two parties could read differently, wherever it stands", () => {
    for (const text of ["Jose\u0301", "a\u200bb", "a\u202eb", "a\u0000b", "\ud800", "\ufeffa"]) {
      expectProtocolError(() => canonicalJson({ name: text }), "invalid-string");
      expectProtocolError(() => canonicalJson({ [text]: "value" }), "invalid-string");
    }
  });

  it("takes names in any script", () => {
    for (const name of ["María Peñaflor", "陳大文", "Нгуен", "محمد", "สมชาย", "ひろし"]) {
      expect(canonicalJson({ name })).to.equal(`{"name":"${name}"}`);
    }
  });
});

describe("commitmentTo", () => {
  it("is the salted hash of the hash of the canonical details", () => {
    const inner = keccak256(toUtf8Bytes('{"a":"1","b":"2"}'));
    expect(commitmentTo({ b: "2", a: "1" }, SALT)).to.equal(keccak256(concat([SALT, inner])));
  });

  it("differs for every salt, so that the same details twice cannot be linked", () => {
    const other = `0x${"5b".repeat(32)}`;
    expect(commitmentTo({ a: "1" }, SALT)).not.to.equal(commitmentTo({ a: "1" }, other));
  });

  it("refuses salts that are not 32 bytes", () => {
    for (const salt of ["0x", `0x${"00".repeat(31)}`, `0x${"00".repeat(33)}`, "salt"]) {
      expectProtocolError(() => commitmentTo({ a: "1" }, salt), "commitment");
    }
  });
});

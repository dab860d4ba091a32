import { expect } from "chai";
import fc from "fast-check";
import {
  type AuditLink,
  assertAuditChain,
  auditDigest,
  auditHash,
  decodeAnchor,
  encodeAnchor,
  FIRST_AUDIT_HASH,
} from "../../protocol/audit.ts";

const START: AuditLink = { seq: 0n, digest: "", hash: FIRST_AUDIT_HASH };

function chainOf(texts: readonly string[]): AuditLink[] {
  let { hash } = START;
  return texts.map((text, index) => {
    const digest = auditDigest(text);
    hash = auditHash(hash, digest);
    return { seq: BigInt(index + 1), digest, hash };
  });
}

describe("an audit log", () => {
  const logs = fc.array(fc.string({ minLength: 1 }), { minLength: 3, maxLength: 40 });

  it("holds as it was written, and from any entry on", () => {
    fc.assert(
      fc.property(logs, fc.nat(), (texts, cut) => {
        const links = chainOf(texts);
        assertAuditChain(START, links);
        const at = cut % links.length;
        const [from = START] = links.slice(at);
        assertAuditChain(from, links.slice(at + 1));
      }),
    );
  });

  it("does not hold with an entry changed, left out, repeated or moved", () => {
    fc.assert(
      fc.property(logs, fc.nat(), (texts, place) => {
        const links = chainOf(texts);
        const at = place % (links.length - 1);
        const [one, two] = [links[at] ?? START, links[at + 1] ?? START];
        const spoilt = [
          links.with(at, { ...one, digest: auditDigest("another text") }),
          links.toSpliced(at, 1),
          links.toSpliced(at, 0, one),
          links.with(at, two).with(at + 1, one),
        ];
        for (const each of spoilt) expect(() => assertAuditChain(START, each)).to.throw(/follow/);
      }),
    );
  });

  it("is anchored in data that only an anchor reads as", () => {
    const hash = auditDigest("head");
    expect(decodeAnchor(encodeAnchor({ seq: 2n ** 63n, hash }))).to.deep.equal({
      seq: 2n ** 63n,
      hash,
    });
    for (const data of ["0x", `0x${hash}`, `${encodeAnchor({ seq: 1n, hash })}00`]) {
      expect(decodeAnchor(data)).to.equal(undefined);
    }
  });
});

import { expect } from "chai";
import { getBytes, hexlify, SigningKey, toBeHex, Wallet } from "ethers";
import fc from "fast-check";
import { localSigner, recoverSigner, signDigest } from "../../protocol/signature.ts";

const KEY = `0x${"42".repeat(32)}`;
const ADDRESS = new Wallet(KEY).address;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const DIGEST = `0x${"01".repeat(32)}`;

/** The malleable twin of a signature: s mirrored, v flipped. */
function mirrored(signature: string): string {
  const bytes = getBytes(signature);
  const s = ORDER - BigInt(hexlify(bytes.slice(32, 64)));
  return `${hexlify(bytes.slice(0, 32))}${toBeHex(s, 32).slice(2)}${bytes[64] === 27 ? "1c" : "1b"}`;
}

describe("recoverSigner", () => {
  it("finds the key that signed any digest, and agrees with another library", () => {
    const digests = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hexlify(bytes));
    fc.assert(
      fc.property(digests, (digest) => {
        const signature = signDigest(getBytes(KEY), digest);
        expect(signature).to.equal(new SigningKey(KEY).sign(digest).serialized);
        expect(recoverSigner(digest, signature)).to.equal(ADDRESS.toLowerCase());
      }),
      { numRuns: 200 },
    );
  });

  it("takes no malleable twin, no other length, no other v and no zeros", async () => {
    const signature = await localSigner(KEY).signDigest(DIGEST);
    const refused = [
      mirrored(signature),
      signature.slice(0, -2),
      `${signature}00`,
      `${signature.slice(0, -2)}00`,
      `${signature.slice(0, -2)}1d`,
      `0x${"00".repeat(64)}1b`,
      `0x${"ff".repeat(64)}1b`,
      "0x",
      "signature",
    ];
    for (const bad of refused) expect(recoverSigner(DIGEST, bad), bad).to.equal(undefined);
  });

  it("finds another key for another digest", async () => {
    const signature = await localSigner(KEY).signDigest(DIGEST);
    expect(recoverSigner(`0x${"02".repeat(32)}`, signature)).not.to.equal(ADDRESS.toLowerCase());
  });
});

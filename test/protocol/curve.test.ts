import { expect } from "chai";
import { getBytes, hexlify } from "ethers";
import fc from "fast-check";
import { type Curve, curve, useCurve, webAssemblyCurve } from "../../protocol/curve.ts";
import { recoverSigner, signDigest } from "../../protocol/signature.ts";
import { useCompiledCurve } from "../../server/foundation/process/use-compiled-curve.ts";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Private keys: what is below 2^255 and not zero is a key. */
const keys = bytes32.map((bytes) => Uint8Array.of(1, ...bytes.subarray(1)));
const signatures = fc.uint8Array({ minLength: 64, maxLength: 64 });

/** What recovering answers; throwing and null are both a refusal. */
function recovered(by: Curve, digest: Uint8Array, signature: Uint8Array, id: 0 | 1) {
  try {
    const key = by.recover(digest, signature, id);
    return key ? hexlify(key) : "none";
  } catch {
    return "none";
  }
}

/** The platforms that the package brings a library for. */
const BROUGHT = ["linux-x64", "darwin-arm64", "win32-x64"];

describe("the compiled curve", () => {
  const usual = curve();
  let compiled: Curve;

  before(() => {
    useCurve(webAssemblyCurve);
    useCompiledCurve();
    compiled = curve();
  });
  after(() => useCurve(usual));

  it("is used where npm brings it, and nowhere else", () => {
    const brought = BROUGHT.includes(`${process.platform}-${process.arch}`);
    expect(compiled !== webAssemblyCurve).to.equal(brought);
  });

  it("signs any digest as the other one does, and finds whose signature it is", () => {
    fc.assert(
      fc.property(keys, bytes32, (key, digest) => {
        useCurve(webAssemblyCurve);
        const signature = signDigest(key, hexlify(digest));
        const signer = recoverSigner(hexlify(digest), signature);
        useCurve(compiled);
        expect(signDigest(key, hexlify(digest))).to.equal(signature);
        expect(recoverSigner(hexlify(digest), signature))
          .to.equal(signer)
          .and.to.be.a("string");
      }),
      { numRuns: 200 },
    );
  });

  it("refuses whatever bytes the other one refuses", () => {
    const ids = fc.constantFrom(0 as const, 1 as const);
    fc.assert(
      fc.property(bytes32, signatures, ids, (digest, signature, id) => {
        const answer = recovered(compiled, digest, signature, id);
        expect(answer).to.equal(recovered(webAssemblyCurve, digest, signature, id));
      }),
      { numRuns: 500 },
    );
    for (const r of ["00".repeat(32), "ff".repeat(32)]) {
      const signature = getBytes(`0x${r}${"00".repeat(31)}01`);
      expect(recovered(compiled, getBytes(`0x${"01".repeat(32)}`), signature, 0)).to.equal("none");
    }
  });
});

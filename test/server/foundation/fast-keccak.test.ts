import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { hexlify, keccak256 } from "ethers";
import fc from "fast-check";
import { useFastKeccak } from "../../../server/foundation/chain/fast-keccak.ts";

describe("hashing in WebAssembly", () => {
  it("gives the bytes that the plain implementation gives, for any input", async () => {
    const plain = keccak256("0x");
    await useFastKeccak();
    expect(keccak256("0x")).to.equal(plain);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(keccak256(bytes)).to.equal(hexlify(keccak_256(bytes)));
      }),
    );
  });
});

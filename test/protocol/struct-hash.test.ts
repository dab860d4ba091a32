import { expect } from "chai";
import { getAddress, hexlify, TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { type Deployment, domainOf, MESSAGE_TYPES, quoteHashOf } from "../../protocol/messages.ts";
import { structHasher } from "../../protocol/struct-hash.ts";

const hex = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => hexlify(bytes));
const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const address = hex(20).map((text) => getAddress(text));

/** Any value of a Solidity type, as our messages hold it. */
function anyOf(type: string): fc.Arbitrary<unknown> {
  if (type === "address") return address;
  if (type === "uint16") return uint(16).map(Number);
  if (type.startsWith("uint")) return uint(Number(type.slice(4)));
  return hex(Number(type.slice(5)));
}

const deployments = fc.record({ chainId: uint(40), corridor: address as fc.Arbitrary<never> });

describe("a message's digest, written word by word", () => {
  for (const [name, fields] of Object.entries(MESSAGE_TYPES)) {
    it(`is the general encoder's, for any ${name}`, () => {
      const members = fields.map((field) => [field.name, anyOf(field.type)] as const);
      const messages = fc.record(Object.fromEntries(members));
      const digest = structHasher(name, fields);
      fc.assert(
        fc.property(deployments, messages, (deployment: Deployment, message) => {
          const domain = domainOf(deployment);
          const ours = digest(TypedDataEncoder.hashDomain(domain), message);
          expect(ours).to.equal(TypedDataEncoder.hash(domain, { [name]: fields }, message));
        }),
        { numRuns: 200 },
      );
    });
  }

  it("is refused for a number that is too large or negative, and for bytes of another size", () => {
    const digest = structHasher("Return", MESSAGE_TYPES.Return);
    const domain = `0x${"00".repeat(32)}`;
    const good = { batchId: `0x${"11".repeat(32)}`, index: 65_535, reason: "0x41433034" };
    expect(digest(domain, good)).to.match(/^0x[0-9a-f]{64}$/);
    const wrong = [
      { index: 65_536 },
      { index: -1 },
      { batchId: `0x${"11".repeat(31)}` },
      { batchId: `0x${"1g".repeat(32)}` },
      { reason: "0x4143303400" },
      { reason: 7 },
    ];
    for (const part of wrong) {
      expect(() => digest(domain, { ...good, ...part }), JSON.stringify(part)).to.throw(RangeError);
    }
  });

  it("is not made of a message that lacks a member, nor of a type with members of no fixed size", () => {
    const deployment = { chainId: 1n, corridor: `0x${"22".repeat(20)}` } as Deployment;
    expect(() => quoteHashOf(deployment, {} as never)).to.throw();
    expect(() => structHasher("Note", [{ name: "text", type: "string" }])).to.throw(TypeError);
  });
});

import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Interface } from "ethers";
import { corridorAbi, depositAbi, relayAbi } from "../../protocol/contract-abi.ts";

function compiled(contract: string): Interface {
  const path = `../../artifacts/contracts/${contract}.sol/${contract}.json`;
  return new Interface(JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")).abi);
}

describe("the contracts' interface, as services and wallets carry it", () => {
  const pairs = [
    ["Corridor", corridorAbi],
    ["Relay", relayAbi],
    ["TokenisedDeposit", depositAbi],
  ] as const;
  for (const [contract, carried] of pairs) {
    it(`says what ${contract} was compiled to, line by line`, () => {
      const real = compiled(contract);
      // Types of structs have names in the compiler's output only; the selectors are what is called.
      for (const fragment of carried.fragments) {
        const text = fragment.format("sighash");
        const found = real.fragments.find(
          (other) => other.type === fragment.type && other.format("sighash") === text,
        );
        expect(found, text).not.to.equal(undefined);
        if (fragment.type === "event") {
          const indexed = (f: typeof fragment) => f.inputs.map((input) => input.indexed ?? false);
          expect(indexed(found!), text).to.deep.equal(indexed(fragment));
        }
      }
    });
  }
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import { dataLength } from "ethers";
import { analyseSources, sourcePaths } from "./analyse-sources.ts";
import { natspecGaps } from "./natspec-gaps.ts";

/** EIP-170's bound on a contract's code, and what is kept free below it. */
const MOST_BYTES = 24_576;
const SPARE_BYTES = 2_048;
const ROOT = new URL("../../", import.meta.url);
const require = createRequire(import.meta.url);
const solc = require("solc") as { compile(input: string): string };

const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const artifactOf = (name: string) =>
  JSON.parse(read(`artifacts/contracts/${name}.sol/${name}.json`));

describe("the contracts' sources", () => {
  it("document everything that is read or called from outside, parameters and returns included", () => {
    const gaps = Object.entries(analyseSources().trees).flatMap(([path, tree]) =>
      natspecGaps(path, tree),
    );
    expect(gaps).to.deep.equal([]);
  });

  it("are found wanting where documentation is missing", () => {
    const { trees } = analyseSources();
    const stripped = JSON.stringify(trees["contracts/Relay.sol"]).replaceAll("@param index", "");
    expect(natspecGaps("Relay", JSON.parse(stripped))).to.include(
      "Relay: CallFailed has no @param index",
    );
  });

  it("leave out overflow checks only below a comment that says why nothing overflows", () => {
    for (const path of sourcePaths()) {
      const lines = read(path).split("\n");
      for (const [number, line] of lines.entries()) {
        if (line.includes("unchecked {")) expect(lines[number - 1], path).to.match(/^\s*\/\/ \S/);
      }
    }
  });

  for (const name of ["Corridor", "Relay", "TokenisedDeposit"]) {
    it(`make ${name} small enough to be deployed`, () => {
      const size = dataLength(artifactOf(name).deployedBytecode);
      process.stdout.write(`    ${name}: ${size.toLocaleString("en")} bytes\n`);
      expect(size).to.be.at.most(MOST_BYTES - SPARE_BYTES);
    });
  }

  it("compile to the bytes that the build made, when they are compiled again", () => {
    const { buildInfoId, bytecode } = artifactOf("Relay");
    const { input } = JSON.parse(read(`artifacts/build-info/${buildInfoId}.json`));
    const path = "project/contracts/Relay.sol";
    expect(input.sources[path].content).to.equal(read("contracts/Relay.sol"));
    input.settings.outputSelection = { [path]: { Relay: ["evm.bytecode.object"] } };
    const output = JSON.parse(solc.compile(JSON.stringify(input)));
    expect(`0x${output.contracts[path].Relay.evm.bytecode.object}`).to.equal(bytecode);
  });
});

import { readFileSync } from "node:fs";
import { expect } from "chai";
import { analyseSources } from "./analyse-sources.ts";
import { storageTable } from "./storage-table.ts";

const page = readFileSync(new URL("../../docs/contracts.md", import.meta.url), "utf8");

describe("docs/contracts.md", () => {
  for (const contract of ["Corridor", "TokenisedDeposit"]) {
    it(`states the storage of ${contract} as the compiler lays it out`, () => {
      expect(page).to.include(storageTable(analyseSources(), contract));
    });
  }

  it("is right that Relay stores nothing", () => {
    expect(analyseSources().layoutOf("Relay").storage).to.deep.equal([]);
  });

  it("names, for each of the twelve invariants, tests that exist", () => {
    const rows = page.split("\n").filter((line) => /^\| \d+\. /.test(line));
    expect(rows).to.have.length(12);
    for (const row of rows) {
      const guards = [...row.matchAll(/`([\w/.-]+\.(?:test\.ts|t\.sol|tree))`: `([^`]+)`/g)];
      expect(guards, row).not.to.have.length(0);
      for (const [, file = "", title = ""] of guards) {
        expect(readFileSync(new URL(file, import.meta.url), "utf8"), row).to.include(title);
      }
    }
  });
});

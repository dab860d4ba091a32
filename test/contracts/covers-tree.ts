import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Suite } from "mocha";

/**
 * Holds a suite against the branching specification beside it: every branch of the tree is a test, and every test
 * is a branch of the tree.
 * @param suite What `describe` returned; its title is the tree's first line.
 * @param file Name of the `.tree` file in this folder.
 */
export function coversTree(suite: Suite, file: string): void {
  describe(`${suite.title}, by its tree`, () => {
    it("has one test for each branch, and no other", () => {
      const [title, ...lines] = readFileSync(new URL(file, import.meta.url), "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "");
      expect(suite.title).to.equal(title);
      expect(branchesOfSuite(suite).sort()).to.deep.equal(branchesOfTree(lines).sort());
    });
  });
}

function branchesOfSuite(suite: Suite): string[] {
  const own = suite.tests.map((test) => `it ${test.title}`);
  const nested = suite.suites.flatMap((child) =>
    branchesOfSuite(child).map((branch) => `${child.title} > ${branch}`),
  );
  return [...own, ...nested];
}

function branchesOfTree(lines: readonly string[]): string[] {
  const path: string[] = [];
  const branches: string[] = [];
  for (const line of lines) {
    const start = line.search(/[├└]/);
    const text = line.slice(start + 4);
    path.splice(start / 4, path.length, text);
    if (text.startsWith("it ")) branches.push(path.join(" > "));
  }
  return branches;
}

import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGE = join(ROOT, "generated/sdk");

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"));

describe("the SDK's package", () => {
  let packed: string[];
  before(function () {
    this.timeout(120_000);
    execFileSync(process.execPath, ["scripts/build-sdk.ts"], { cwd: ROOT });
    const told = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: PACKAGE });
    const [{ files }] = JSON.parse(told.toString());
    packed = files.map(({ path }: { path: string }) => path);
  });

  it("holds the SDK and the protocol, compiled and typed, and nothing of any server", () => {
    const folders = new Set(packed.map((path) => path.split("/").slice(0, 2).join("/")));
    expect([...folders].sort()).to.deep.equal([
      "LICENSE",
      "README.md",
      "dist/index.d.ts",
      "dist/index.js",
      "dist/protocol",
      "dist/sdk",
      "package.json",
    ]);
    for (const path of packed.filter((each) => each.endsWith(".js"))) {
      expect(packed, path).to.include(path.replace(/\.js$/, ".d.ts"));
    }
  });

  const compiled = () =>
    globSync("dist/**/*.js", { cwd: PACKAGE }).map((path) => {
      const text = readFileSync(join(PACKAGE, path), "utf8");
      const imported = [...text.matchAll(/(?:from|import) "([^"]+)"/g)].map(
        ([, name = ""]) => name,
      );
      return { path, text, imported, forNode: path.startsWith("dist/sdk/node/") };
    });

  it("imports what it depends on, and itself by whole names", () => {
    const { dependencies } = readJson(join(PACKAGE, "package.json"));
    const imported = compiled().flatMap((each) => each.imported);
    const own = imported.filter((name) => name.startsWith("."));
    expect(own.filter((name) => !name.endsWith(".js"))).to.deep.equal([]);
    const others = imported.filter((name) => !/^(\.|node:)/.test(name));
    const packages = others.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0]);
    expect([...new Set(packages)].sort()).to.deep.equal(Object.keys(dependencies).sort());
  });

  it("needs nothing of Node but for Node's own entry", () => {
    const everywhere = compiled().filter(({ forNode }) => !forNode);
    for (const { path, text, imported } of everywhere) {
      expect(
        imported.filter((name) => name.startsWith("node:")),
        path,
      ).to.deep.equal([]);
      expect(text, path).not.to.match(
        /\bBuffer\.|\bprocess\.(env|argv|on)\b|\brequire\(|__dirname/,
      );
    }
  });

  it("depends on the very versions that it is tested with here", () => {
    const { dependencies } = readJson(join(PACKAGE, "package.json"));
    const own = readJson(join(ROOT, "package.json")).dependencies;
    for (const [name, version] of Object.entries(dependencies)) {
      expect(own, name).to.include({ [name]: version });
    }
  });

  it("offers everything by one entry, without two things of one name", async () => {
    const offered = await import(join(PACKAGE, "dist/index.js"));
    expect(offered).to.include.keys([
      "createClient",
      "verifyWebhook",
      "verifyReceipt",
      "commitToPayment",
      "kmsSigner",
      "browserSigner",
      "createRequestKey",
      "verifyReservation",
      "signOutcome",
      "settleOnChain",
      "expireOnChain",
      "returnOnChain",
      "withdraw",
      "CorridorError",
    ]);
    const entry = readFileSync(join(PACKAGE, "dist/index.js"), "utf8");
    const seen = new Map<string, string>();
    for (const [, path = ""] of entry.matchAll(/from "([^"]+)"/g)) {
      for (const name of Object.keys(await import(join(PACKAGE, "dist", path)))) {
        expect(seen.get(name), `${name} of ${path}`).to.equal(undefined);
        seen.set(name, path);
      }
    }
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { CASES } from "../../scripts/conformance/run-cases.ts";
import { freePorts } from "../../server/local/free-ports.ts";
import { readPage, run, save, stepsOf } from "./follow-page.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("docs/quickstart-receiving.md, followed to the letter in an empty folder", function () {
  this.timeout(240_000);
  const directory = mkdtempSync(join(tmpdir(), "corridor-quickstart-"));
  const folder = join(directory, "my-receiving-wallet");
  after(() => rmSync(directory, { recursive: true, force: true }));

  it("ends with a wallet that passes every case of the conformance kit", async () => {
    const [port = 0] = await freePorts("127.0.0.1", 1);
    /** The page's folder and port are the reader's; the contracts have been compiled for all tests. */
    const here = (text: string) =>
      text
        .replaceAll("../my-receiving-wallet", folder)
        .replaceAll("7100", `${port}`)
        .replace(/^npm run conformance --/, "node scripts/conformance.ts");
    const began = performance.now();
    let output = "";
    for (const { kind, label, text } of stepsOf(readPage("quickstart-receiving.md"))) {
      if (kind === "save") save(folder, { kind, label, text: here(text) });
      else {
        const place = label === "checkout" ? ROOT : folder;
        for (const line of here(text).trim().split("\n")) output += await run(line, place);
      }
    }
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`      a conformant wallet ${seconds} s after the first step`);
    expect(output).to.include(`${CASES.length} of ${CASES.length} passed, 0 failed`);
    const xml = readFileSync(join(folder, "conformance.xml"), "utf8");
    expect(xml).to.include(`tests="${CASES.length}" failures="0" skipped="0"`);
  });

  it("shows every case of the kit in its table of what each is for", () => {
    const page = readPage("quickstart-receiving.md");
    const rows = page.slice(page.indexOf("| case |"), page.indexOf("## Going live"));
    for (const { name } of CASES.filter((each) => each.name !== "credit")) {
      expect(rows, name).to.include(name);
    }
  });
});

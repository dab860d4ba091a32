import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const IN = { cwd: ROOT };
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const PAGES = globSync(["*.md", "{docs,contracts,sdk,examples}/**/*.md"], IN).sort();
const CODE = globSync("{deployment,protocol,scripts,sdk,server}/**/*.ts", IN).map(read).join("\n");
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(read("package.json")).scripts;
/** Names that begin so are paths from the repository's root. */
const ROOTED =
  /^(config|contracts|data|deployment|docs|examples|protocol|scripts|sdk|server|test)\/\w/;
/** Environment variables have an underscore; what one word may mean is anybody's guess. */
const VARIABLE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

const withoutBlocks = (page: string) => read(page).replaceAll(/^```[\s\S]*?^```$/gm, "");
const quotedIn = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");
const headingsOf = (page: string) =>
  [...withoutBlocks(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading ?? "");

/** As GitHub names a heading's anchor. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
    .replaceAll(" ", "-");

/** Where a page's relative links lead: the file, and the heading in it. */
function linksOf(page: string) {
  const links = [...withoutBlocks(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to ?? "");
  return links
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [path = "", anchor] = to.split("#");
      return { to, file: path === "" ? page : normalize(join(dirname(page), path)), anchor };
    });
}

describe("the pages of the repository", () => {
  it("are found: the readme, the documents, and each part's own", () => {
    expect(PAGES).to.include.members(["README.md", "docs/runbook.md", "sdk/README.md"]);
    expect(PAGES.flatMap(linksOf)).to.have.length.above(60);
  });

  for (const page of PAGES) {
    it(`${page}: every link leads somewhere, and no heading stands twice`, () => {
      for (const { to, file, anchor } of linksOf(page)) {
        expect(existsSync(join(ROOT, file)), to).to.equal(true);
        if (anchor === undefined || !file.endsWith(".md")) continue;
        expect(headingsOf(file).map(anchorOf), to).to.include(anchor);
      }
      const headings = headingsOf(page);
      expect(headings).to.deep.equal([...new Set(headings)]);
    });

    it(`${page}: every command, path and environment variable that it names is there`, () => {
      for (const [, name = ""] of read(page).matchAll(/\bnpm run (?:--?[\w-]+ )*([\w:-]+)/g)) {
        expect(SCRIPTS, name).to.have.property(name);
      }
      for (const name of quotedIn(withoutBlocks(page))) {
        const path = name.replace(/ .*$/, "").replace(/\/$/, "");
        if (ROOTED.test(path)) {
          expect(globSync([path, `${path}.test.ts`], IN), path).not.to.have.length(0);
        }
        if (VARIABLE.test(name)) expect(CODE, name).to.match(new RegExp(`\\b${name}\\b`));
      }
    });
  }

  it("have a section where each alarm says that there is one", () => {
    const rules = read("docs/operations/alerts.yml");
    const named = [...rules.matchAll(/runbook: (\S+)#(\S+)/g)];
    expect(named).to.have.lengthOf(rules.match(/- alert:/g)?.length ?? 0);
    for (const [, page = "", anchor] of named) {
      expect(headingsOf(page).map(anchorOf), anchor).to.include(anchor);
    }
  });

  it("name for each fault a test that there is", () => {
    const tests = globSync("test/**/*.test.ts", IN);
    const rows = read("docs/faults.md")
      .split("\n")
      .filter((line) => line.startsWith("| "));
    const shown = rows.flatMap((row) => quotedIn(row.split("|").at(-2) ?? ""));
    const named = shown.filter((name) => !name.startsWith("npm "));
    expect(named).to.have.length.above(40);
    for (const name of named) {
      expect(
        tests.some((file) => `/${file}`.endsWith(`/${name}.test.ts`)),
        name,
      ).to.equal(true);
    }
  });
});

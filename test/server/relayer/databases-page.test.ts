import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import pg from "pg";
import { operatorSettings, withMemory } from "../../fixtures/operator-settings.ts";
import { startPostgres } from "../../fixtures/postgres.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, "utf8");
const PAGE = read("docs/operations/databases.md");
const CODE = globSync("server/relayer/store/**/*.{ts,sql}", { cwd: ROOT })
  .map((path) => read(path).toLowerCase())
  // What is only written about is not used.
  .map((text) => text.replace(/^\s*(--|\*|\/\*\*|\/\/).*$/gm, ""))
  .join("\n")
  .replaceAll(/\s+/g, " ");

const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? "");

describe("what a relayer needs of its database (docs/operations/databases.md)", () => {
  const [used = ""] = /^\| used \|[\s\S]*?\n\n/m.exec(PAGE) ?? [];
  const rows = used.split("\n").filter((line) => line.startsWith("| `"));

  it("is used by the store: each row of the table", () => {
    expect(rows).to.have.length.above(10);
    for (const row of rows) {
      const [feature = ""] = quoted(row.split("|")[1] ?? "");
      expect(CODE.includes(feature), feature).to.equal(true);
    }
  });

  it("is no more than that: nothing of what the page calls not used", () => {
    const [unused = ""] = /^Not used: .*$/m.exec(PAGE) ?? [];
    const words = quoted(unused);
    expect(words).to.have.length.above(5);
    for (const word of words) expect(CODE, word).not.to.match(new RegExp(`\\b${word}\\b`));
  });

  it("starts with the settings of postgresql.conf", async () => {
    const settings = operatorSettings();
    await using server = await startPostgres({ settings: withMemory(settings, "64MB") });
    const client = new pg.Client({ connectionString: await server.newDatabase() });
    await client.connect();
    try {
      for (const line of settings) {
        const [name = "", value = ""] = line.split(" = ");
        const { rows: found } = await client.query(
          "select current_setting($1) as value, source from pg_settings where name = $1",
          [name],
        );
        expect(found, name).to.have.lengthOf(1);
        // A server that somebody else runs keeps its own settings; it knows the names all the same.
        if (server.pid === undefined) continue;
        expect(found[0].source, name).to.equal("command line");
        if (name !== "shared_buffers") expect(found[0].value, name).to.equal(value);
      }
    } finally {
      await client.end();
    }
  });
});

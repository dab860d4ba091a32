/** `npm run build:pages`: the pages' scripts, from server/…/browser/*.ts into generated/pages; nothing when they are up to date. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { hashFiles, makeOnce } from "./build/make-once.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Each file directly in a `browser` folder is a script that a page loads; what they have in common is in folders below. */
const ENTRIES = globSync("server/**/browser/*.ts", { cwd: ROOT }).sort();
const SOURCES = [
  "server/**/browser/**/*.ts",
  "sdk/**/*.ts",
  "protocol/**/*.ts",
  "scripts/build-pages.ts",
  "scripts/build/pure-secp256k1.ts",
  "package-lock.json",
];

await makeOnce(
  join(ROOT, "generated/pages"),
  hashFiles(ROOT, globSync(SOURCES, { cwd: ROOT })),
  async (made) => {
    await build({
      entryPoints: ENTRIES.map((file) => join(ROOT, file)),
      outbase: join(ROOT, "server"),
      outdir: made,
      bundle: true,
      alias: { "tiny-secp256k1": join(ROOT, "scripts/build/pure-secp256k1.ts") },
      minify: true,
      platform: "browser",
      format: "esm",
      target: "es2023",
      legalComments: "none",
      logLevel: "error",
    });
  },
);

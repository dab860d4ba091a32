/** `npm run reproduce`: builds the contracts twice, each in an empty folder of its own, and compares every byte. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../", import.meta.url).pathname;
const NEEDED = ["contracts", "hardhat.config.ts", "package.json"];

/** Bytecodes by contract of a build from nothing. */
function buildCleanly(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "build-"));
  try {
    for (const name of NEEDED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const hardhat = join(ROOT, "node_modules/.bin/hardhat");
    const build = spawnSync(hardhat, ["build", "--no-tests", "--quiet"], { cwd: folder });
    if (build.status !== 0) throw new Error(`${build.stdout}${build.stderr}`);
    return bytecodesIn(join(folder, "artifacts"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function bytecodesIn(artifacts: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of readdirSync(artifacts, { recursive: true, encoding: "utf8" }).sort()) {
    if (!/\.sol\/\w+\.json$/.test(path)) continue;
    const { bytecode, deployedBytecode } = JSON.parse(readFileSync(join(artifacts, path), "utf8"));
    if (bytecode !== "0x") found.set(path, `${bytecode} ${deployedBytecode}`);
  }
  return found;
}

const [first, second] = [buildCleanly(), buildCleanly()];
const different = [...first].filter(([path, code]) => second.get(path) !== code);
for (const [path] of different) console.log(`different: ${path}`);
const same = first.size - different.length;
console.log(`${same} of ${first.size} contracts equal, byte for byte, in two clean builds`);
process.exitCode = different.length === 0 && first.size > 0 ? 0 : 1;

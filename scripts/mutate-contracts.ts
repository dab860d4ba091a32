import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileQuickly } from "./mutants/compile-quickly.ts";

/**
 * Breaks the contracts in one place at a time and demands that the test named beside each break fails. Takes two
 * optional words: what the mutants' file must contain in its name, and how many of its mutants to leave out.
 */
interface Mutant {
  replace: string;
  with: string;
  /** File in test/contracts, and the part of the test's title, that must fail. */
  test?: string;
  title?: string;
  /** Why no test can fail. */
  equivalent?: string;
}

interface MutantFile {
  file: string;
  mutants: readonly Mutant[];
}

type Verdict = "killed" | "survived" | "equivalent" | "not compiled" | "test not found";

const ROOT = new URL("../", import.meta.url).pathname;
const COPIED = [
  "artifacts",
  "contracts",
  "deployment",
  "protocol",
  "test",
  ".mocharc.json",
  "hardhat.config.ts",
  "package.json",
];
/** What is compiled again after a change of a file; the corridor unless stated. */
const COMPILED: Readonly<Record<string, string>> = {
  "contracts/Relay.sol": "Relay",
  "contracts/TokenisedDeposit.sol": "TokenisedDeposit",
};

function makeCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "mutants-"));
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Runs the named tests and counts them; failing hooks count as failing tests. */
function runTests(
  folder: string,
  { test = "", title = "" }: Mutant,
): { ran: number; failed: number } {
  const values = ["--exit", `test/contracts/${test}.test.ts`, "--fgrep", title];
  const mocha = join(ROOT, "node_modules/mocha/bin/mocha.js");
  const { stdout } = spawnSync(process.execPath, [mocha, ...values], {
    cwd: folder,
    encoding: "utf8",
  });
  const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed/m.exec(stdout) ?? [];
  return { ran: Number(passed) + Number(failed), failed: Number(failed) };
}

function judge(folder: string, file: string, mutant: Mutant): Verdict {
  const path = join(folder, file);
  const original = readFileSync(path, "utf8");
  if (original.split(mutant.replace).length !== 2)
    throw new Error(`Not once in ${file}: ${mutant.replace}`);
  if (mutant.equivalent !== undefined) return "equivalent";
  writeFileSync(
    path,
    original.replace(mutant.replace, () => mutant.with),
  );
  const compiled = compileQuickly(folder, COMPILED[file] ?? "Corridor");
  writeFileSync(path, original);
  if (!compiled) return "not compiled";
  const { ran, failed } = runTests(folder, mutant);
  if (ran === 0) return "test not found";
  return failed > 0 ? "killed" : "survived";
}

/** The tests must pass on the contracts as they are: otherwise their failing would say nothing. */
function checkTests(folder: string, { file, mutants }: MutantFile): void {
  if (!compileQuickly(folder, COMPILED[file] ?? "Corridor"))
    throw new Error(`${file} does not compile.`);
  for (const test of new Set(mutants.flatMap((mutant) => mutant.test ?? []))) {
    if (runTests(folder, { replace: "", with: "", test }).failed > 0) {
      throw new Error(`${test} fails without any mutant.`);
    }
  }
}

const wanted = process.argv[2] ?? "";
const data = new URL("mutants/", import.meta.url);
const counts = new Map<Verdict, number>();
const folder = makeCopy();
try {
  for (const name of readdirSync(data).filter(
    (it) => it.endsWith(".json") && it.includes(wanted),
  )) {
    const set = JSON.parse(readFileSync(new URL(name, data), "utf8")) as MutantFile;
    checkTests(folder, set);
    for (const mutant of set.mutants.slice(Number(process.argv[3] ?? 0))) {
      const verdict = judge(folder, set.file, mutant);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      const change = `${mutant.replace.trim().replaceAll(/\s+/g, " ")} -> ${mutant.with.trim() || "(nothing)"}`;
      const by = mutant.equivalent ?? `${mutant.test}: ${mutant.title}`;
      console.log(
        `${verdict.padEnd(12)} ${set.file.slice(10)} | ${change.replaceAll(/\s+/g, " ")} | ${by}`,
      );
    }
    // The next file's mutants start from the contract as it is.
    compileQuickly(folder, COMPILED[set.file] ?? "Corridor");
  }
} finally {
  rmSync(folder, { recursive: true });
}
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
const good = (counts.get("killed") ?? 0) + (counts.get("equivalent") ?? 0);
console.log(
  `${counts.get("killed") ?? 0} killed, ${counts.get("equivalent") ?? 0} equivalent, of ${total}`,
);
// Nothing tried is nothing shown: a name that no file has is no success.
process.exitCode = total > 0 && good === total ? 0 : 1;

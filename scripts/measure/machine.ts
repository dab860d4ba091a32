import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** The machine and versions that a figure is of. */
export function describeMachine() {
  const lock = JSON.parse(
    readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
  );
  const versionOf = (name: string): string => lock.packages[`node_modules/${name}`]?.version ?? "?";
  return {
    processors: cpus().length,
    model: cpus()[0]?.model ?? "?",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    hardhat: versionOf("hardhat"),
    pglite: versionOf("@electric-sql/pglite"),
  };
}

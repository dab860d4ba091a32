import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const solc = require("solc") as { compile(input: string, callbacks: object): string };

/** Shortest sequence that fits the stack: compiles in half the time, and nobody measures gas here. */
const OPTIMIZER_STEPS = "dhfoDgvulfnTUtnIf:";

const readIn = (folder: string) => (path: string) => {
  const at = path.startsWith("@") ? join(folder, "node_modules", path) : join(folder, path);
  return { contents: readFileSync(at, "utf8") };
};

/** Compiles one contract of the copy into its artifact; false if it does not compile. */
export function compileQuickly(folder: string, name: string): boolean {
  const source = `contracts/${name}.sol`;
  const read = readIn(folder);
  const input = {
    language: "Solidity",
    sources: { [source]: { content: read(source).contents } },
    settings: {
      viaIR: true,
      evmVersion: "cancun",
      optimizer: {
        enabled: true,
        details: { yul: true, yulDetails: { optimizerSteps: OPTIMIZER_STEPS } },
      },
      outputSelection: {
        [source]: { [name]: ["evm.bytecode.object", "evm.deployedBytecode.object"] },
      },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const code = output.contracts?.[source]?.[name]?.evm;
  if (!code?.bytecode.object) return false;
  const path = join(folder, "artifacts", source, `${name}.json`);
  const artifact = JSON.parse(readFileSync(path, "utf8"));
  artifact.bytecode = `0x${code.bytecode.object}`;
  artifact.deployedBytecode = `0x${code.deployedBytecode.object}`;
  writeFileSync(path, JSON.stringify(artifact));
  return true;
}

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const solc = require("solc") as { compile(input: string, callbacks: object): string };
const ROOT = new URL("../../", import.meta.url);

/** What this file reads of the compiler's syntax tree. */
export interface SyntaxNode {
  nodeType: string;
  name?: string;
  kind?: string;
  visibility?: string;
  stateVariable?: boolean;
  documentation?: { text: string } | null;
  nodes?: readonly SyntaxNode[];
  members?: readonly SyntaxNode[];
  parameters?: { parameters: readonly SyntaxNode[] };
  returnParameters?: { parameters: readonly SyntaxNode[] };
}

interface StorageSlot {
  label: string;
  slot: string;
  offset: number;
  type: string;
}

interface StorageTypes {
  [type: string]: { label: string; members?: readonly StorageSlot[] };
}

export interface Analysis {
  /** Syntax trees by path, of the product's contracts alone. */
  trees: Readonly<Record<string, SyntaxNode>>;
  layoutOf(contract: string): { storage: readonly StorageSlot[]; types: StorageTypes };
}

const readIn = (path: string) => ({
  contents: readFileSync(
    new URL(path.startsWith("@") ? `node_modules/${path}` : path, ROOT),
    "utf8",
  ),
});

/** The product's sources: all but what serves tests alone. */
export function sourcePaths(): string[] {
  return readdirSync(new URL("contracts/", ROOT), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sol") && !path.startsWith("test"))
    .map((path) => `contracts/${path}`)
    .sort();
}

let analysed: Analysis | undefined;

/** What the compiler read in all contracts, without generating code; once in a process. */
export function analyseSources(): Analysis {
  analysed ??= analyse();
  return analysed;
}

function analyse(): Analysis {
  const paths = sourcePaths();
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(paths.map((path) => [path, { content: readIn(path).contents }])),
    settings: {
      evmVersion: "cancun",
      outputSelection: { "*": { "": ["ast"], "*": ["storageLayout"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readIn }));
  return {
    trees: Object.fromEntries(paths.map((path) => [path, output.sources[path].ast])),
    layoutOf: (contract) => output.contracts[`contracts/${contract}.sol`][contract].storageLayout,
  };
}

import { readFileSync } from "node:fs";
import type { InterfaceAbi } from "ethers";

/** What the compiler wrote about one contract. */
export interface ContractArtifact {
  abi: InterfaceAbi;
  bytecode: string;
}

const ARTIFACTS = new URL("../artifacts/", import.meta.url);

/** Where the compiler puts each contract this repository deploys. */
const ARTIFACT_PATHS = {
  AccessManager: "@openzeppelin/contracts/access/manager/AccessManager.sol/AccessManager.json",
  Corridor: "contracts/Corridor.sol/Corridor.json",
  Relay: "contracts/Relay.sol/Relay.json",
  TokenisedDeposit: "contracts/TokenisedDeposit.sol/TokenisedDeposit.json",
} as const;

export type ContractName = keyof typeof ARTIFACT_PATHS;

/**
 * Reads a contract's ABI and bytecode from the build.
 * @param folder The compiler's output, this repository's unless stated.
 * @throws Error that names the remedy when the contracts have not been built.
 */
export function loadArtifact(name: ContractName, folder: URL = ARTIFACTS): ContractArtifact {
  const file = new URL(ARTIFACT_PATHS[name], folder);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`The contract ${name} is not built: run \`npm run build\`.`, { cause });
  }
  const { abi, bytecode } = JSON.parse(text) as ContractArtifact;
  return { abi, bytecode };
}

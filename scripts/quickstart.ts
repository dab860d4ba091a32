/** `npm run quickstart -- FOLDER`: everything that a wallet's engineer needs beside a running corridor, in a folder. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { encryptKeystoreJsonSync } from "ethers";
import { RECIPIENT } from "../server/local/first-transfer.ts";
import { participantKeys } from "../server/local/keys.ts";
import { WalletAppProblem } from "../server/local/wallet-app.ts";
import { type FoundCorridor, findCorridor } from "./send/find-corridor.ts";
import { readOptions, refuse } from "./terminal/read-options.ts";

const USAGE = `npm run quickstart -- FOLDER [options]

Puts the SDK's package and the sending wallet's configuration for the corridor that runs here into a folder:

  corridor-sdk-0.1.0.tgz   the SDK, to be installed with npm
  corridor.json            what the wallet pins: addresses, network, corridors
  signer.keystore.json     the wallet's signer, encrypted
  .env                     its password, and the key that signs requests

  --directory .corridor    where the corridor's data is`;

const { values, positionals } = readOptions(
  USAGE,
  { directory: { type: "string", default: ".corridor" } },
  true,
);

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Far cheaper to open than a keystore should be: its key is a published development key. */
const SCRYPT = { N: 1 << 12 };
const PARTIES = 12;

/** The development key that signs for an account of the local corridor. */
function signerOf(account: string | undefined) {
  const keys = Array.from({ length: PARTIES }, (_, position) => participantKeys(position));
  const own = keys.find((each) => each.account.address === account);
  if (!own) throw new Error("only a local corridor's keys are known here");
  return own.signer;
}

function packSdk(folder: string): void {
  const run = (command: string, args: readonly string[], cwd: string) =>
    execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  run(process.execPath, [join(ROOT, "scripts/build-sdk.ts")], ROOT);
  run("npm", ["pack", "--silent", "--pack-destination", folder], join(ROOT, "generated/sdk"));
}

/** The recipient of the page's examples has an account at the receiving wallet. */
async function openRecipient({ receiving }: FoundCorridor): Promise<void> {
  await receiving.openAccount(RECIPIENT).catch((error: unknown) => {
    if (!(error instanceof WalletAppProblem)) throw error;
  });
}

async function prepare(folder: string, directory: string): Promise<void> {
  const found = await findCorridor(directory);
  const { corridor, network, addresses } = found;
  const readJson = (name: string) => JSON.parse(readFileSync(join(directory, name), "utf8"));
  const password = randomBytes(12).toString("base64url");
  const signer = signerOf(network.accounts[corridor.payer]);
  const pinned = {
    participant: corridor.payer,
    relayerUrl: addresses.relayerUrl,
    rpcUrl: addresses.rpcUrl,
    network: readJson("network.json"),
    corridors: readJson("corridors.json"),
  };
  const variables = {
    CORRIDOR_KEYSTORE_FILE: "signer.keystore.json",
    CORRIDOR_KEYSTORE_PASSWORD: password,
    CORRIDOR_REQUEST_KEY: JSON.stringify(readJson("kept.json").requestKeys[corridor.payer]),
  };
  await openRecipient(found);
  mkdirSync(folder, { recursive: true });
  packSdk(folder);
  const write = (name: string, text: string) =>
    writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600 });
  write("corridor.json", JSON.stringify(pinned, null, 2));
  write("signer.keystore.json", encryptKeystoreJsonSync(signer, password, { scrypt: SCRYPT }));
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
  write(".env", lines.join("\n"));
  console.log(`ready in ${folder}: go on there with docs/quickstart-sending.md, step 2`);
}

try {
  const [folder] = positionals;
  if (folder === undefined) refuse("a folder is needed", USAGE);
  await prepare(resolve(folder), values.directory);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

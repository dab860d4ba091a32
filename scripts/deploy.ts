/** `npm run deploy`: a corridor from one configuration file, once, read back from the chain. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { JsonRpcProvider, NonceManager } from "ethers";
import { deployOnce } from "../deployment/deploy-once.ts";
import { openExternalSigner } from "../deployment/external-signer.ts";
import { openDeployer } from "../deployment/open-deployer.ts";
import { readPlan } from "../deployment/read-plan.ts";
import { readOptions, refuse } from "./terminal/read-options.ts";

const USAGE = `npm run deploy -- --config FILE --rpc URL [--keystore FILE | --signer URL [--from ADDRESS]]
  [--out FOLDER]

Deploys a corridor from one configuration file, reads it back from the chain and stores the addresses in
FOLDER/<chain id>.json (deployments/ unless stated). Run again, it verifies and sends nothing.

The key: --keystore names an encrypted JSON keystore of mode 600, whose password is asked for or read from
DEPLOYER_PASSWORD. --signer names a JSON-RPC service that holds the key and signs (eth_signTransaction). On chain 31337
and 1337 a bare key in DEPLOYER_PRIVATE_KEY will do.`;

/** Asks without showing what is typed. */
async function askPassword(): Promise<string> {
  if (process.env.DEPLOYER_PASSWORD !== undefined) return process.env.DEPLOYER_PASSWORD;
  process.stderr.write("Password of the keystore: ");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}

const { values } = readOptions(USAGE, {
  config: { type: "string" },
  rpc: { type: "string" },
  keystore: { type: "string" },
  signer: { type: "string" },
  from: { type: "string" },
  out: { type: "string", default: "deployments" },
});
if (values.config === undefined || values.rpc === undefined) {
  refuse("--config and --rpc are needed", USAGE);
}

const provider = new JsonRpcProvider(values.rpc, undefined, { cacheTimeout: -1, batchMaxCount: 1 });
provider.pollingInterval = 250;
try {
  const plan = readPlan(values.config);
  const privateKey = process.env.DEPLOYER_PRIVATE_KEY;
  const key = {
    password: askPassword,
    ...(values.keystore === undefined ? {} : { keystore: values.keystore }),
    ...(privateKey === undefined ? {} : { privateKey }),
  };
  const signer = async () => {
    const external = values.signer;
    const opened =
      external === undefined
        ? await openDeployer(key, plan.chainId)
        : await openExternalSigner({ url: external, from: values.from }, plan.chainId);
    return new NonceManager(opened.connect(provider));
  };
  const at = `${values.out}/${plan.chainId}.json`;
  const { stored, deployed } = await deployOnce({ provider, signer }, { plan, at });
  console.log(JSON.stringify(stored, null, 2));
  const done = deployed ? "Deployed, and verified on chain" : "Verified on chain; nothing was sent";
  console.log(`${done}. Stored in ${at}.`);
} catch (error) {
  const cause =
    error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : "";
  console.error(`${error instanceof Error ? error.message : error}${cause}`);
  process.exitCode = 1;
} finally {
  provider.destroy();
}

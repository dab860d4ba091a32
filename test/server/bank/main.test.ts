import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { hexlify, id, randomBytes } from "ethers";
import {
  ECB_FILE,
  eventually,
  get,
  post,
  temporaryDirectory,
  testBankConfig,
} from "./bank-fixture.ts";
import { addressOf, KEYS, startTestChain, type TestChain } from "./chain-fixture.ts";

const root = new URL("../../../", import.meta.url);
const MAIN = fileURLToPath(new URL("server/bank/main.ts", root));
const CORRIDORS = fileURLToPath(new URL("config/corridors.json", root));

/** What a deployment of four currencies would state; the bank looks at two of them here. */
function environment(chain: TestChain, directory: string): Record<string, string> {
  const { network, accounts } = { network: chain.network, accounts: chain.network.accounts };
  const { treasury } = testBankConfig(chain, directory);
  const other = { capital: "1000000", floor: "1", target: "2" };
  const cents = { capital: "1000000.00", floor: "1.00", target: "2.00" };
  const files = {
    network: {
      ...network,
      chainId: network.chainId.toString(),
      accounts,
      tokens: {
        ...network.tokens,
        EUR: addressOf(id("EUR")),
        CNY: addressOf(id("CNY")),
        THB: addressOf(id("THB")),
        JPY: addressOf(id("JPY")),
        KRW: addressOf(id("KRW")),
      },
    },
    treasury: { EUR: cents, CNY: cents, THB: cents, JPY: other, KRW: other, ...treasury },
  };
  const path = (name: string) => join(directory, `${name}.json`);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(path(name), JSON.stringify(content));
  }
  return {
    BANK_ID: "meridian-bank",
    BANK_PORT: "0",
    BANK_DATA_DIRECTORY: join(directory, "data"),
    BANK_RPC_URL: chain.rpcUrl,
    BANK_NETWORK_FILE: path("network"),
    BANK_CORRIDORS_FILE: CORRIDORS,
    BANK_TREASURY_FILE: path("treasury"),
    BANK_RATES_FILE: ECB_FILE,
    BANK_RATES_AS_OF: "2018-06-25",
    BANK_ACCOUNT_KEY: KEYS.bank,
    BANK_SIGNER_KEY: KEYS.bankSigner,
    BANK_TREASURY_EVERY_MS: "50",
    BANK_FOLLOW_EVERY_MS: "25",
    BANK_LOG_LEVEL: "silent",
  };
}

describe("the bank's process", () => {
  let chain: TestChain;
  let directory: ReturnType<typeof temporaryDirectory>;
  const running = new Set<ChildProcess>();

  before(async () => {
    chain = await startTestChain();
    directory = temporaryDirectory();
  });
  after(async () => {
    for (const child of running) child.kill("SIGKILL");
    await chain[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  function start(env: Record<string, string>) {
    const child = spawn(process.execPath, [MAIN], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const ended = once(child, "exit").then(([code, signal]) => ({ code, signal }));
    return { child, ended };
  }

  async function startReady(env: Record<string, string>) {
    const { child, ended } = start(env);
    const [line] = await once(createInterface({ input: child.stdout! }), "line");
    const { url } = JSON.parse(line);
    return { child, ended, bank: { url } };
  }

  it("issues what it accepted once, though it was killed at once, and ends clean on SIGTERM", async () => {
    const env = environment(chain, directory.path);
    const first = await startReady(env);
    const fundingId = hexlify(randomBytes(32));
    const amount = { value: "12.00", currency: "HKD" };
    const funding = { fundingId, account: addressOf(KEYS.payer), amount };
    expect((await post(first.bank, "/fundings", funding)).status).to.equal(202);
    first.child.kill("SIGKILL");
    await first.ended;

    const second = await startReady(env);
    await eventually("the funding issued", async () => {
      return (await get(second.bank, `/fundings/${fundingId}`)).body.status === "issued";
    });
    const topics = [id("Issued(address,uint256,bytes32)"), null, fundingId];
    const logs = await chain.connection.provider.getLogs({ fromBlock: 0, topics });
    expect(logs).to.have.length(1);
    second.child.kill("SIGTERM");
    expect(await second.ended).to.deep.equal({ code: 0, signal: null });
  });

  it("says what is missing from its environment, and never a key", async () => {
    const env = environment(chain, directory.path);
    const { child, ended } = start({
      ...env,
      BANK_RPC_URL: "nowhere",
      BANK_SIGNER_KEY: "0xsecret",
    });
    const output: string[] = [];
    child.stderr!.on("data", (text) => output.push(String(text)));
    expect(await ended).to.deep.equal({ code: 1, signal: null });
    expect(output.join("")).to.include("BANK_RPC_URL").and.include("BANK_SIGNER_KEY");
    expect(output.join("")).not.to.include("secret");
  });
});

import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { deployOnce } from "../../deployment/deploy-once.ts";
import { type DeploymentPlan, readPlan } from "../../deployment/read-plan.ts";
import { networkSchema } from "../../protocol/network.ts";
import { connectChain } from "../contracts/corridor-fixture.ts";

const EXAMPLE = fileURLToPath(new URL("../../config/deployments/local.json", import.meta.url));

const chain = await connectChain();
const { provider } = chain.ethers;
const [deployer] = await chain.ethers.getSigners();
if (deployer === undefined) throw new Error("The chain has no account.");
const signer = async () => deployer;
const noSigner = async () => {
  throw new Error("a key was asked for");
};

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe("a deployment from a configuration file", () => {
  let folder = "";
  let at = "";
  let plan: DeploymentPlan;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "deployment-"));
    at = join(folder, "out", "31337.json");
    plan = readPlan(EXAMPLE);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("stores what every party pins, in the shape they pin it", async () => {
    const { stored, deployed } = await deployOnce({ provider, signer }, { plan, at });
    expect(deployed).to.equal(true);
    expect(JSON.parse(readFileSync(at, "utf8"))).to.deep.equal(stored);
    const network = networkSchema.parse(stored.network);
    expect(await provider.getCode(network.corridor)).not.to.equal("0x");
    expect(network.accounts).to.deep.equal(plan.accounts);
    expect(existsSync(`${at}.started`)).to.equal(false);
  });

  it("is verified and left alone by a second run, which needs no key", async () => {
    const first = await deployOnce({ provider, signer }, { plan, at });
    const block = await provider.getBlockNumber();
    const second = await deployOnce({ provider, signer: noSigner }, { plan, at });
    expect(second).to.deep.equal({ stored: first.stored, deployed: false });
    expect(await provider.getBlockNumber()).to.equal(block);
  });

  it("tells when the chain no longer shows what the file asks for", async () => {
    await deployOnce({ provider, signer }, { plan, at });
    const holds = { ...plan.config.holds, maxHold: 60 };
    const changed = { ...plan, config: { ...plan.config, holds } };
    const refusal = await refusalOf(deployOnce({ provider, signer }, { plan: changed, at }));
    expect(refusal).to.match(/maxHold: expected 60, found 259200/);
  });

  it("is finished by the next run when only the stored result is missing", async () => {
    const nonce = await deployer.getNonce();
    const block = await provider.getBlockNumber();
    const { stored } = await deployOnce({ provider, signer }, { plan, at });
    renameSync(at, join(folder, "lost.json"));
    const { plan: fingerprint } = await noteOf(plan, join(folder, "other", "31337.json"));
    const note = { deployer: deployer.address, firstNonce: nonce, block, plan: fingerprint };
    writeFileSync(`${at}.started`, JSON.stringify(note));
    const again = await deployOnce({ provider, signer: noSigner }, { plan, at });
    expect(again.deployed).to.equal(false);
    expect(again.stored.network.corridor).to.equal(stored.network.corridor);
    expect(again.stored.network.tokens).to.deep.equal(stored.network.tokens);
    expect(existsSync(`${at}.started`)).to.equal(false);
  });

  it("is refused after a run that stopped half-way, naming what to delete", async () => {
    await noteOf(plan, at);
    const block = await provider.getBlockNumber();
    const refusal = await refusalOf(deployOnce({ provider, signer }, { plan, at }));
    expect(refusal)
      .to.match(/stopped half-way/)
      .and.to.contain(`Delete ${at}.started`);
    expect(await provider.getBlockNumber()).to.equal(block);
  });

  it("is refused on another chain than the file's, before anything is sent", async () => {
    const elsewhere = { ...plan, chainId: 1n };
    const refusal = await refusalOf(
      deployOnce({ provider, signer: noSigner }, { plan: elsewhere, at }),
    );
    expect(refusal).to.equal("The configuration is for chain 1, the node serves 31337.");
  });

  it("refuses a file with an unknown field, a missing one, or an amount with too many decimals", () => {
    const file = JSON.parse(readFileSync(EXAMPLE, "utf8"));
    const path = join(folder, "changed.json");
    const refusal = (change: object) => {
      writeFileSync(path, JSON.stringify({ ...file, ...change }));
      return () => readPlan(path);
    };
    expect(refusal({ gouvernor: file.governor })).to.throw(/gouvernor/);
    expect(refusal({ guardian: undefined })).to.throw(/guardian/);
    const [limit] = file.limits;
    expect(refusal({ limits: [{ ...limit, maxPerTransfer: "1.001" }] })).to.throw();
    expect(refusal({ limits: [{ ...limit, payer: "nobody" }] })).to.throw(/names nobody/);
    expect(readPlan(EXAMPLE).config.limits[0]?.maxPerTransfer).to.equal(2_000_000n);
  });
});

/** The note that a run leaves which is cut off before its first chain transaction. */
async function noteOf(plan: DeploymentPlan, at: string): Promise<{ plan: string }> {
  const broken = Object.create(deployer as object, {
    sendTransaction: { value: () => Promise.reject(new Error("cut off")) },
  }) as NonNullable<typeof deployer>;
  const refusal = await refusalOf(
    deployOnce({ provider, signer: async () => broken }, { plan, at }),
  );
  expect(refusal).to.equal("cut off");
  return JSON.parse(readFileSync(`${at}.started`, "utf8"));
}

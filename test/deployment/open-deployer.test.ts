import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { encryptKeystoreJson, Wallet } from "ethers";
import { openDeployer } from "../../deployment/open-deployer.ts";

const own = Wallet.createRandom();
/** The first key of the mnemonic that every development chain funds. */
const KNOWN = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const PUBLIC_CHAIN = 56n;
const LOCAL_CHAIN = 31_337n;
/** Cheap to derive: these keystores guard nothing. */
const scrypt = { N: 2, r: 8, p: 1 };

describe("the deployer's key", () => {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  const keystore = join(folder, "key.json");
  const password = async () => "a password";

  async function writeKeystore(privateKey: string): Promise<void> {
    const account = { address: new Wallet(privateKey).address, privateKey };
    writeFileSync(keystore, await encryptKeystoreJson(account, "a password", { scrypt }));
    chmodSync(keystore, 0o600);
  }

  async function refusalOf(promise: Promise<unknown>): Promise<string> {
    return await promise.then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  after(() => rmSync(folder, { recursive: true }));

  it("is opened from an encrypted keystore, on any chain", async () => {
    await writeKeystore(own.privateKey);
    const opened = await openDeployer({ keystore, password }, PUBLIC_CHAIN);
    expect(opened.address).to.equal(own.address);
  });

  it("is refused with the wrong password", async () => {
    await writeKeystore(own.privateKey);
    const wrong = openDeployer({ keystore, password: async () => "another" }, PUBLIC_CHAIN);
    expect(await refusalOf(wrong)).to.match(/incorrect password/);
  });

  it("is refused from a keystore that others can read", async () => {
    await writeKeystore(own.privateKey);
    chmodSync(keystore, 0o640);
    const refusal = await refusalOf(openDeployer({ keystore, password }, PUBLIC_CHAIN));
    expect(refusal).to.match(/has mode 640: run chmod 600/);
  });

  it("may be bare on a local chain and nowhere else", async () => {
    const { privateKey, address } = own;
    expect((await openDeployer({ privateKey }, LOCAL_CHAIN)).address).to.equal(address);
    const refusal = await refusalOf(openDeployer({ privateKey }, PUBLIC_CHAIN));
    expect(refusal)
      .to.match(/local chains only/)
      .and.not.to.contain(privateKey);
  });

  it("may not be one that every developer knows, except on a local chain", async () => {
    await writeKeystore(KNOWN);
    const refusal = await refusalOf(openDeployer({ keystore, password }, PUBLIC_CHAIN));
    expect(refusal).to.match(/published development key: refused on chain 56/);
    await openDeployer({ privateKey: KNOWN }, LOCAL_CHAIN);
  });

  it("must be given", async () => {
    expect(await refusalOf(openDeployer({}, LOCAL_CHAIN))).to.match(/No key to deploy with/);
  });
});

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Wallet } from "ethers";
import type { browserSigner, Eip1193Provider } from "../../sdk/keys/browser-signer.ts";
import type { createRequestKey } from "../../sdk/keys/request-key.ts";
import type { createClient } from "../../sdk/send/create-client.ts";
import type { verifyReceipt } from "../../sdk/verify/verify-receipt.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { newPair } from "../e2e/people.ts";
import { sharedCorridor } from "../e2e/shared-corridor.ts";
import { loadInPage } from "./bundle-for-page.ts";
import { clientOptions, paymentOf } from "./client-fixture.ts";

interface Sdk {
  readonly browserSigner: typeof browserSigner;
  readonly createClient: typeof createClient;
  readonly createRequestKey: typeof createRequestKey;
  readonly verifyReceipt: typeof verifyReceipt;
}

/** A browser's wallet: it shows the message to its user, who says yes. */
const walletOf = (key: string): Eip1193Provider => ({
  async request({ params = [] }) {
    const { domain, types, message } = JSON.parse(String(params[1]));
    const { EIP712Domain: _, ...own } = types;
    return new Wallet(key).signTypedData(domain, own, message);
  },
});

describe("the SDK in a page", function () {
  this.timeout(120_000);
  let test: TestCorridor;
  let page: Awaited<ReturnType<typeof loadInPage<Sdk>>>;
  before(async () => {
    const cwd = fileURLToPath(new URL("../../", import.meta.url));
    execFileSync(process.execPath, ["scripts/build-sdk.ts"], { cwd });
    page = await loadInPage<Sdk>();
    test = await sharedCorridor();
  });

  it("finds nothing of Node's there, and needs nothing of it", () => {
    expect(page.run("[typeof process, typeof Buffer, typeof require].join()")).to.equal(
      "undefined,undefined,undefined",
    );
  });

  it("sends a transfer that the user's own wallet signs, and checks its receipt", async () => {
    const pair = await newPair(test);
    const { network, plan, rpcUrl } = test.corridor;
    const signer = plan.wallets.find(
      ({ participant }) => participant.id === plan.corridors[0]?.payer,
    )?.keys.signer;
    if (!signer) throw new Error("the plan has a payer");
    const { sdk } = page;
    const client = sdk.createClient({
      ...clientOptions(test),
      signer: sdk.browserSigner(walletOf(signer.privateKey), signer.address),
    });
    const sent = await client.send(paymentOf(test, pair));
    expect(sent.outcome).to.equal("credited");
    const deployment = { chainId: network.chainId, corridor: network.corridor };
    const receipt = await client.relayer.receipt(sent.uetr);
    expect((await sdk.verifyReceipt(receipt, { deployment, rpcUrl })).valid).to.equal(true);
  });

  it("makes a request key that nothing can read out of the page", async () => {
    const { key, publicKey, pair } = await page.sdk.createRequestKey();
    expect(pair.privateKey.extractable).to.equal(false);
    const read = await crypto.subtle.exportKey("jwk", pair.privateKey).catch((error) => error.name);
    expect(read).to.equal("InvalidAccessError");
    expect(publicKey).to.include({ kty: "OKP", crv: "Ed25519" });
    expect(await key.sign(new Uint8Array([1, 2, 3]))).to.have.lengthOf(64);
  });
});

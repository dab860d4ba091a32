import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { encryptKeystoreJsonSync, getBytes, SigningKey, Wallet } from "ethers";
import fc from "fast-check";
import {
  type Address,
  batchIdOf,
  outcomeDigestOf,
  type QuoteHash,
} from "../../protocol/messages.ts";
import { minorUnits } from "../../protocol/money.ts";
import { localSigner, recoverSigner } from "../../protocol/signature.ts";
import { browserSigner, type Eip1193Provider } from "../../sdk/keys/browser-signer.ts";
import { type KmsKey, kmsSigner } from "../../sdk/keys/kms-signer.ts";
import { signMessage } from "../../sdk/keys/signer.ts";
import { openKeystore } from "../../sdk/node/keystore.ts";

const KEY = `0x${"4c".repeat(32)}`;
const OTHER = `0x${"5d".repeat(32)}`;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const OWN = new Wallet(KEY).address.toLowerCase();
const deployment = { chainId: 31337n, corridor: new Wallet(OTHER).address as Address };
const batch = {
  root: `0x${"11".repeat(32)}`,
  quoteHash: `0x${"22".repeat(32)}` as QuoteHash,
  sendTotal: minorUnits(100_000n),
  count: 2,
};

const toBytes = (n: bigint) => getBytes(`0x${n.toString(16).padStart(64, "0")}`);

/** An INTEGER of DER: as short as it goes, with a zero before a leading high bit. */
function derInteger(n: bigint): number[] {
  const bytes = [...toBytes(n)];
  while (bytes[0] === 0 && (bytes[1] ?? 0) < 0x80) bytes.shift();
  if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return [0x02, bytes.length, ...bytes];
}

const toDer = (r: bigint, s: bigint) => {
  const body = [...derInteger(r), ...derInteger(s)];
  return Uint8Array.from([0x30, body.length, ...body]);
};

/** A key service that signs with a key of ours, and answers in one of its forms, s high or low. */
function keyService(form: "der" | "raw" | "integers", { high = false, key = KEY } = {}): KmsKey {
  return {
    publicKey: new SigningKey(KEY).publicKey,
    async signDigest(digest) {
      const signed = new SigningKey(key).sign(digest);
      const [r, low] = [BigInt(signed.r), BigInt(signed.s)];
      const s = high ? ORDER - low : low;
      if (form === "integers") return { r, s };
      return form === "der" ? toDer(r, s) : Uint8Array.from([...toBytes(r), ...toBytes(s)]);
    },
  };
}

describe("signers", () => {
  const forms = ["der", "raw", "integers"] as const;
  for (const form of forms) {
    for (const high of [false, true]) {
      it(`in a key service that answers ${form} with a ${high ? "high" : "low"} s sign as the contract takes it`, async () => {
        const signer = kmsSigner(keyService(form, { high }));
        expect(signer.address.toLowerCase()).to.equal(OWN);
        await fc.assert(
          fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
            const digest = `0x${Buffer.from(bytes).toString("hex")}`;
            expect(recoverSigner(digest, await signer.signDigest(digest))).to.equal(OWN);
          }),
          { numRuns: 25 },
        );
      });
    }
  }

  it("in a key service with another key, or one that answers nonsense, sign nothing", async () => {
    const digest = `0x${"77".repeat(32)}`;
    const answers: Record<string, KmsKey["signDigest"]> = {
      "another key": keyService("der", { key: OTHER }).signDigest,
      nothing: async () => new Uint8Array(),
      "DER cut short": async (asked) => {
        const whole = (await keyService("der").signDigest(asked)) as Uint8Array;
        return whole.slice(0, -1);
      },
      "zero for r": async () => ({ r: 0n, s: 1n }),
      "an s beyond the order": async () => ({ r: 1n, s: ORDER }),
    };
    for (const [what, signDigest] of Object.entries(answers)) {
      const { publicKey } = keyService("der");
      const error = await kmsSigner({ publicKey, signDigest })
        .signDigest(digest)
        .catch((thrown: unknown) => thrown);
      expect(error, what).to.include({ code: "consent-invalid" });
    }
  });

  /** A browser's wallet as an extension would be: it reads the payload, and signs what it says with its own library. */
  const provider = (key: string): Eip1193Provider => ({
    async request({ method, params = [] }) {
      expect(method).to.equal("eth_signTypedData_v4");
      const { domain, types, message, primaryType } = JSON.parse(String(params[1]));
      expect(params[0]).to.equal(new Wallet(KEY).address);
      expect(types).to.have.property(primaryType);
      const { EIP712Domain: _, ...own } = types;
      return new Wallet(key).signTypedData(domain, own, message);
    },
  });

  it("behind a browser's wallet sign the typed message that every other signer signs", async () => {
    const signer = browserSigner(provider(KEY), new Wallet(KEY).address);
    const own = localSigner(KEY);
    for (const signable of [
      { type: "Batch", message: batch },
      {
        type: "Outcome",
        message: { batchId: batchIdOf(deployment, batch), rejectionsHash: batch.root },
      },
    ] as const) {
      const signature = await signMessage(signer, deployment, signable);
      expect(signature).to.equal(await signMessage(own, deployment, signable));
    }
    const ethersSigner = await signMessage(new Wallet(KEY), deployment, {
      type: "Batch",
      message: batch,
    });
    expect(recoverSigner(batchIdOf(deployment, batch), ethersSigner)).to.equal(OWN);
  });

  it("behind a browser's wallet that signs with another account are refused", async () => {
    const signer = browserSigner(provider(OTHER), new Wallet(KEY).address);
    const signing = signMessage(signer, deployment, { type: "Batch", message: batch });
    expect(await signing.catch((thrown: unknown) => thrown)).to.include({
      code: "consent-invalid",
    });
  });

  it("out of an encrypted keystore open with its password alone", async () => {
    const directory = mkdtempSync(join(tmpdir(), "corridor-keystore-"));
    try {
      const file = join(directory, "signer.json");
      const account = { address: new Wallet(KEY).address, privateKey: KEY };
      writeFileSync(file, encryptKeystoreJsonSync(account, "open sesame", { scrypt: { N: 1024 } }));
      const variables = { CORRIDOR_KEYSTORE_FILE: file, CORRIDOR_KEYSTORE_PASSWORD: "open sesame" };
      const signer = await openKeystore(variables);
      const digest = outcomeDigestOf(deployment, {
        batchId: batchIdOf(deployment, batch),
        rejectionsHash: batch.root,
      });
      expect(recoverSigner(digest, await signer.signDigest(digest))).to.equal(OWN);
      const wrong = await openKeystore({
        ...variables,
        CORRIDOR_KEYSTORE_PASSWORD: "let me in",
      }).catch((thrown: unknown) => `${thrown}`);
      expect(wrong)
        .to.match(/password/)
        .and.not.to.include("let me in");
      const missing = await openKeystore({}).catch((thrown: unknown) => `${thrown}`);
      expect(missing).to.include("CORRIDOR_KEYSTORE_FILE");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

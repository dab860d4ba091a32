import { expect } from "chai";
import { type JsonRpcProvider, keccak256, Transaction, Wallet } from "ethers";
import { createTransactionSigner } from "../../../server/relayer/chain/create-signer.ts";

const KEY = `0x${"5a".repeat(32)}`;
const RELAY = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const FEES = { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };

describe("a relayer's key", () => {
  const provider = { getFeeData: async () => FEES } as unknown as JsonRpcProvider;
  const endpoint = { rpcUrl: "", chainId: 31337n, depth: 0 };
  const signer = createTransactionSigner({ provider, endpoint, relay: RELAY, privateKey: KEY });

  it("signs a pack as ethers does, byte for byte", async () => {
    const wallet = new Wallet(KEY);
    expect(signer.address).to.equal(wallet.address);
    for (const [nonce, data] of [`0x${"ab".repeat(3_000)}`, "0x", "0x00"].entries()) {
      const signed = await signer.pack({ count: 1, data, gasLimit: 500_000n }, BigInt(nonce));
      const { maxFeePerGas } = Transaction.from(signed.raw);
      const content = { type: 2, chainId: 31337n, nonce, to: RELAY, data, gasLimit: 500_000n };
      const raw = await wallet.signTransaction({ ...content, ...FEES, maxFeePerGas });
      expect(signed).to.deep.equal({ raw, hash: keccak256(raw) });
    }
  });

  it("offers more for the same content, and nothing for another key's", async () => {
    const { raw } = await signer.pack({ count: 1, data: "0x01", gasLimit: 500_000n }, 7n);
    const [old, bumped] = [raw, (await signer.bump(raw))?.raw ?? ""].map((each) =>
      Transaction.from(each),
    );
    expect(bumped).to.include({ to: old?.to, data: "0x01", nonce: 7, from: signer.address });
    const tenth = (fee: bigint | null | undefined) => ((fee ?? 0n) * 11n) / 10n;
    expect((bumped?.maxFeePerGas ?? 0n) >= tenth(old?.maxFeePerGas)).to.equal(true);
    expect((bumped?.maxPriorityFeePerGas ?? 0n) >= tenth(old?.maxPriorityFeePerGas)).to.equal(true);
    const foreign = await new Wallet(`0x${"6b".repeat(32)}`).signTransaction({
      type: 2,
      chainId: 31337n,
      to: RELAY,
      nonce: 7,
      gasLimit: 500_000n,
      ...FEES,
    });
    expect(await signer.bump(foreign)).to.equal(undefined);
  });
});

import { expect } from "chai";
import { Wallet } from "ethers";
import { type LocalChain, startLocalChain } from "../../server/local/chain/start-chain.ts";
import { callChain } from "../../server/local/chain-clock.ts";
import { developmentKey } from "../../server/local/keys.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

const TO = `0x${"42".repeat(20)}`;
const FROM = developmentKey(10);

describe("a node that is two blocks behind", () => {
  let chain: LocalChain;
  let proxy: FaultProxy;
  let hash: string;

  before(async () => {
    chain = await startLocalChain({ host: "127.0.0.1", port: 0 });
    await callChain(chain.rpcUrl, "evm_setIntervalMining", [0]);
    proxy = await startFaultProxy({ target: chain.rpcUrl });
    proxy.program({ effect: { kind: "lag", blocks: 2 } });
    await callChain(chain.rpcUrl, "hardhat_mine", ["0x3"]);
    hash = String(await call("eth_sendRawTransaction", await transfer(0)));
  });
  after(async () => {
    await proxy[Symbol.asyncDispose]();
    await chain[Symbol.asyncDispose]();
  });

  const call = (method: string, ...params: unknown[]) => callChain(proxy.url, method, params);
  const transfer = (nonce: number) =>
    new Wallet(FROM.privateKey).signTransaction({
      chainId: 31_337,
      nonce,
      type: 2,
      to: TO,
      value: 5n,
      gasLimit: 21_000n,
      maxFeePerGas: 10n ** 12n,
      maxPriorityFeePerGas: 1n,
    });
  const catchUp = () => callChain(chain.rpcUrl, "hardhat_mine", ["0x2"]);

  it("has an old head, and no block after it", async () => {
    expect(await callChain(chain.rpcUrl, "eth_blockNumber", [])).to.equal("0x4");
    expect(await call("eth_blockNumber")).to.equal("0x2");
    expect(await call("eth_getBlockByNumber", "latest", false)).to.include({ number: "0x2" });
    expect(await call("eth_getBlockByNumber", "0x3", false)).to.equal(null);
    const newest = await callChain(chain.rpcUrl, "eth_getBlockByNumber", ["0x4", false]);
    expect(await call("eth_getBlockByHash", (newest as { hash: string }).hash, false)).to.equal(
      null,
    );
  });

  it("passes on what is sent, and does not know that it was mined, until it has caught up", async () => {
    expect(await call("eth_getTransactionReceipt", hash)).to.equal(null);
    expect(await call("eth_getTransactionByHash", hash)).to.include({ blockNumber: null });
    for (const tag of ["latest", "pending"]) {
      expect(await call("eth_getTransactionCount", FROM.address, tag)).to.equal("0x0");
    }
    expect(await call("eth_getBalance", TO, "latest")).to.equal("0x0");
    expect(await call("eth_getLogs", { fromBlock: "0x3", toBlock: "latest" })).to.deep.equal([]);
    const newest = await callChain(chain.rpcUrl, "eth_getBlockByNumber", ["0x4", false]);
    const { hash: blockHash } = newest as { hash: string };
    for (const [method, params, reason] of [
      ["eth_getBalance", [TO, "0x4"], "header not found"],
      ["eth_getLogs", [{ blockHash }], "unknown block"],
    ] as const) {
      const refusal = await call(method, ...params).catch((error: Error) => error);
      expect(String(refusal)).to.include(reason);
    }
    await catchUp();
    expect(await call("eth_getTransactionReceipt", hash)).to.include({ blockNumber: "0x4" });
    expect(await call("eth_getTransactionCount", FROM.address, "latest")).to.equal("0x1");
    expect(await call("eth_getBalance", TO, "latest")).to.equal("0x5");
    expect(await call("eth_getLogs", { blockHash })).to.deep.equal([]);
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Transaction, Wallet } from "ethers";
import { type LocalNode, startLocalNode } from "../../../server/local/chain/local-node.ts";
import { setBlockTime, startLocalChain } from "../../../server/local/chain/start-chain.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import { developmentKey } from "../../../server/local/keys.ts";
import { eventually } from "../../e2e/eventually.ts";
import { type ChainProcess, ChainRefused, startChainProcess } from "./chain-process.ts";

interface Receipt {
  readonly blockHash: string;
  readonly blockNumber: string;
}

/** A signed transfer of one wei to a stranger. */
function rawTransfer(nonce: number, from = 10): Promise<string> {
  return new Wallet(developmentKey(from).privateKey).signTransaction({
    chainId: 31_337,
    nonce,
    type: 2,
    to: `0x${"42".repeat(20)}`,
    value: 1n,
    gasLimit: 21_000n,
    maxFeePerGas: 10n ** 12n,
    maxPriorityFeePerGas: 1n,
  });
}

const send = (node: LocalNode, method: string, ...params: unknown[]) =>
  node.request(method, params);
const block = async (node: LocalNode, tag: string) =>
  (await send(node, "eth_getBlockByNumber", tag, false)) as {
    number: string;
    hash: string;
    timestamp: string;
    transactions: string[];
  };

/** Every block's hash, in order. */
async function hashesOf(node: LocalNode): Promise<string[]> {
  const last = Number((await block(node, "latest")).number);
  const numbers = Array.from({ length: last + 1 }, (_, number) => `0x${number.toString(16)}`);
  return Promise.all(numbers.map(async (number) => (await block(node, number)).hash));
}

/** What callers were told before the chain was killed. */
interface Known {
  readonly receipts: Map<string, Receipt>;
  /** By sender: how many of its chain transactions were accepted. */
  readonly accepted: Map<number, number>;
}

const SENDERS = [11, 12, 13];

/** Sends one chain transaction after the other until the chain is gone. */
async function sendUntilRefused(rpcUrl: string, sender: number, known: Known): Promise<never> {
  for (;;) {
    const nonce = known.accepted.get(sender) ?? 0;
    const raw = await rawTransfer(nonce, sender);
    const hash = String(await callChain(rpcUrl, "eth_sendRawTransaction", [raw]));
    known.accepted.set(sender, nonce + 1);
    const found = await callChain(rpcUrl, "eth_getTransactionReceipt", [hash]);
    if (found) known.receipts.set(hash, found as Receipt);
  }
}

async function expectAllThere(rpcUrl: string, { receipts, accepted }: Known): Promise<void> {
  for (const [hash, { blockHash, blockNumber }] of receipts) {
    const receipt = await callChain(rpcUrl, "eth_getTransactionReceipt", [hash]);
    expect(receipt).to.include({ blockHash, blockNumber });
  }
  for (const sender of SENDERS) {
    const params = [developmentKey(sender).address, "pending"];
    const count = Number(await callChain(rpcUrl, "eth_getTransactionCount", params));
    // The last one may be there although nobody was told.
    expect(count - (accepted.get(sender) ?? 0)).to.be.within(0, 1);
    accepted.set(sender, count);
  }
}

describe("the local chain", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "chain-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("mines what is sent at once, and answers once it is mined", async () => {
    await using node = await startLocalNode();
    const hash = await send(node, "eth_sendRawTransaction", await rawTransfer(0));
    expect(await send(node, "eth_getTransactionReceipt", hash)).to.include({ status: "0x1" });
  });

  it("takes what comes together into one block", async () => {
    await using node = await startLocalNode();
    const raws = await Promise.all([0, 1, 2, 3].map((nonce) => rawTransfer(nonce)));
    await Promise.all(raws.map((raw) => send(node, "eth_sendRawTransaction", raw)));
    const counts = (await hashesOf(node)).length;
    expect(counts, "genesis, the first alone, and the rest").to.be.at.most(3);
    const from = developmentKey(10).address;
    expect(await send(node, "eth_getTransactionCount", from, "latest")).to.equal("0x4");
  });

  it("refuses what is no chain transaction, and mines nothing for it", async () => {
    await using node = await startLocalNode();
    const refusal = await send(node, "eth_sendRawTransaction", "0x1234").catch((error) => error);
    expect(refusal).to.be.an("error").with.property("code", -32_602);
    expect(await hashesOf(node)).to.have.length(1);
  });

  it("signs for nobody and is not reset: neither could be brought back", async () => {
    await using node = await startLocalNode();
    for (const method of ["eth_sendTransaction", "hardhat_reset"]) {
      const refusal = await send(node, method, {}).catch((error) => error);
      expect(refusal, method).to.be.an("error");
    }
  });

  it("moves its clock when told, and keeps it moved", async () => {
    await using node = await startLocalNode();
    const before = Number((await block(node, "latest")).timestamp);
    await send(node, "evm_increaseTime", 3_600);
    await send(node, "evm_mine");
    const after = Number((await block(node, "latest")).timestamp);
    expect(after - before).to.be.within(3_600, 3_610);
    await send(node, "evm_setNextBlockTimestamp", after + 100);
    await send(node, "hardhat_mine", "0x3", "0xa");
    const last = await block(node, "latest");
    expect(Number(last.timestamp)).to.equal(after + 120);
    await send(node, "evm_mine");
    expect(Number((await block(node, "latest")).timestamp)).to.be.within(after + 120, after + 130);
  });

  it("comes back to the same blocks, clock, pool and way of mining", async () => {
    const before = await (async () => {
      await using node = await startLocalNode(directory);
      for (const nonce of [0, 1, 2]) {
        await send(node, "eth_sendRawTransaction", await rawTransfer(nonce));
      }
      await send(node, "eth_sendRawTransaction", await rawTransfer(0)).catch(() => {});
      await send(node, "evm_increaseTime", 1_000);
      await send(node, "evm_mine");
      const snapshot = await send(node, "evm_snapshot");
      await send(node, "evm_increaseTime", 86_400);
      await send(node, "hardhat_mine", "0x5");
      await send(node, "evm_revert", snapshot);
      await send(node, "hardhat_setBalance", `0x${"77".repeat(20)}`, "0x5");
      await send(node, "evm_setAutomine", false);
      await send(node, "evm_setIntervalMining", 0);
      await send(node, "evm_mine");
      await send(node, "eth_sendRawTransaction", await rawTransfer(3));
      return await hashesOf(node);
    })();
    await using node = await startLocalNode(directory);
    expect(await hashesOf(node)).to.deep.equal(before);
    expect(await send(node, "hardhat_getAutomine")).to.equal(false);
    expect(await send(node, "eth_getBalance", `0x${"77".repeat(20)}`, "latest")).to.equal("0x5");
    const waiting = await block(node, "pending");
    expect(waiting.transactions).to.deep.equal([Transaction.from(await rawTransfer(3)).hash]);
    await send(node, "evm_mine");
    const latest = await block(node, "latest");
    expect(latest.transactions).to.deep.equal(waiting.transactions);
    const ahead = Number(latest.timestamp) - Date.now() / 1_000;
    expect(ahead, "the clock is as far ahead as before").to.be.within(990, 1_010);
  });

  it("refuses a directory that another chain is using, with one line, and leaves it unharmed", async () => {
    await using node = await startLocalNode(directory);
    const refused = await startChainProcess(directory).catch((error) => error);
    expect(refused).to.be.instanceOf(ChainRefused).with.property("code", 1);
    expect(refused.message.trim().split("\n")).to.have.length(1);
    expect(refused.message).to.include("in use");
    const hash = await send(node, "eth_sendRawTransaction", await rawTransfer(0));
    expect(await send(node, "eth_getTransactionReceipt", hash)).to.include({ status: "0x1" });
  });

  it("answers JSON-RPC batches, refusals and subscriptions as a node does", async () => {
    await using chain = await startLocalChain({ host: "127.0.0.1", port: 0 });
    const ask = async (body: string) => {
      const response = await fetch(chain.rpcUrl, { method: "POST", body });
      return response.json();
    };
    const call = (id: number, method: string) => ({ jsonrpc: "2.0", id, method });
    const both = await ask(JSON.stringify([call(7, "eth_chainId"), call(8, "no_such")]));
    expect(both[0]).to.deep.equal({ jsonrpc: "2.0", id: 7, result: "0x7a69" });
    expect(both[1].id).to.equal(8);
    expect(both[1].error.code).to.be.a("number");
    expect((await ask("{")).error.code).to.equal(-32_700);
    expect((await ask("3")).error.code).to.equal(-32_600);

    const socket = new WebSocket(chain.rpcUrl.replace("http", "ws"));
    const messages: Record<string, unknown>[] = [];
    socket.onmessage = ({ data }) => messages.push(JSON.parse(data));
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    socket.send(JSON.stringify({ ...call(1, "eth_subscribe"), params: ["newHeads"] }));
    const seen = async (count: number) => {
      while (messages.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await seen(1);
    await callChain(chain.rpcUrl, "evm_mine", []);
    await seen(2);
    expect(messages[1]).to.have.nested.property("params.subscription", messages[0]?.["result"]);
    expect(messages[1]).to.have.nested.property("params.result.number");
    socket.close();
  });

  describe("killed under load", () => {
    let chain: ChainProcess | undefined;
    afterEach(() => chain?.kill());

    for (const blockTimeMs of [0, 40]) {
      it(`comes back with every receipt in the same block (block time ${blockTimeMs} ms)`, async () => {
        const known: Known = { receipts: new Map(), accepted: new Map() };
        const isEnough = ({ receipts, accepted }: Known) =>
          receipts.size >= (blockTimeMs === 0 ? 20 : 2) &&
          accepted.size === SENDERS.length &&
          Math.min(...accepted.values()) >= 10;
        for (let round = 0; round < 3; round++) {
          chain = await startChainProcess(directory);
          await expectAllThere(chain.rpcUrl, known);
          if (round === 2) break;
          await setBlockTime(chain.rpcUrl, blockTimeMs);
          const load = Promise.allSettled(
            SENDERS.map((sender) => sendUntilRefused(chain?.rpcUrl ?? "", sender, known)),
          );
          await eventually(async () => known, isEnough);
          await new Promise((resolve) => setTimeout(resolve, 100));
          await chain.kill();
          await load;
        }
      });
    }
  });
});

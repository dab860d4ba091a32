import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { type LocalChain, startLocalChain } from "../../server/local/chain/start-chain.ts";
import { callChain } from "../../server/local/chain-clock.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { http, rpc } from "./http-faults.ts";

describe("an HTTP service behind a fault proxy", () => {
  let server: Server;
  let served: string[];
  let proxy: FaultProxy;

  beforeEach(async () => {
    served = [];
    server = createServer((request, response) => {
      served.push(`${request.method} ${request.url}`);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ count: served.length }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    proxy = await startFaultProxy({ target: `http://127.0.0.1:${port}`, seed: 5 });
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });

  async function ask(path = "/", patienceMs = 3_000) {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const response = await fetch(new URL(path, proxy.url), { signal });
      const { status, headers } = response;
      return { status, retryAfter: headers.get("retry-after"), text: await response.text() };
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      return { status: 0, retryAfter: null, text: cause?.code ?? name };
    }
  }

  it("is as it is while nothing is programmed", async () => {
    expect(await ask()).to.deep.equal({ status: 200, retryAfter: null, text: '{"count":1}' });
  });

  it("status: 429 and 5xx, only where and as often as told", async () => {
    proxy.program(
      { effect: { kind: "status", status: 429, retryAfterSeconds: 2 }, times: 1 },
      { effect: { kind: "status", status: 503 }, when: http("GET", /^\/credits/) },
    );
    expect(await ask()).to.deep.include({ status: 429, retryAfter: "2" });
    expect((await ask("/credits/1")).status).to.equal(503);
    expect((await ask()).status).to.equal(200);
    expect(served).to.deep.equal(["GET /"]);
    expect(proxy.strikes()).to.deep.equal([1, 1]);
  });

  it("html and huge: answers that are none of ours", async () => {
    proxy.program(
      { effect: { kind: "html" }, times: 1 },
      { effect: { kind: "huge", bytes: 5_000_000 } },
    );
    expect((await ask()).text).to.include("doctype html");
    const { text } = await ask();
    expect(text.length).to.equal(5_000_000);
    expect(served).to.deep.equal([]);
  });

  it("truncated: half the JSON, whole by its length", async () => {
    proxy.program({ effect: { kind: "truncated" } });
    expect(await ask()).to.include({ status: 200, text: '{"cou' });
  });

  it("hang does nothing, hang-after and drop-reply do it; the caller cannot tell", async () => {
    proxy.program({ effect: { kind: "hang" } });
    expect((await ask("/", 150)).text).to.equal("TimeoutError");
    expect(served).to.have.length(0);
    proxy.program({ effect: { kind: "hang-after" } });
    expect((await ask("/", 150)).text).to.equal("TimeoutError");
    expect(served).to.have.length(1);
    proxy.program({ effect: { kind: "drop-reply" } });
    expect((await ask()).text).to.match(/ECONNRESET|UND_ERR_SOCKET/);
    expect(served).to.have.length(2);
  });

  it("stale: what it said before the fault, and the truth for what was never asked", async () => {
    await ask("/a");
    proxy.program({ effect: { kind: "stale" } });
    expect((await ask("/a")).text).to.equal('{"count":1}');
    expect((await ask("/b")).text).to.equal('{"count":2}');
    expect((await ask("/a")).text).to.equal('{"count":1}');
    expect(served).to.deep.equal(["GET /a", "GET /b"]);
  });

  it("strikes by chance, the same for the same seed", async () => {
    proxy.program({ effect: { kind: "status", status: 500 }, probability: 0.5 });
    const statuses: number[] = [];
    for (let count = 0; count < 40; count++) statuses.push((await ask()).status);
    const failed = statuses.filter((status) => status === 500).length;
    expect(failed).to.be.within(8, 32);
    const { port } = server.address() as AddressInfo;
    await using again = await startFaultProxy({ target: `http://127.0.0.1:${port}`, seed: 5 });
    again.program({ effect: { kind: "status", status: 500 }, probability: 0.5 });
    const repeated: number[] = [];
    for (let count = 0; count < 40; count++) repeated.push((await fetch(again.url)).status);
    expect(repeated).to.deep.equal(statuses);
  });

  it("breaks the line as well, and heals both", async () => {
    proxy.program({ effect: { kind: "status", status: 500 } });
    await proxy.breakLine({ kind: "refuse" });
    expect((await ask()).text).to.equal("ECONNREFUSED");
    await proxy.heal();
    expect((await ask()).status).to.equal(200);
  });
});

describe("a node behind a fault proxy", () => {
  let chain: LocalChain;
  let proxy: FaultProxy;
  beforeEach(async () => {
    chain = await startLocalChain({ host: "127.0.0.1", port: 0 });
    await callChain(chain.rpcUrl, "evm_setIntervalMining", [0]);
    proxy = await startFaultProxy({ target: chain.rpcUrl });
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await chain[Symbol.asyncDispose]();
  });

  const call = (method: string, ...params: unknown[]) => callChain(proxy.url, method, params);
  const mine = (blocks = 1) =>
    callChain(chain.rpcUrl, "hardhat_mine", [`0x${blocks.toString(16)}`]);

  it("wrong-id: an answer to another call", async () => {
    proxy.program({ effect: { kind: "wrong-id" } });
    const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "eth_chainId", params: [] });
    const response = await fetch(proxy.url, { method: "POST", body });
    expect(await response.json()).to.deep.equal({
      jsonrpc: "2.0",
      id: "another",
      result: "0x7a69",
    });
  });

  it("stale: repeats an earlier answer of the chosen methods under the new call's id", async () => {
    const before = await call("eth_blockNumber");
    proxy.program({ effect: { kind: "stale" }, when: rpc("eth_blockNumber") });
    await mine(3);
    expect(await call("eth_blockNumber")).to.equal(before);
    const latest = (await call("eth_getBlockByNumber", "latest", false)) as { number: string };
    expect(Number(latest.number)).to.equal(Number(before) + 3);
  });

  it("rewrite: a node that lies about what was mined, or which chain it serves", async () => {
    proxy.program({
      effect: { kind: "rewrite", change: (answer) => ({ ...Object(answer), result: "0x1" }) },
      when: rpc("eth_chainId"),
    });
    expect(await call("eth_chainId")).to.equal("0x1");
    expect(await call("eth_blockNumber")).to.equal("0x0");
  });

  it("drop-reply: the chain transaction is in, its sender never hears", async () => {
    proxy.program({ effect: { kind: "drop-reply" }, when: rpc("evm_mine"), times: 1 });
    const failed = await call("evm_mine").catch((error: Error) => error);
    expect(failed).to.be.an("error");
    expect(await call("eth_blockNumber")).to.equal("0x1");
  });

  it("passes subscriptions over WebSocket, until the line breaks", async () => {
    const socket = new WebSocket(proxy.url.replace("http", "ws"));
    const messages: { params?: { result?: { number?: string } } }[] = [];
    socket.onmessage = ({ data }) => messages.push(JSON.parse(String(data)));
    const closed = new Promise((resolve) => {
      socket.onclose = resolve;
    });
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    const seen = async (count: number) => {
      while (messages.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}');
    await seen(1);
    await mine();
    await seen(2);
    expect(messages[1]?.params?.result?.number).to.equal("0x1");
    await proxy.breakLine({ kind: "reset" });
    await closed;
  });
});

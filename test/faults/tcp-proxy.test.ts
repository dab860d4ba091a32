import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect } from "chai";
import pg from "pg";
import { startPostgres, type TestPostgres } from "../fixtures/postgres.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

describe("a line that can be broken", () => {
  let server: Server;
  let served: string[];
  let proxy: TcpProxy;

  beforeEach(async () => {
    served = [];
    // Answers with what it was sent, and a body that is long enough to be cut.
    server = createServer(async (request: IncomingMessage, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      served.push(body);
      response.end(`${body}${"=".repeat(10_000)}`);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    proxy = await startTcpProxy({ target: { host: "127.0.0.1", port }, seed: 7 });
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });

  /** Posts over a connection of its own; answers the text, or how it failed. */
  async function post(body: string, patienceMs = 3_000): Promise<string> {
    try {
      const response = await fetch(`http://${proxy.host}:${proxy.port}/`, {
        method: "POST",
        body,
        headers: { connection: "close" },
        signal: AbortSignal.timeout(patienceMs),
      });
      return (await response.text()).slice(0, body.length);
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string; message?: string } };
      return cause?.code ?? cause?.message ?? name;
    }
  }

  it("passes everything while it is whole", async () => {
    expect(await Promise.all(["a", "b", "c"].map((body) => post(body)))).to.deep.equal([..."abc"]);
    expect(proxy.accepted()).to.equal(3);
  });

  it("refuse: nobody listens, until it is healed on the same port", async () => {
    await proxy.set({ kind: "refuse" });
    expect(await post("lost")).to.equal("ECONNREFUSED");
    await proxy.heal();
    expect(await post("back")).to.equal("back");
    expect(served).to.deep.equal(["back"]);
  });

  it("reset: accepts and resets, open connections too", async () => {
    const open = connect(proxy.port, proxy.host);
    await once(open, "connect");
    open.write("POST / HTTP/1.1\r\nhost: x\r\n");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const failed = once(open, "error");
    await proxy.set({ kind: "reset" });
    expect((await failed)[0]).to.have.property("code", "ECONNRESET");
    expect(await post("lost")).to.match(/ECONNRESET|UND_ERR_SOCKET/);
    expect(served).to.deep.equal([]);
  });

  it("blackhole: accepts and never answers; what waited arrives once it is healed", async () => {
    await proxy.set({ kind: "blackhole" });
    expect(await post("given up", 200)).to.equal("TimeoutError");
    expect(served).to.deep.equal([]);
    const waiting = post("patient");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(served).to.deep.equal([]);
    await proxy.heal();
    expect(await waiting).to.equal("patient");
  });

  it("delay: late by at least so much", async () => {
    await proxy.set({ kind: "delay", ms: 100, jitterMs: 50 });
    const startedAt = performance.now();
    expect(await post("late")).to.equal("late");
    // The request and the answer are each late.
    expect(performance.now() - startedAt).to.be.at.least(199);
  });

  it("one-way: requests pass and are done, replies do not come until it is healed", async () => {
    await proxy.set({ kind: "one-way", passes: "requests" });
    const waiting = post("done");
    while (served.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await Promise.race([waiting, post("also done", 200)])).to.equal("TimeoutError");
    await proxy.heal();
    expect(await waiting).to.equal("done");
  });

  it("one-way: the reverse, nothing that is asked gets there", async () => {
    await proxy.set({ kind: "one-way", passes: "replies" });
    expect(await post("unheard", 200)).to.equal("TimeoutError");
    expect(served).to.deep.equal([]);
  });

  it("drop-reply: it is done, and the caller sees a reset", async () => {
    await proxy.set({ kind: "drop-reply" });
    expect(await post("done")).to.match(/ECONNRESET|UND_ERR_SOCKET/);
    expect(served).to.deep.equal(["done"]);
  });

  it("cut: so many bytes pass, and no more", async () => {
    await proxy.set({ kind: "cut", direction: "replies", afterBytes: 500 });
    const socket = connect(proxy.port, proxy.host);
    let received = 0;
    socket.on("data", (chunk) => {
      received += chunk.length;
    });
    const failed = once(socket, "error");
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\ndone");
    expect((await failed)[0]).to.have.property("code", "ECONNRESET");
    expect(received).to.equal(500);
    expect(served).to.deep.equal(["done"]);
    await proxy.set({ kind: "cut", direction: "requests", afterBytes: 20 });
    expect(await post("never whole")).to.match(/ECONNRESET|UND_ERR_SOCKET/);
    expect(served).to.deep.equal(["done"]);
  });
});

describe("a database behind a line that can be broken", () => {
  let postgres: TestPostgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it("drop-reply: commits, and the client cannot know", async () => {
    const url = new URL(await postgres.newDatabase());
    const target = { host: url.hostname, port: Number(url.port) };
    await using proxy = await startTcpProxy({ target });
    url.port = String(proxy.port);
    const open = async () => {
      const client = new pg.Client({ connectionString: url.href });
      client.on("error", () => {});
      await client.connect();
      return client;
    };
    const client = await open();
    await client.query("create table facts (id int primary key)");
    await client.query("begin");
    await client.query("insert into facts values (1)");
    await proxy.set({ kind: "drop-reply" });
    const failed = await client.query("commit").catch((error: Error) => error);
    expect(failed).to.be.an("error");
    await proxy.heal();
    const again = await open();
    expect((await again.query("select id from facts")).rows).to.deep.equal([{ id: 1 }]);
    await again.end();
  });
});

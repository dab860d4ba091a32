import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { z } from "zod";
import { createJsonClient } from "../../../server/foundation/http/json-client.ts";

const MEBIBYTE = 1_048_576;

/** Starts a server and answers a client of it. */
async function clientOf(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return createJsonClient({
    baseUrl: `http://127.0.0.1:${port}`,
    unavailable: "participant-unavailable",
    timeoutMs: 30_000,
  });
}

describe("an outside party's answer", () => {
  it("is read up to its bound and no further, whether or not it says how long it is", async () => {
    let written = 0;
    const server = createServer((request, response) => {
      const mebibytes = Number(request.url?.slice(1));
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"text":"');
      const write = () => {
        if (response.destroyed) return;
        if (written++ < mebibytes) response.write("x".repeat(MEBIBYTE), () => setImmediate(write));
        else response.end('"}');
      };
      written = 0;
      write();
    });
    const client = await clientOf(server);
    const answer = z.object({ text: z.string() });
    const ask = (mebibytes: number) =>
      client.call({ method: "GET", path: `/${mebibytes}`, answer }).then(
        ({ text }) => text.length,
        (error: { code: string }) => error.code,
      );
    expect(await ask(3)).to.equal(3 * MEBIBYTE);
    expect(await ask(200)).to.equal("participant-unavailable");
    expect(written, "the rest was not taken").to.be.below(200);
    await client[Symbol.asyncDispose]();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("that is about who asked it, or how often, says to us that it cannot be had now, and the rest what it says", async () => {
    const server = createServer((request, response) => {
      const [, code = "", status] = request.url?.split("/") ?? [];
      response.writeHead(Number(status), { "content-type": "application/problem+json" });
      const told = { type: "about:blank", title: "t", status: Number(status), code, detail: "d" };
      response.end(JSON.stringify({ ...told, instance: "i", retryable: false }));
    });
    const client = await clientOf(server);
    const codeOf = (path: string) =>
      client.call({ method: "GET", path, answer: z.object({}) }).catch((error) => error.code);
    expect(await codeOf("/unauthenticated/401")).to.equal("participant-unavailable");
    expect(await codeOf("/rate-limited/429")).to.equal("participant-unavailable");
    expect(await codeOf("/payee-unavailable/422")).to.equal("payee-unavailable");
    await client[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
  });
});

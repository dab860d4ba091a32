import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect } from "chai";
import { Agent, request } from "undici";
import { createApp } from "../../../server/foundation/http/create-app.ts";
import { type RunningServer, serve } from "../../../server/foundation/http/serve.ts";
import { createLogger } from "../../../server/foundation/log/create-logger.ts";
import { createPages } from "../../../server/foundation/pages/create-pages.ts";
import { openPageStream, type PageStream } from "../../../server/foundation/pages/page-stream.ts";
import { chosenLanguage, wordsIn } from "../../../server/foundation/pages/words.ts";

const HOSTILE = `<img src=x onerror="alert(1)"> & 'friends'`;
const SHOWN = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;friends&#39;";
const NODE = "http://127.0.0.1:8545";

describe("pages", () => {
  const dispatcher = new Agent();
  let server: RunningServer;
  let stream: PageStream | undefined;

  before(async () => {
    const room = new URL("sample-pages/", import.meta.url);
    const styles = [new URL("sample.css", room)];
    const pages = createPages({ path: "/sample", views: room, styles, htmx: true });
    const app = createApp(createLogger("pages", "silent"), (each) => {
      pages.mountAssets(each);
      each.get("/sample", (_request, response) =>
        pages.send(response, {
          view: "hello",
          title: HOSTILE,
          language: "fil",
          data: { name: HOSTILE },
          connectTo: [NODE],
        }),
      );
      each.get("/sample/part", (_request, response) =>
        pages.sendPart(response, { view: "hello", data: { name: HOSTILE } }),
      );
      each.get("/sample/events", (_request, response) => {
        stream = openPageStream(response, 5);
        stream.send("step", "one\ntwo");
      });
    });
    server = await serve(app, { host: "127.0.0.1", port: 0 });
  });
  after(async () => {
    await dispatcher.close();
    await server[Symbol.asyncDispose]();
  });

  async function addressesOn(path: string): Promise<string[]> {
    const page = await (await fetch(`${server.url}${path}`)).text();
    return [...page.matchAll(/(?:href|src)="(\/sample\/assets\/[^"]+)"/g)].map(
      ([, address]) => address ?? "",
    );
  }

  it("show whatever a person wrote as text, in a page, its title and a part of a page", async () => {
    const page = await (await fetch(`${server.url}/sample`)).text();
    expect(page).to.contain(`<title>${SHOWN}</title>`);
    expect(page).to.contain(`<main title="${SHOWN}"><h1>Hello, ${SHOWN}</h1></main>`);
    expect(page).to.contain('<html lang="fil">');
    const part = await (await fetch(`${server.url}/sample/part`)).text();
    expect(part.trim()).to.equal(`<main title="${SHOWN}"><h1>Hello, ${SHOWN}</h1></main>`);
  });

  it("let a page do nothing but what its own server gives it, and ask the named origin", async () => {
    const { headers } = await fetch(`${server.url}/sample`);
    expect(headers.get("content-security-policy")).to.equal(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        `connect-src 'self' ${NODE}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(headers.get("referrer-policy")).to.equal("same-origin");
    expect(headers.get("cross-origin-opener-policy")).to.equal("same-origin");
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
    expect(headers.get("cache-control")).to.equal("no-store");
    const part = await fetch(`${server.url}/sample/part`);
    expect(part.headers.get("content-security-policy")).to.contain("connect-src 'self';");
  });

  it("hold no script and no style of their own", async () => {
    const page = await (await fetch(`${server.url}/sample`)).text();
    expect(page).not.to.match(/<style|<script(?![^>]* src=)| style=| on[a-z]+=(?!&quot;)/);
  });

  it("name their assets by their contents, for ever, and compress them", async () => {
    const addresses = await addressesOn("/sample");
    expect(addresses.map((address) => address.split("/").at(-1))).to.deep.equal([
      "icon.svg",
      "corridor.css",
      "sample.css",
      "htmx.min.js",
      "hx-sse.min.js",
    ]);
    for (const address of addresses) {
      const ask = (encoding: string) =>
        request(`${server.url}${address}`, {
          dispatcher,
          headers: { "accept-encoding": encoding },
        });
      const [plain, br, gzip] = await Promise.all(["identity", "br", "gzip"].map(ask));
      expect(plain!.headers["cache-control"]).to.equal("public, max-age=31536000, immutable");
      expect(br!.headers["content-encoding"]).to.equal("br");
      expect(gzip!.headers["content-encoding"]).to.equal("gzip");
      const bytes = Buffer.from(await plain!.body.arrayBuffer());
      expect(brotliDecompressSync(await br!.body.arrayBuffer()).equals(bytes)).to.equal(true);
      expect(gunzipSync(await gzip!.body.arrayBuffer()).equals(bytes)).to.equal(true);
    }
  });

  it("have nothing at an asset's address with another hash", async () => {
    const [address = ""] = await addressesOn("/sample");
    const other = address.replace(/assets\/..../, "assets/0000");
    expect((await fetch(`${server.url}${other}`)).status).to.equal(404);
    expect((await fetch(`${server.url}${address}`, { method: "POST" })).status).to.equal(405);
  });

  it("are told what happens by a stream that stays open while it is quiet, and learn when it is left", async () => {
    const leave = new AbortController();
    const response = await fetch(`${server.url}/sample/events`, { signal: leave.signal });
    expect(response.headers.get("content-type")).to.equal("text/event-stream; charset=utf-8");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let told = "";
    while (!told.endsWith(":\n\n")) told += (await reader.read()).value ?? "";
    expect(told).to.match(/^retry: 1000\n\nevent: step\ndata: one\ndata: two\n\n(:\n\n)+$/);
    const { gone } = stream!;
    expect(gone.aborted).to.equal(false);
    const left = new Promise((resolve) => gone.addEventListener("abort", resolve));
    leave.abort();
    await left;
  });

  it("speak the language that is asked for, or else their first", () => {
    const table = { send: { en: "Send", fil: "Magpadala" } };
    expect(wordsIn(table, chosenLanguage(["en", "fil"], "fil")).send).to.equal("Magpadala");
    expect(wordsIn(table, chosenLanguage(["en", "fil"], "de")).send).to.equal("Send");
  });

  it("fail at the start when a script of theirs has not been made", () => {
    const views = new URL("sample-pages/", import.meta.url);
    const missing = new URL("../../../server/nowhere/browser/main.ts", import.meta.url);
    expect(() => createPages({ path: "/x", views, scripts: [missing] })).to.throw(
      "nowhere/browser/main.js is not there: npm run build:pages makes it",
    );
  });
});

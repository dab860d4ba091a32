import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { readRows } from "../../scripts/send/read-rows.ts";
import { sendRows } from "../../scripts/send/send-rows.ts";
import { createWalletApp } from "../../server/local/wallet-app.ts";
import { startTestCorridor, type TestCorridor } from "../e2e/local-corridor.ts";
import { newPair } from "../e2e/people.ts";

const UNAVAILABLE = {
  type: "about:blank",
  title: "The participant cannot be reached",
  status: 503,
  code: "participant-unavailable",
  detail: "there was no usable answer",
  instance: "1",
  retryable: true,
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

/** A bad road to a real wallet: the first request is turned away, the answer to the second is lost. */
async function startBadRoad(
  walletUrl: string,
): Promise<{ server: Server; url: string; asked(): number }> {
  let asked = 0;
  const server = createServer(async (request, response) => {
    asked++;
    const body = await bodyOf(request);
    if (asked === 1) {
      response.writeHead(503, { "content-type": "application/problem+json" });
      response.end(JSON.stringify(UNAVAILABLE));
      return;
    }
    const answer = await fetch(new URL(request.url ?? "/", walletUrl), {
      method: request.method ?? "GET",
      headers: { "content-type": "application/json" },
      body,
    });
    const text = await answer.text();
    if (asked === 2) {
      response.destroy();
      return;
    }
    const replayed = answer.headers.get("idempotency-replayed");
    response.writeHead(
      answer.status,
      replayed === null ? {} : { "idempotency-replayed": replayed },
    );
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}`, asked: () => asked };
}

describe("sending rows over a bad network", () => {
  let test: TestCorridor;
  before(async () => {
    test = await startTestCorridor();
  });
  after(() => test[Symbol.asyncDispose]());

  async function prepare() {
    const { sender, recipient } = await newPair(test);
    const corridor = test.corridor.plan.corridors[0]!;
    const text = `recipient,name,amount,currency,side,reference\n${recipient.phone},${recipient.name},100.00,HKD,send,ROAD`;
    const { rows } = readRows(Buffer.from(text), corridor);
    const road = await startBadRoad(test.corridor.walletUrl(corridor.payer));
    const controller = new AbortController();
    const options = {
      corridor,
      senderPhone: sender.phone,
      concurrency: 4,
      signal: controller.signal,
      onRow: () => {},
    };
    return { sender, rows, road, controller, options };
  }

  it("tries again after a 503 and after a lost answer, and pays once", async () => {
    const { sender, rows, road, options } = await prepare();
    const { paid, bad, unsent } = await sendRows(createWalletApp(road.url), rows, options);
    road.server.close();
    expect(road.asked()).to.equal(3);
    expect([bad, unsent]).to.deep.equal([[], []]);
    expect(
      paid.map(({ before }) => before),
      "it was this run that sent it",
    ).to.deep.equal([false]);
    const { balance } = await test.sending.account(sender.phone);
    expect(balance.value).to.equal("4895.00");
  });

  it("leaves rows unsent, and says so, once it is told to stop", async () => {
    const { sender, rows, road, controller, options } = await prepare();
    controller.abort();
    const { paid, unsent } = await sendRows(createWalletApp(road.url), rows, options);
    road.server.close();
    expect(paid).to.deep.equal([]);
    expect(unsent.map(({ explanation }) => explanation)).to.deep.equal(["interrupted"]);
    expect((await test.sending.account(sender.phone)).balance.value).to.equal("5000.00");
  });
});

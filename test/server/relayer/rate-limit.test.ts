import { expect } from "chai";
import { problemSchema } from "../../../protocol/wire/problem.ts";
import { createApp } from "../../../server/foundation/http/create-app.ts";
import { type RunningServer, serve } from "../../../server/foundation/http/serve.ts";
import { limitRate, networkOf } from "../../../server/relayer/http/rate-limit.ts";
import { createRelayerLogger } from "../../../server/relayer/telemetry/logger.ts";

describe("a rate limit", () => {
  let server: RunningServer;
  before(async () => {
    const limit = { requests: 3, windowSeconds: 1 };
    const app = createApp(createRelayerLogger("silent"), (each) => {
      each.use(limitRate("address", limit, (request) => request.get("x-who") ?? ""));
      each.use(limitRate("participant", { ...limit, requests: 100 }, () => "all"));
      each.get("/", (_request, response) => {
        response.json({});
      });
    });
    server = await serve(app, { host: "127.0.0.1", port: 0 });
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = (who: string) => fetch(server.url, { headers: { "x-who": who } });

  it("refuses what comes too often, says when to come back, and lets it in then", async () => {
    const first = await ask("busy");
    expect(first.status).to.equal(200);
    expect(first.headers.get("ratelimit-policy")).to.equal(
      '"address";q=3;w=1, "participant";q=100;w=1',
    );
    expect(first.headers.get("ratelimit")).to.match(/^"address";r=2;t=1, "participant";r=\d+;t=1$/);
    await Promise.all([ask("busy"), ask("busy")]);
    const refused = await ask("busy");
    expect(refused.status).to.equal(429);
    expect(refused.headers.get("ratelimit")).to.equal('"address";r=0;t=1');
    expect(refused.headers.get("retry-after")).to.equal("1");
    const { code, retryable } = problemSchema.parse(await refused.json());
    expect({ code, retryable }).to.deep.equal({ code: "rate-limited", retryable: true });
    expect((await ask("other")).status, "each is counted for itself").to.equal(200);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect((await ask("busy")).status).to.equal(200);
  });

  it("counts a customer's whole IPv6 network as one, and mapped addresses as what they are", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).to.equal("2001:db8:1:2::/64");
    expect(networkOf("2001:db8:1:2::6")).to.equal("2001:db8:1:2::/64");
    expect(networkOf("2001:0db8::1")).to.equal("2001:db8:0:0::/64");
    expect(networkOf("::1")).to.equal("0:0:0:0::/64");
    expect(networkOf("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(networkOf("192.0.2.7")).to.equal("192.0.2.7");
  });
});

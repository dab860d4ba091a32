import { expect } from "chai";
import express from "express";
import type { ParticipantId } from "../../protocol/corridor.ts";
import { serve } from "../../server/foundation/http/serve.ts";
import { EventStreams } from "../../server/relayer/http/event-streams.ts";

describe("a stream with nothing to tell", () => {
  it("says so now and then, so that nobody between takes it for dead", async () => {
    const streams = new EventStreams({ heartbeatMs: 200 });
    const app = express();
    const source = { start: 7n, after: async () => [] };
    app.get("/", (_request, response) =>
      streams.tell(response, "harbour-wallet" as ParticipantId, source),
    );
    await using server = await serve(app, { host: "127.0.0.1", port: 0 });
    const response = await fetch(server.url);
    setTimeout(() => streams.end(), 2_500);
    expect(await response.text()).to.match(/^retry: 1000\nid: 7\n\n(:\n\n)+$/);
  });
});

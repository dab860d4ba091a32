import { expect } from "chai";
import fc from "fast-check";
import { readEventStream, type StreamBlock } from "../../sdk/api/read-event-stream.ts";

const STREAM =
  'retry: 1000\nid: 41\n\n:\n\nid: 42\nevent: transfer.settled\ndata: {"a":\ndata:"é"}\n\n';

async function read(chunks: readonly Uint8Array[]): Promise<StreamBlock[]> {
  const blocks: StreamBlock[] = [];
  async function* body() {
    yield* chunks;
  }
  for await (const block of readEventStream(body())) blocks.push(block);
  return blocks;
}

describe("a server-sent event stream", () => {
  it("reads alike however the network cuts it", async () => {
    const bytes = new TextEncoder().encode(STREAM);
    const whole = await read([bytes]);
    expect(whole).to.deep.equal([
      { retryMs: 1000, id: "41" },
      {},
      { id: "42", data: '{"a":\n"é"}' },
    ]);
    const cut = fc.integer({ min: 0, max: bytes.length });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 6 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
        expect(await read(chunks)).to.deep.equal(whole);
      }),
    );
  });

  it("leaves out an event that a lost connection cut off", async () => {
    const bytes = new TextEncoder().encode(`${STREAM}id: 43\ndata: {"half":`);
    expect((await read([bytes])).at(-1)?.id).to.equal("42");
  });

  it("is given up when an event has no end", async () => {
    const endless = [new Uint8Array(70_000).fill(97)];
    const error = await read(endless).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RangeError);
  });
});

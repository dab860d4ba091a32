import { expect } from "chai";
import type { Block } from "../../../server/foundation/chain/block.ts";
import type { ChainConnection } from "../../../server/foundation/chain/connect.ts";
import { type EventSpan, followNextSpan } from "../../../server/foundation/chain/follow-events.ts";
import { createHeadMemory } from "../../../server/foundation/chain/head-memory.ts";
import { newestFinalBlock } from "../../../server/foundation/chain/read-blocks.ts";

const block = (number: number): Block => ({
  number,
  hash: `0x${number}`,
  parentHash: `0x${number - 1}`,
  timestamp: BigInt(number),
});

describe("a head that the node has announced", () => {
  let now = 0;
  const memory = () => {
    now = 0;
    return createHeadMemory(() => now);
  };
  /** A node whose newest block is 9, and what it is asked for logs by. */
  const node = (depth: number, heads = memory(), asked: unknown[] = []) =>
    ({
      endpoint: { depth },
      heads,
      provider: {
        async send(method: string, [what]: readonly unknown[]) {
          if (method !== "eth_getLogs") return block(what === "latest" ? 9 : Number(what));
          asked.push(what);
          return [];
        },
      },
    }) as unknown as ChainConnection;

  it("is the newest for a second, until another one is announced", () => {
    const heads = memory();
    expect(heads.newest()).to.equal(undefined);
    heads.note(block(1));
    now = 1_000;
    expect(heads.newest()).to.deep.equal(block(1));
    now = 1_001;
    expect(heads.newest(), "announcements may have been lost").to.equal(undefined);
    heads.note(block(2));
    heads.note(block(3));
    expect(heads.newest()).to.deep.equal(block(3));
  });

  it("is not believed once the announcements have stopped", () => {
    const heads = memory();
    heads.note(block(1));
    heads.forget();
    expect(heads.newest()).to.equal(undefined);
  });

  it("is the final block where blocks are final at once, and nowhere else", async () => {
    const heads = memory();
    heads.note(block(10));
    expect((await newestFinalBlock(node(0, heads))).number).to.equal(10);
    expect((await newestFinalBlock(node(2, heads))).number).to.equal(7);
    expect((await newestFinalBlock(node(0))).number, "asked for, without one").to.equal(9);
  });

  it("is followed at once by its hash, and behind others only as far as the node shows them", async () => {
    const follow = async (from: number, announced: number) => {
      const heads = memory();
      heads.note(block(announced));
      const asked: unknown[] = [];
      const spans: EventSpan[] = [];
      const apply = (span: EventSpan) => void spans.push(span);
      const checkpoint = () => block(from);
      await followNextSpan(node(0, heads, asked), { addresses: [], checkpoint, apply });
      return { asked, to: spans.map((span) => span.to.number) };
    };
    expect(await follow(9, 10)).to.deep.equal({
      asked: [{ blockHash: "0x10", address: [] }],
      to: [10],
    });
    expect(await follow(5, 10)).to.deep.equal({
      asked: [{ fromBlock: "0x6", toBlock: "0x9", address: [] }],
      to: [9],
    });
  });
});

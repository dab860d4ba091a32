import { expect } from "chai";
import type { ChainConnection } from "../../../server/foundation/chain/connect.ts";
import { readFinalBlock } from "../../../server/foundation/chain/read-blocks.ts";

describe("the newest final block", () => {
  /** Several nodes behind one address: one shows the newest block, the one asked next has blocks up to another. */
  const nodes = (newest: number, has: number) =>
    ({
      endpoint: { depth: 2 },
      provider: {
        async send(_: string, [tag]: readonly string[]) {
          const number = tag === "latest" ? newest : Number(tag);
          if (tag !== "latest" && number > has) return null;
          return { number, hash: `0x${number}`, parentHash: `0x${number - 1}`, timestamp: number };
        },
      },
    }) as unknown as ChainConnection;

  it("has the network's depth behind it, also where a node that lags is asked for it", async () => {
    expect((await readFinalBlock(nodes(10, 10))).number).to.equal(8);
    const failure = await readFinalBlock(nodes(10, 5)).catch((error: Error) => error.message);
    expect(failure).to.equal("the node has no block 8, 2 before its newest");
  });
});

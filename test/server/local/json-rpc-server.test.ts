import { expect } from "chai";
import {
  type LocalChain,
  setBlockTime,
  startLocalChain,
  stopBlocks,
} from "../../../server/local/chain/start-chain.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import { eventually } from "../../e2e/eventually.ts";

describe("the local chain's interface", () => {
  let chain: LocalChain;
  before(async () => {
    chain = await startLocalChain({ host: "127.0.0.1", port: 0 });
  });
  after(() => chain[Symbol.asyncDispose]());

  const askFrom = (origin: string, method = "POST") =>
    fetch(chain.rpcUrl, {
      method,
      headers: { origin },
      ...(method === "POST" && {
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] }),
      }),
    });

  it("may be asked by pages of this machine, and by those of no other site", async () => {
    for (const own of ["http://127.0.0.1:8080", "http://localhost:3000"]) {
      for (const method of ["POST", "OPTIONS"]) {
        const { ok, headers } = await askFrom(own, method);
        expect([ok, headers.get("access-control-allow-origin")]).to.deep.equal([true, own]);
      }
    }
    const others = ["https://site.example", "http://127.0.0.1.site.example", "null"];
    for (const other of others) {
      const { status, headers } = await askFrom(other);
      expect([status, headers.get("access-control-allow-origin")]).to.deep.equal([403, null]);
    }
  });

  it("makes no block once it is told to stop, and goes on when it is told to", async () => {
    const number = async () => Number(await callChain(chain.rpcUrl, "eth_blockNumber", []));
    await setBlockTime(chain.rpcUrl, 20);
    const began = await number();
    await eventually(number, (now) => now > began + 1);
    await stopBlocks(chain.rpcUrl);
    const stopped = await number();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await number()).to.equal(stopped);
    await setBlockTime(chain.rpcUrl, 20);
    await eventually(number, (now) => now > stopped);
  });
});

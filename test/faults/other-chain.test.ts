import { expect } from "chai";
import { connectChain } from "../../server/foundation/chain/connect.ts";
import { type LocalChain, startLocalChain } from "../../server/local/chain/start-chain.ts";

describe("a node of another chain", () => {
  let chain: LocalChain;
  before(async () => {
    chain = await startLocalChain({ host: "127.0.0.1", port: 0 });
  });
  after(() => chain[Symbol.asyncDispose]());

  it("is not connected to: a service ends at its start and names both chains", async () => {
    const { rpcUrl } = chain;
    const error = await connectChain({ rpcUrl, chainId: 1n, depth: 0 }).then(
      () => undefined,
      ({ message }: Error) => message,
    );
    expect(error).to.equal("the node serves chain 31337, not 1");
  });
});

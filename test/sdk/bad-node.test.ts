import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Wallet } from "ethers";
import type { Address, BatchId } from "../../protocol/messages.ts";
import { ChainUnreachable, openChain } from "../../sdk/chain/chain-reader.ts";
import { createChainSender } from "../../sdk/chain/chain-sender.ts";
import { CorridorError, toCorridorError } from "../../sdk/errors/corridor-error.ts";
import { openReservationChain } from "../../sdk/receive/verify-reservation.ts";

const ACCOUNT = `0x${"11".repeat(20)}` as Address;
const BATCH = `0x${"ab".repeat(32)}` as BatchId;
const deployment = { chainId: 31337n, corridor: ACCOUNT };
/** What no node should answer, each in place of a result. */
const NONSENSE = [undefined, null, "", "0x", "0xzz", "nonsense", 12, {}, [], { number: "x" }];

describe("a node that answers nonsense", () => {
  let server: Server;
  let rpcUrl: string;
  /** Answers of some methods; all others are answered with `nonsense`. */
  let right: Readonly<Record<string, unknown>> = {};
  let nonsense: unknown;

  before(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { id, method } = JSON.parse(Buffer.concat(chunks).toString());
      const result = method in right ? right[method] : nonsense;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  async function expectUnreachable(call: () => Promise<unknown>): Promise<void> {
    for (nonsense of NONSENSE) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify(nonsense)).to.be.instanceOf(ChainUnreachable);
      const told = toCorridorError(error);
      expect(told).to.be.instanceOf(CorridorError).and.include({ code: "chain-unavailable" });
    }
  }

  it("cannot be asked which chain it serves", async () => {
    right = {};
    await expectUnreachable(() => openChain({ rpcUrl, deployment }));
  });

  it("cannot be asked for a view of the contract, nor for a batch", async () => {
    right = { eth_chainId: "0x7a69" };
    const chain = await openChain({ rpcUrl, deployment });
    await expectUnreachable(() => chain.view("signerOf", [ACCOUNT]));
    const reservations = await openReservationChain({ rpcUrl, deployment, depth: 2 });
    await expectUnreachable(() => reservations.batchAtDepth(BATCH));
    right = { ...right, eth_getBlockByNumber: { number: "0x5", timestamp: "0x6" } };
    await expectUnreachable(() => reservations.batchAtDepth(BATCH));
  });

  it("is sent nothing before it has said what a call costs, and told of no place in the chain", async () => {
    right = { eth_chainId: "0x7a69" };
    const sender = createChainSender(
      await openChain({ rpcUrl, deployment }),
      Wallet.createRandom(),
    );
    await expectUnreachable(() => sender.send("0x"));
    right = { ...right, eth_estimateGas: "0x5208", eth_getTransactionCount: "0x0" };
    right = { ...right, eth_getBlockByNumber: { baseFeePerGas: "0x1" } };
    await expectUnreachable(() => sender.send("0x"));
  });
});

import hre from "hardhat";
import { startAnvil } from "./start-anvil.ts";

/** How often a sent chain transaction is looked for, and how long in between, in milliseconds. */
const LOOKS = 500;
const PAUSE = 4;

/** Connections whose blocks are mined by hand. */
const mining = new Set<number>();

// Where Hardhat answers a sent chain transaction when it is mined, anvil answers as soon as it has it. The tests are
// written for the first, so here every answer waits for the block.
hre.hooks.registerHandlers("network", {
  async onRequest(context, connection, request, next) {
    const answer = await next(context, connection, request);
    if (connection.networkName !== "anvil" || !("result" in answer)) return answer;
    if (request.method === "evm_setAutomine" && Array.isArray(request.params)) {
      if (request.params[0] === true) mining.delete(connection.id);
      else mining.add(connection.id);
    }
    const sent = /^eth_send(Raw)?Transaction$/.test(request.method);
    if (!sent || mining.has(connection.id)) return answer;
    const look = { ...request, method: "eth_getTransactionReceipt", params: [answer.result] };
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const receipt = await next(context, connection, look);
      if ("result" in receipt && receipt.result !== null) break;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    return answer;
  },
});

/** Connects to an anvil started for this call. */
export async function connectAnvil() {
  return await hre.network.connect({ network: "anvil", override: { url: await startAnvil() } });
}

import { toQuantity } from "ethers";
import { type Block, blockFromRpc, type RpcBlock } from "./block.ts";
import type { ChainConnection } from "./connect.ts";

/** The block of a number, or undefined when the node does not have it. */
export async function readBlock(
  { provider }: ChainConnection,
  number: number | "latest",
): Promise<Block | undefined> {
  const tag = number === "latest" ? number : toQuantity(number);
  const block: RpcBlock | null = await provider.send("eth_getBlockByNumber", [tag, false]);
  return block ? blockFromRpc(block) : undefined;
}

/** The newest block, final or not. */
export async function readNewestBlock(connection: ChainConnection): Promise<Block> {
  const latest = await readBlock(connection, "latest");
  if (!latest) throw new Error("the node has no block");
  return latest;
}

/**
 * The newest block that has the network's depth behind it, as the node shows it: what is in it is final for us. Throws when
 * the node does not have that block, as one of several behind one address that lags: a newer one would not be final.
 */
export async function readFinalBlock(connection: ChainConnection): Promise<Block> {
  const latest = await readNewestBlock(connection);
  const { depth } = connection.endpoint;
  if (depth === 0) return latest;
  const number = Math.max(0, latest.number - depth);
  const final = await readBlock(connection, number);
  if (!final) throw new Error(`the node has no block ${number}, ${depth} before its newest`);
  return final;
}

/**
 * The newest final block as far as is known here. Where that is the head, one that the node has announced just now is not
 * asked for again. There may be a newer one already: whoever misses something there asks with `readFinalBlock`. And another
 * node behind the same address may not have it yet, and says so when it is asked for anything by it.
 */
export async function newestFinalBlock(connection: ChainConnection): Promise<Block> {
  const { depth } = connection.endpoint;
  const announced = depth === 0 ? connection.heads.newest() : undefined;
  return announced ?? readFinalBlock(connection);
}

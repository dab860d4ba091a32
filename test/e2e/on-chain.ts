import type { Address } from "../../protocol/messages.ts";
import type { Block } from "../../server/foundation/chain/block.ts";
import { connectChain } from "../../server/foundation/chain/connect.ts";
import { readBlock } from "../../server/foundation/chain/read-blocks.ts";
import { readPosition } from "../../server/foundation/chain/read-corridor.ts";
import type { TestCorridor } from "./local-corridor.ts";

/** What an account holds in the contract, in minor units, asked of the node by a connection of the test's own: now, or as of a block. */
export async function positionOnChain(
  { corridor }: TestCorridor,
  owner: { readonly token: Address; readonly account: Address },
  blockNumber?: number,
): Promise<bigint> {
  const { rpcUrl, network } = corridor;
  const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth: 0 });
  try {
    const block: Block | undefined = blockNumber
      ? await readBlock(connection, blockNumber)
      : undefined;
    return await readPosition({ connection, corridor: network.corridor }, owner, block);
  } finally {
    connection.provider.destroy();
  }
}

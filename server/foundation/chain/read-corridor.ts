import { type Result, toQuantity } from "ethers";
import {
  type BatchOnChain,
  decodeBatchStatus,
  encodeBatchStatusCall,
} from "../../../protocol/batch-status-call.ts";
import type { Instruction } from "../../../protocol/batch-tree.ts";
import {
  CHAIN_TRANSFER_STATUSES,
  type ChainTransferStatus,
  corridorAbi,
  depositAbi,
} from "../../../protocol/contract-abi.ts";
import type { Address, Batch, BatchId } from "../../../protocol/messages.ts";
import type { Block } from "./block.ts";
import type { ChainConnection } from "./connect.ts";

/** A view of one Corridor contract, always as of a block that the caller names. */
export interface CorridorView {
  readonly connection: ChainConnection;
  readonly corridor: Address;
}

async function view(
  { connection, corridor }: CorridorView,
  name: string,
  args: readonly unknown[],
  block: Block | undefined,
): Promise<Result> {
  const data = corridorAbi.encodeFunctionData(name, args);
  const tag = block ? toQuantity(block.number) : "latest";
  const answer = await connection.provider.send("eth_call", [{ to: corridor, data }, tag]);
  return corridorAbi.decodeFunctionResult(name, answer);
}

/** What the chain holds of a batch at a block. */
export async function readBatch(
  { connection, corridor }: CorridorView,
  batchId: BatchId,
  block: Block,
): Promise<BatchOnChain> {
  const call = { to: corridor, data: encodeBatchStatusCall(batchId) };
  return decodeBatchStatus(
    await connection.provider.send("eth_call", [call, toQuantity(block.number)]),
  );
}

/** What the chain holds of one transfer at a block. */
export async function readTransfer(
  corridor: CorridorView,
  transfer: {
    readonly batch: Batch;
    readonly index: number;
    readonly instruction: Instruction;
    readonly siblings: readonly string[];
  },
  block: Block,
): Promise<ChainTransferStatus> {
  const { batch, index, instruction, siblings } = transfer;
  const [status] = await view(corridor, "statusOf", [batch, index, instruction, siblings], block);
  return CHAIN_TRANSFER_STATUSES[Number(status)] ?? "None";
}

/** The key that signs for an account, or the zero address. */
export async function readSigner(
  corridor: CorridorView,
  account: Address,
  block?: Block,
): Promise<Address> {
  const [signer] = await view(corridor, "signerOf", [account], block);
  return signer as Address;
}

/** An account's position in a token, in minor units. */
export async function readPosition(
  corridor: CorridorView,
  owner: { readonly token: Address; readonly account: Address },
  block?: Block,
): Promise<bigint> {
  const [position] = await view(corridor, "positionOf", [owner.token, owner.account], block);
  return BigInt(position);
}

/** An account's token balance outside the corridor, in minor units. */
export async function readTokenBalance(
  { provider }: ChainConnection,
  owner: { readonly token: Address; readonly account: Address },
): Promise<bigint> {
  const data = depositAbi.encodeFunctionData("balanceOf", [owner.account]);
  const answer = await provider.send("eth_call", [{ to: owner.token, data }, "latest"]);
  const [balance] = depositAbi.decodeFunctionResult("balanceOf", answer);
  return BigInt(balance);
}

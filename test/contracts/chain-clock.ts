import type { Chain } from "./corridor-fixture.ts";

/** Gives the next block this timestamp, in Unix seconds. */
export async function nextBlockAt(chain: Chain, timestamp: bigint): Promise<void> {
  await chain.networkHelpers.time.setNextBlockTimestamp(timestamp);
}

/** A second far enough ahead that everything until then fits in, to aim exact boundaries at. */
export async function soon(chain: Chain): Promise<bigint> {
  return BigInt(await chain.networkHelpers.time.latest()) + 100n;
}

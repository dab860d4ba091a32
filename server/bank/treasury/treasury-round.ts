import { markSwept, unsweptCycles } from "../cycles/cycle-store.ts";
import { issueWaitingDeposits } from "../deposits/issue-deposits.ts";
import { sweepPositions, topUpPositions } from "./keep-positions.ts";
import { registerSigner } from "./register-signer.ts";
import type { Treasury } from "./treasury.ts";

/**
 * One round of everything the bank's account sends on chain, in the order of need: its signer, its
 * customers' deposits, its own positions, the sweep after agreed cycles.
 */
export async function runTreasuryRound(treasury: Treasury): Promise<boolean> {
  await registerSigner(treasury);
  await issueWaitingDeposits(treasury);
  await topUpPositions(treasury);
  const cycles = unsweptCycles(treasury.db);
  if (cycles.length > 0) {
    await sweepPositions(treasury);
    markSwept(treasury.db, cycles);
  }
  return false;
}

import type { ServiceContext } from "../service-context.ts";
import { listCycles, type StoredCycle } from "../store/cycles.ts";
import { toSignedAmount } from "./show-amount.ts";

const SHOWN = 50;

function toShown({ network }: ServiceContext, cycle: StoredCycle) {
  const named = (entries: Readonly<Record<string, string>>, address: string) =>
    Object.entries(entries).find(([, each]) => each.toLowerCase() === address.toLowerCase())?.[0];
  const movements = cycle.movements.flatMap(({ account, token, netMinor }) => {
    const currency = named(network.tokens, token);
    if (currency === undefined) return [];
    const participant = named(network.accounts, account) ?? account;
    return [{ participant, net: toSignedAmount(BigInt(netMinor), currency) }];
  });
  return {
    id: cycle.id,
    fromBlock: cycle.from_block.toString(),
    toBlock: cycle.to_block.toString(),
    state: cycle.state,
    closedAt: cycle.created_at.toISOString(),
    movements,
    differences: (cycle.differences ?? []).map((difference) => JSON.stringify(difference)),
  };
}

/** The newest cut-off cycles: what moved on each account, and what the bank answered. */
export async function readCycles(context: ServiceContext) {
  const cycles = await listCycles(context.db, SHOWN);
  return cycles.map((cycle) => toShown(context, cycle));
}

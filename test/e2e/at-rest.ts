import { sql } from "kysely";
import type { Address } from "../../protocol/messages.ts";
import { urlOf } from "../../server/local/plan.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { positionOnChain } from "./on-chain.ts";

/** What the relayer still has to do for an order or a return, or to write down. */
async function countOpen(test: TestCorridor): Promise<number> {
  const { rows } = await sql<{ open: number }>`select (
    (select count(*) from batches where stage <> 'done')
    + (select count(*) from returns where stage <> 'done')
    + (select count(*) from outbox))::int as open`.execute(test.relayerDatabase());
  return rows[0]?.open ?? 0;
}

/** The positions in the bank's books that are not what the chain shows. */
async function listBehind(test: TestCorridor): Promise<string[]> {
  const { plan, network } = test.corridor;
  const answer = await fetch(`${urlOf(plan, plan.bank)}/accounts`);
  const { accounts } = (await answer.json()) as {
    accounts: { id: string; holder?: string; currency: string; balance: { value: string } }[];
  };
  const behind = [];
  for (const { id, holder, currency, balance } of accounts) {
    const token = network.tokens[currency];
    if (!id.startsWith("position:") || !holder || !token) continue;
    const onChain = await positionOnChain(test, { token, account: holder as Address });
    if (BigInt(balance.value.replace(".", "")) !== onChain) behind.push(id);
  }
  return behind;
}

/** Waits until nothing that was ordered is under way any more, at the relayer and in the bank's books, however slow the machine is. */
export async function untilAtRest(test: TestCorridor): Promise<void> {
  await eventually(
    () => countOpen(test),
    (open) => open === 0,
  );
  await eventually(
    () => listBehind(test),
    (behind) => behind.length === 0,
  );
}

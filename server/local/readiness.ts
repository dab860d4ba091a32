import type { Network } from "../../protocol/network.ts";
import { type CorridorView, readPosition, readSigner } from "../foundation/chain/read-corridor.ts";
import { type LocalPlan, urlOf } from "./plan.ts";

const READY_DEADLINE_MS = 60_000;
const LOOK_MS = 100;

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen in time`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The bank quotes once its own books show the position that it quotes from. */
async function bankQuotes(plan: LocalPlan, network: Network): Promise<boolean> {
  const asks = plan.corridors.map(({ id, payer, payee }) =>
    fetch(new URL("/fx/quotes", urlOf(plan, plan.bank)), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        corridor: id,
        payer: network.accounts[payer],
        payee: network.accounts[payee],
      }),
    }),
  );
  return (await Promise.all(asks)).every((answer) => answer.ok);
}

/** Every party has set its signer, and those that pay have a position to pay from. */
export async function untilFunded(
  plan: LocalPlan,
  network: Network,
  view: CorridorView,
): Promise<void> {
  const accountOf = (id: string) => network.accounts[id] ?? network.corridor;
  const tokenOf = (currency: string) => network.tokens[currency] ?? network.corridor;
  const holdsPosition = async (id: string, currency: string) =>
    (await readPosition(view, { token: tokenOf(currency), account: accountOf(id) })) > 0n;
  for (const { participant } of [plan.bank, ...plan.wallets]) {
    const account = accountOf(participant.id);
    await until(
      async () => /[1-9a-f]/i.test((await readSigner(view, account)).slice(2)),
      "a signer",
    );
  }
  for (const { payer, sendCurrency, receiveCurrency } of plan.corridors) {
    await until(() => holdsPosition(payer, sendCurrency), `${payer}'s position`);
    const bank = plan.bank.participant.id;
    await until(() => holdsPosition(bank, receiveCurrency), `${bank}'s position`);
  }
  await until(() => bankQuotes(plan, network), "a quote by the bank");
}

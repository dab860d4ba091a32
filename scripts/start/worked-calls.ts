import { RECIPIENT, SENDER } from "../../server/local/first-transfer.ts";
import { urlOf } from "../../server/local/plan.ts";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";

/** One worked call for each step, to paste into another terminal. */
export function formatWorkedCalls(corridor: LocalCorridor): string {
  const { plan, relayerUrl, sandboxKeys } = corridor;
  const [first] = plan.corridors;
  if (!first) return "";
  const [sending, receiving] = [corridor.walletUrl(first.payer), corridor.walletUrl(first.payee)];
  const key = `-H 'authorization: Bearer ${sandboxKeys[first.payer]}'`;
  const call = `node scripts/call.ts --directory ${plan.directory} --as ${first.payer}`;
  const json = "-H 'content-type: application/json'";
  const body = (value: unknown) => `-d '${JSON.stringify(value)}'`;
  const amount = { value: "500.00", currency: first.sendCurrency };
  const account = { type: "mobile", value: RECIPIENT.phone };
  const quote = {
    corridor: first.id,
    fixedSide: "send",
    amount,
    debtor: { name: SENDER.name },
    creditor: { account },
  };
  const payment = {
    requestId: "my-first-payment",
    senderPhone: SENDER.phone,
    corridor: first.id,
    fixedSide: "send",
    amount,
    recipient: RECIPIENT,
  };
  return [
    "try it from another terminal:",
    `  # a quote, asked for and signed as the sending wallet does\n  ${call} POST ${relayerUrl}/v1/quotes '${JSON.stringify(quote)}'`,
    `  # pay, as the sender's app does: quote, check, debit, sign, send\n  curl -s ${sending}/app/payments ${json} ${body(payment)}`,
    `  # what the relayer knows of it, read with a sandbox key: states, times, chain references, the payee's signature\n  curl -s '${relayerUrl}/v1/transfers?limit=1' ${key}`,
    `  # the recipient's balance\n  curl -s ${receiving}/app/accounts/${RECIPIENT.phone}`,
    `  # the bank's accounts\n  curl -s ${urlOf(plan, plan.bank)}/accounts`,
  ].join("\n");
}

import { randomUUID } from "node:crypto";
import type { PayOrder, ShownPayment } from "../../server/local/wallet-app.ts";
import type { TestCorridor } from "./local-corridor.ts";

let people = 0;

/** A sender with HK$5,000 and a recipient, of a test's own. */
export async function newPair(test: TestCorridor) {
  people++;
  const digits = String(people).padStart(6, "0");
  const sender = { phone: `+85260${digits}`, name: `Chan Siu Ming ${people}` };
  const recipient = { phone: `+63917${digits}0`, name: `Liwayway Dela Cruz ${people}` };
  await test.sending.openAccount({ ...sender, balance: { value: "5000.00", currency: "HKD" } });
  await test.receiving.openAccount(recipient);
  return { sender, recipient };
}

export type Pair = Awaited<ReturnType<typeof newPair>>;

/** Sends between a pair, HK$1,000 unless told otherwise. */
export function pay(
  test: TestCorridor,
  { sender, recipient }: Pair,
  order: Partial<PayOrder> = {},
): Promise<ShownPayment> {
  return test.sending.pay({
    requestId: randomUUID(),
    senderPhone: sender.phone,
    corridor: test.id,
    fixedSide: "send",
    amount: { value: "1000.00", currency: "HKD" },
    recipient,
    ...order,
  });
}

/** Balances of a pair, as text. */
export async function balancesOf(test: TestCorridor, { sender, recipient }: Pair) {
  const [sent, received] = await Promise.all([
    test.sending.account(sender.phone),
    test.receiving.account(recipient.phone),
  ]);
  return { sender: sent.balance.value, recipient: received.balance.value };
}

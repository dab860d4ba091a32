import { randomUUID } from "node:crypto";
import type { Transfer } from "../../protocol/wire/relayer.ts";
import { createRelayerClient } from "../../sdk/api/relayer-client.ts";
import type { LocalCorridor } from "./start-corridor.ts";
import { createWalletApp, type ShownPayment } from "./wallet-app.ts";

/** A sender and a recipient who have accounts at the two wallets. */
export const SENDER = { phone: "+85291234567", name: "Grace Santos" };
export const RECIPIENT = { phone: "+639171234567", name: "María Peñaflor" };

export interface FirstTransfer {
  readonly payment: ShownPayment;
  readonly transfer: Transfer;
}

/** Opens two accounts in a corridor's wallets and sends HK$1,000 from one to the other. */
export async function sendFirstTransfer(corridor: LocalCorridor): Promise<FirstTransfer> {
  const [{ id, payer, payee } = { id: "", payer: "", payee: "" }] = corridor.plan.corridors;
  const sending = createWalletApp(corridor.walletUrl(payer));
  const receiving = createWalletApp(corridor.walletUrl(payee));
  await sending.openAccount({ ...SENDER, balance: { value: "50000.00", currency: "HKD" } });
  await receiving.openAccount(RECIPIENT);
  const { uetr } = await sending.pay({
    requestId: randomUUID(),
    senderPhone: SENDER.phone,
    corridor: id,
    fixedSide: "send",
    amount: { value: "1000.00", currency: "HKD" },
    recipient: RECIPIENT,
  });
  const relayer = createRelayerClient({
    baseUrl: corridor.relayerUrl,
    requestKey: corridor.requestKeyOf(payer),
  });
  const transfer = await untilSettled(() => relayer.transfer(uetr));
  return { payment: await sending.payment(uetr), transfer };
}

const PATIENCE_MS = 20_000;

/** Reads a transfer until it has left the states that lead on by themselves, or patience ends. */
export async function untilSettled(read: () => Promise<Transfer>): Promise<Transfer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const transfer = await read();
    const moving = ["accepted", "reserved", "credited"].includes(transfer.state);
    if (!moving || performance.now() > deadline) return transfer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

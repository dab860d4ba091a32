import type { DirectOrder } from "../../../server/local/direct-payer.ts";
import type { LocalCorridor } from "../../../server/local/start-corridor.ts";
import { createWalletApp } from "../../../server/local/wallet-app.ts";

/** Somebody who sends, and who gets it. */
export type Pair = Pick<DirectOrder, "sender" | "recipient">;

const PEOPLE = 50;

/** People on both sides: the recipients have accounts at the receiving wallet. */
export async function openPeople(corridor: LocalCorridor, payee: string): Promise<Pair[]> {
  const receiving = createWalletApp(corridor.walletUrl(payee));
  const people = Array.from({ length: PEOPLE }, (_, index) => ({
    sender: { name: `Wong Ka Yan ${index}`, phone: `+8526${String(index).padStart(7, "0")}` },
    recipient: { name: `Jose Reyes ${index}`, phone: `+63917${String(index).padStart(7, "0")}` },
  }));
  for (const { recipient } of people) await receiving.openAccount(recipient);
  return people;
}

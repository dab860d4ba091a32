import type { Address } from "../../protocol/messages.ts";
import { formatSignedAmount } from "../../protocol/money.ts";
import type { WireCreditAnswer } from "../../protocol/wire/participant.ts";
import { type Order, type OrderWish, reservedOrder } from "./orders.ts";
import type { Rail } from "./start-rail.ts";
import type { WalletFile } from "./wallet-file.ts";
import { demand, readOutcome, type WalletUnderTest } from "./wallet-under-test.ts";

/** What every case works with. */
export interface Bench {
  readonly rail: Rail;
  readonly wallet: WalletUnderTest;
  readonly file: WalletFile;
  /** Kills the wallet and starts it again on the same data; absent when the kit does not run it. */
  readonly restart?: (afterMs: number) => Promise<void>;
  /** UTC days on which the run may have booked something. */
  days(): ReadonlySet<string>;
}

/** One thing that the protocol demands of a receiving wallet. Throws `NotConformant`. */
export interface Case {
  readonly name: string;
  readonly demands: string;
  run(bench: Bench): Promise<void>;
  /** It ends the wallet in the middle, so that the kit must be able to start it. */
  readonly restarts?: true;
}

/** A right order to the account that can be paid, reserved on chain, unless wished otherwise. */
export const orderFor = ({ rail, file }: Bench, wish: Partial<OrderWish> = {}): Promise<Order> =>
  reservedOrder(rail, { phone: file.accounts.open, ...wish });

export const toOpenAccount = ({ file }: Bench, wish: Partial<OrderWish> = {}): OrderWish => ({
  phone: file.accounts.open,
  ...wish,
});

/** Hands an order over and reads the signed answer. */
export async function credited(bench: Bench, order: Order): Promise<WireCreditAnswer> {
  const answered = await bench.wallet.credit(order);
  return readOutcome(order, answered, bench.file.signer as Address);
}

/** The wallet's own statement shows exactly these credits of an order's UETR: how often the chain's amount. */
export async function demandCredits(bench: Bench, order: Order, times: number): Promise<void> {
  const amounts = await bench.wallet.creditsOf(order.uetr, bench.days());
  const expected = formatSignedAmount(-order.receive, bench.rail.corridor.receiveCurrency);
  const told = amounts.length === 0 ? "nothing" : amounts.join(" and ");
  demand(
    amounts.length === times && amounts.every((amount) => amount === expected),
    `its statement shows ${told} for this UETR, where ${times} × ${expected} is right`,
  );
}

/** The status, or the reason of a rejection, that a one-transfer batch was answered with. */
export const statusIn = ({ answers }: WireCreditAnswer): string =>
  answers[0]?.reason ?? answers[0]?.status ?? "nothing";

export function demandStatus(answer: WireCreditAnswer, status: string): void {
  demand(statusIn(answer) === status, `it answered ${statusIn(answer)}, where ${status} is right`);
}

import type { TransferState } from "../../protocol/transfer-state.ts";
import type { QuoteAnswer, Transfer } from "../../protocol/wire/relayer.ts";
import type { PayOrder, ShownPayment } from "../../server/local/wallet-app.ts";
import type { Check } from "./check-books.ts";
import type { Desk } from "./desk.ts";
import type { Books } from "./take-books.ts";

export interface Person {
  readonly name: string;
  readonly phone: string;
}

/** What a story is told about while it is played. */
export interface Scene {
  readonly desk: Desk;
  readonly sender: Person;
  readonly recipient: Person;
}

/** One story: who pays what to whom, what happens to it, and how it must end. */
export interface Story {
  readonly name: string;
  readonly title: string;
  readonly sender: Person;
  readonly recipient: Person;
  readonly order: Pick<PayOrder, "fixedSide" | "amount">;
  readonly ends: {
    readonly state: TransferState & ShownPayment["state"];
    readonly reason?: string;
  };
  /** What is changed after the quote was shown and before the order; answers what it was. */
  readonly prepare?: (scene: Scene) => Promise<string>;
  /** What is done while the payment is under way; answers what it was. */
  readonly interfere?: (scene: Scene, payment: ShownPayment) => Promise<string>;
}

/** A story as it went. */
export interface Told {
  readonly story: Story;
  readonly quote: QuoteAnswer;
  readonly payment: ShownPayment;
  readonly transfer: Transfer;
  /** What was done to it on its way. */
  readonly events: readonly string[];
  readonly before: Books;
  readonly after: Books;
  readonly checks: readonly Check[];
  /** It ended as it must at the sending wallet and at the relayer, and every check holds. */
  readonly ok: boolean;
}

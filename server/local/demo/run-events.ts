import type { ShownAmount } from "../wallet-app.ts";

/** The days on which the two phones can be tried: one good, five bad. */
export const DAYS = [
  "good",
  "closed-account",
  "bank-slow",
  "wallet-silent",
  "chain-stalled",
  "relayer-killed",
] as const;
/** One of the days. */
export type Day = (typeof DAYS)[number];

/** The steps of a payment that are measured, in their order. */
export const STEPS = ["accepted", "reserved", "credited", "settled"] as const;
/** One of the steps. */
export type Step = (typeof STEPS)[number];

/** Where the money is: with its sender, held on chain, with its recipient. */
export type Place = "sender" | "held" | "recipient";

/** What is told of a bad day, by name; the words are in words/told-words.ts. */
export type ToldName =
  | "debited"
  | "reserved"
  | "credited"
  | "settled"
  | "account-closed"
  | "refused"
  | "released"
  | "refunded"
  | "bank-slowed"
  | "bank-answered"
  | "wallet-silenced"
  | "waits-for-clock"
  | "clock-moved"
  | "chain-stopped"
  | "chain-still"
  | "chain-goes-on"
  | "relayer-killed"
  | "chain-holds"
  | "relayer-back";

/** What both people have. */
export interface Balances {
  readonly sender: ShownAmount;
  readonly recipient: ShownAmount;
}

/** How a payment ended at the sending wallet. */
export interface RunEnd {
  readonly state: "settled" | "rejected" | "expired";
  readonly reason?: string;
  readonly uetr: string;
  readonly receiveAmount: ShownAmount;
  readonly before: Balances;
  readonly after: Balances;
  /** From the sending wallet's request until it held the payee's signature. */
  readonly confirmationMs?: number;
}

/** What the page is told while a payment runs. `atMs` counts from its start. */
export type RunEvent =
  | { readonly kind: "began"; readonly day: Day; readonly before: Balances }
  /** `ms` as the relayer measured it, from the moment on when it had accepted the payment. */
  | { readonly kind: "step"; readonly step: Step; readonly ms: number }
  | {
      readonly kind: "told";
      readonly name: ToldName;
      readonly atMs: number;
      readonly values: Readonly<Record<string, string>>;
    }
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "balances"; readonly balances: Balances }
  /** Seconds of the chain's clock until it gives the money back by itself. */
  | { readonly kind: "clock"; readonly secondsLeft: number }
  | ({ readonly kind: "ended" } & RunEnd)
  /** It came to nothing before any money moved. */
  | { readonly kind: "failed"; readonly code: string }
  /** Money may have moved, and the demo has lost sight of it: it goes on without this page. */
  | { readonly kind: "lost" };

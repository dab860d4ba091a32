import type { Uetr } from "../../../protocol/wire/primitives.ts";

/** What services tell the workers and the waiting requests after a commit. */
export interface Signals {
  /** There is work for a queue. */
  wake(queue: "chain" | "credit" | "audit" | "webhooks"): void;
  /** Transfers have an outcome: credited, held, or an end. */
  decided(uetrs: readonly Uetr[]): void;
  /** Transfers were credited so many seconds after they had been accepted, each. */
  confirmed(seconds: readonly number[]): void;
}

import type { Part } from "./costs.ts";

/** Where an order stands when a part works for it. */
export type Step =
  /** Quoted and signed, three seconds before it is due. */
  | "quote"
  /** Checked, stored, answered 202. */
  | "order"
  /** Packed, signed, sent: the reservation. */
  | "reserve"
  /** Its block is read. */
  | "reserved"
  /** Handed to the payee, who looks at its own node, credits and signs. */
  | "credit"
  /** The payee's answer is checked, stored, and told to the payer. */
  | "outcome"
  /** Packed, signed, sent: the settlement. */
  | "settle"
  /** Its block is read, the books and the audit log are written. */
  | "settled";

/**
 * How what an order costs a part is spread over its steps. Nobody measures that; it is set by what each step does (its
 * statements are counted in test/e2e/cost.test.ts, its requests beside them) and was not fitted to any latency. What the
 * model says of a fully used part does not depend on it, since the shares add up to one.
 */
export const SHARES: Readonly<Record<Part, Readonly<Partial<Record<Step, number>>>>> = {
  relayer: {
    quote: 0.12,
    order: 0.16,
    reserve: 0.12,
    reserved: 0.08,
    credit: 0.1,
    outcome: 0.1,
    settle: 0.1,
    settled: 0.22,
  },
  postgres: {
    quote: 0.1,
    order: 0.2,
    reserve: 0.1,
    reserved: 0.12,
    credit: 0.03,
    outcome: 0.15,
    settle: 0.06,
    settled: 0.24,
  },
  chain: { reserve: 0.25, reserved: 0.25, credit: 0.1, settle: 0.15, settled: 0.25 },
  payee: { quote: 0.15, credit: 0.6, settled: 0.25 },
  payer: { reserved: 0.5, settled: 0.5 },
  bank: { reserved: 0.5, settled: 0.5 },
  load: { quote: 0.65, order: 0.15, outcome: 0.2 },
};

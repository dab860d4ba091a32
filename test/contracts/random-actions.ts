import fc from "fast-check";
import type { Party } from "./corridor-model.ts";

export const PARTIES: readonly Party[] = ["bank", "payer", "payee"];

/** Mostly small beside the limits, now and then above them. */
const sendAmount = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 9_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 40_000, max: 55_000 }) },
);

/** One call of anybody, or time passing. */
export const actions = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("reserve" as const),
      sends: fc.array(sendAmount, { minLength: 1, maxLength: 4 }),
      reuse: fc.constantFrom("new", "new", "new", "quote", "batch"),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      recent: fc.constantFrom(0, 0, 1, 2),
      rejected: fc.subarray([0, 1, 2, 3]),
      byList: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("expire" as const), recent: fc.constantFrom(0, 1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("return" as const),
      recent: fc.constantFrom(0, 0, 1, 2),
      index: fc.nat({ max: 3 }),
      times: fc.constantFrom(1, 2),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      seconds: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(1, 60, 300, 600) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("withdraw" as const),
      position: fc.constantFrom("payerHkd", "bankHkd", "bankPhp", "payeePhp"),
      amount: fc.integer({ min: 1, max: 100_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stray" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("stop" as const),
      what: fc.constantFrom("all", ...PARTIES),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reopen" as const) }) },
);
export type Action = typeof actions extends fc.Arbitrary<infer A> ? A : never;
export type ActionOf<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

/** The first run reaches every state, whatever chance brings after it. */
export const ONE_OF_EACH: Action[] = [
  { kind: "reserve", sends: [100, 200, 300], reuse: "new" },
  { kind: "settle", recent: 0, rejected: [1], byList: false },
  { kind: "return", recent: 0, index: 0, times: 2 },
  { kind: "reserve", sends: [100], reuse: "quote" },
  { kind: "wait", seconds: 600 },
  { kind: "expire", recent: 0 },
  { kind: "reserve", sends: [400], reuse: "new" },
];

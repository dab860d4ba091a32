import type { InvariantId } from "../checker/check.ts";
import type { ScenarioName } from "./scenarios.ts";

/** A piece of the product that is replaced; it must stand in its file once. */
export interface Change {
  readonly file: string;
  readonly replace: string;
  readonly with: string;
}

/** A deliberate defect of the product, and the statement that must show it. */
export interface Defect {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly scenario: ScenarioName;
  readonly caughtBy: InvariantId;
}

const LEASE_CONDITION: Change = {
  file: "server/relayer/store/batches.ts",
  replace: "(lease_until is null or lease_until < now()) and ",
  with: "",
};
const EPOCH_FENCE: Change = {
  file: "server/relayer/store/batches.ts",
  replace: " and b.lease_epoch = m.epoch and b.lease_owner is not null",
  with: "",
};

/** Each breaks one rule that the rail rests on. */
export const DEFECTS: readonly Defect[] = [
  {
    name: "no dedup: a repeated order is taken for another one",
    changes: [
      {
        file: "server/relayer/services/accept-batch.ts",
        replace: "    if (earlier) return earlier;\n",
        with: "",
      },
    ],
    scenario: "repeated orders",
    caughtBy: "I2",
  },
  {
    name: "no dedup: an app's order sent twice is paid twice",
    changes: [
      {
        file: "server/wallet/sending/find-earlier.ts",
        replace: "hashOfRequest(request)) return earlier;",
        with: "hashOfRequest(request)) return undefined;",
      },
      {
        file: "server/wallet/store/schema.ts",
        replace: "request_id text not null unique,",
        with: "request_id text not null,",
      },
    ],
    scenario: "repeated orders",
    caughtBy: "I2",
  },
  {
    name: "no lease check: a claimed batch is claimed again",
    changes: [LEASE_CONDITION, EPOCH_FENCE],
    scenario: "slow owner",
    caughtBy: "I14",
  },
  {
    name: "stale owner write: the epoch fences nothing",
    changes: [EPOCH_FENCE],
    scenario: "paused owner",
    caughtBy: "I14",
  },
  {
    name: "no depth wait: the newest block counts as final",
    changes: [
      {
        file: "server/foundation/chain/read-blocks.ts",
        replace: "if (depth === 0) return latest;",
        with: "if (depth >= 0) return latest;",
      },
    ],
    scenario: "deep chain",
    caughtBy: "I6",
  },
  {
    name: "credit before reserve: an accepted batch goes to the payee at once",
    changes: [
      {
        file: "server/relayer/store/orders.ts",
        replace: "select b.*, 'reserve'",
        with: "select b.*, 'credit'",
      },
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: 'if (status !== "Reserved") {',
        with: 'if (status === "Expired") {',
      },
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: "if (settleUntil - now < BigInt(pinned.settleMarginSeconds)) {",
        with: "if (settleUntil > 0n && settleUntil - now < 1n) {",
      },
    ],
    scenario: "payments",
    caughtBy: "I3",
  },
  {
    name: "lost outbox row: what has happened is never told",
    changes: [
      {
        file: "server/relayer/store/steps.ts",
        replace: "returning position, count`;",
        with: "returning position, count, version`;",
      },
      {
        file: "server/relayer/store/steps.ts",
        replace: "as bundle from written)",
        with: "as bundle from written where version = 1)",
      },
    ],
    scenario: "payments",
    caughtBy: "I16",
  },
  {
    name: "double settle: a settlement is booked twice",
    changes: [
      {
        file: "server/relayer/services/record-chain-facts.ts",
        replace: '  await postJournal(context, db, { kind: "settle", batches, selection });\n',
        with: '  await postJournal(context, db, { kind: "settle", batches, selection });\n  await postJournal(context, db, { kind: "settle", batches, selection });\n',
      },
    ],
    scenario: "payments",
    caughtBy: "I10",
  },
  {
    name: "wrong rounding: one unit less than the rate gives",
    changes: [
      {
        file: "protocol/rate.ts",
        replace: "return positive((side.send * side.rate) / RATE_UNIT);",
        with: "return positive((side.send * side.rate) / RATE_UNIT - 1n);",
      },
    ],
    scenario: "payments",
    caughtBy: "I12",
  },
  {
    name: "forgotten expiry: what was never reserved waits for ever",
    changes: [
      {
        file: "server/relayer/services/sweep-deadlines.ts",
        replace: 'if (status !== "None") continue;',
        with: 'if (status !== "Expired") continue;',
      },
    ],
    scenario: "lapsed quotes",
    caughtBy: "I7",
  },
  {
    name: "swallowed refusal: a rejected item counts as credited",
    changes: [
      {
        file: "server/relayer/services/store-outcomes.ts",
        replace: 'const CREDITED: readonly CreditStatus[] = ["ACCC"];',
        with: 'const CREDITED: readonly CreditStatus[] = ["ACCC", "RJCT"];',
      },
    ],
    scenario: "refusals",
    caughtBy: "I17",
  },
];

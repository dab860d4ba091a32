import { type FaultKind, sleep } from "./fault.ts";

const TABLES = ["batches", "transfers", "chain_transactions", "audit_head", "nonce_lanes"] as const;
const DOMAIN = "PostgreSQL";

const crash: FaultKind = {
  kind: "PostgreSQL ended at once and started again",
  weight: 2,
  draw(dice) {
    const downMs = dice.whole(0, 2_500);
    return {
      domain: DOMAIN,
      detail: `down for ${downMs} ms`,
      forMs: downMs + 2_500,
      run: ({ postgres }) => postgres.crash(downMs),
    };
  },
};

const terminate: FaultKind = {
  kind: "every database connection ended",
  weight: 3,
  draw: () => ({
    domain: DOMAIN,
    detail: "pg_terminate_backend",
    forMs: 500,
    async run({ postgres, database }) {
      await postgres.terminateBackends(database);
    },
  }),
};

const lock: FaultKind = {
  kind: "table locked",
  weight: 2,
  draw(dice) {
    const table = dice.one(TABLES);
    const forMs = dice.whole(500, 4_000);
    return {
      domain: DOMAIN,
      detail: `${table} for ${forMs} ms`,
      forMs,
      run: ({ postgres, database }) => postgres.lockTable(database, table, forMs),
    };
  },
};

const exhaust: FaultKind = {
  kind: "no database connection left",
  weight: 1,
  draw(dice) {
    const forMs = dice.whole(1_000, 4_000);
    return {
      domain: DOMAIN,
      detail: `for ${forMs} ms`,
      forMs: forMs + 1_000,
      async run({ postgres, database }) {
        await postgres.terminateBackends(database);
        await postgres.exhaust(database, forMs);
      },
    };
  },
};

const freeze: FaultKind = {
  kind: "PostgreSQL stopped without hanging up",
  weight: 1,
  draw(dice) {
    const forMs = dice.whole(1_000, 5_000);
    return {
      domain: DOMAIN,
      detail: `for ${forMs} ms`,
      forMs,
      async run({ postgres }) {
        await postgres.freeze(forMs);
        await sleep(100);
      },
    };
  },
};

/** What happens to the database that all relayers share. */
export const DATABASE_FAULTS: readonly FaultKind[] = [crash, terminate, lock, exhaust, freeze];

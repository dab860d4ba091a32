import { expect } from "chai";
import { sql } from "kysely";
import type pg from "pg";
import pino from "pino";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Break } from "../../../protocol/reconciliation.ts";
import { ProblemError } from "../../../server/foundation/http/problem-error.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { createReconciler } from "../../../server/relayer/services/reconcile.ts";
import { createPayeeReconciler } from "../../../server/relayer/services/reconcile-payee.ts";
import { findOutlay } from "../../../server/relayer/store/reconciliation.ts";
import { type OwnDatabase, openObserver, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { explainStatements } from "./explain-statements.ts";
import { PARTICIPANT, storeBatches } from "./store-fixture.ts";

const PAYEE = "island-wallet" as ParticipantId;

describe("comparing a payee's statement with a journal that others fill", () => {
  let open: OwnDatabase;
  let observer: pg.Client;
  before(async () => {
    open = await openOwnDatabase();
    observer = await openObserver(open);
  });
  after(async () => {
    await observer.end();
    await open[Symbol.asyncDispose]();
  });

  /** Credits of so many transfers by a payee, some days ago. */
  const credit = (payee: string, count: number, { days, batch }: { days: number; batch: string }) =>
    sql`
      insert into journal_entries
        (participant_id, uetr, batch_id, kind, debit, credit, currency, amount_minor, at)
      select ${PARTICIPANT}, ${batch} || '-' || n, ${batch}, 'credit', ${`${payee}/advanced`},
        ${`${payee}/users`}, 'PHP', 700, now() - ${days} * interval '1 day'
      from generate_series(1, ${count}::int) as n`.execute(open.db);

  it("reads neither the days before the relayer's start nor what is others' a second time", async () => {
    await credit(PAYEE, 2_000, { days: 2, batch: "0xold" });
    await credit("other-wallet", 300, { days: 0, batch: "0xothers" });
    const asked: unknown[] = [];
    const context = {
      db: open.db,
      participants: {
        async statement(...query: unknown[]) {
          asked.push(query);
          return { items: [] };
        },
      },
      times: { graceMs: 60_000 },
    } as unknown as ServiceContext;
    const reconcile = createPayeeReconciler(context, PAYEE);
    const rowsOf = async () => {
      const touched = await explainStatements(observer, async () => {
        expect(await reconcile(), "nothing of the past is missing").to.deep.equal([]);
      });
      const journal = touched.filter(({ relation }) => relation === "journal_entries");
      return journal.reduce((sum, { rows }) => sum + rows, 0);
    };
    expect(await rowsOf(), "today's, and some to find where it begins").to.be.within(300, 400);
    expect(await rowsOf()).to.be.at.most(5);
    expect(asked).to.have.lengthOf(2);
  });

  it("goes on with the others when one payee's statement cannot be understood", async () => {
    const asked: string[] = [];
    const amount = { value: "7.00", currency: "NO MONEY" };
    const item = { entry: 1, kind: "credit", batchId: "0x", uetr: "u", amount };
    const context = {
      db: open.db,
      log: pino({ level: "silent" }),
      network: { deployedInBlock: 1 },
      corridors: new Map(["odd-wallet", PAYEE].map((payee) => [payee, { payee }])),
      participants: {
        async statement(payee: string) {
          asked.push(payee);
          return { items: payee === PAYEE ? [] : [item] };
        },
      },
      times: { graceMs: 60_000 },
    } as unknown as ServiceContext;
    await createReconciler(context)();
    expect(asked).to.deep.equal(["odd-wallet", PAYEE]);
  });

  it("forgets no difference that it found in a round in which the statement could not be read to its end", async () => {
    const [batchId] = await storeBatches(open.db, 1);
    const amount = { value: "8.00", currency: "PHP" };
    const uetr = `${batchId}-1`;
    const pages = [
      async () => ({ items: [{ entry: 1, kind: "credit", batchId, uetr, amount }] }),
      async () => {
        throw new ProblemError("participant-unavailable", "there was no usable answer");
      },
      async () => ({ items: [] }),
    ];
    const context = {
      db: open.db,
      participants: { statement: () => pages.shift()?.() },
      times: { graceMs: 60_000 },
    } as unknown as ServiceContext;
    const reconcile = createPayeeReconciler(context, PAYEE);
    expect(await reconcile(), "the journal may be behind").to.deep.equal([]);
    await credit(PAYEE, 1, { days: 0, batch: batchId! });
    const failure = await reconcile().catch((error: { code: string }) => error.code);
    expect(failure).to.equal("participant-unavailable");
    const [difference] = await reconcile();
    expect(difference).to.include({ kind: "amounts-differ", leftMinor: 700n, rightMinor: 800n });
  });

  it("counts an answer once that comes late, while the statement is read", async () => {
    const [batchId] = await storeBatches(open.db, 1);
    const amount = { value: "7.00", currency: "PHP" };
    const item = { entry: 1, kind: "credit", batchId, uetr: `${batchId}-1`, amount };
    let isFirst = true;
    const context = {
      db: open.db,
      participants: {
        async statement() {
          if (!isFirst) return { items: [] };
          isFirst = false;
          await credit(PAYEE, 1, { days: 0, batch: batchId! });
          return { items: [item] };
        },
      },
      // Whatever waits has waited for too long.
      times: { graceMs: -60_000 },
    } as unknown as ServiceContext;
    const reconcile = createPayeeReconciler(context, PAYEE);
    const own = (breaks: readonly Break[]) => breaks.filter(({ key }) => key.includes(batchId!));
    for (let round = 0; round < 3; round++) expect(own(await reconcile())).to.deep.equal([]);
  });

  it("finds what one transfer was credited with by its payer's entries", async () => {
    const [batchId] = await storeBatches(open.db, 1);
    await credit(PAYEE, 1, { days: 0, batch: batchId! });
    const key = { payee: PAYEE, batchId: batchId!, uetr: `${batchId}-1` };
    expect((await findOutlay(open.db, key))?.amount_minor).to.equal(700n);
    expect(await findOutlay(open.db, { ...key, uetr: "0xnone" })).to.equal(undefined);
  });
});

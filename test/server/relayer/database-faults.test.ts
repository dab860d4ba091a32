import { expect } from "chai";
import { sql } from "kysely";
import {
  isDatabaseUnavailable,
  isRolledBack,
} from "../../../server/foundation/storage/database-errors.ts";
import { inTransaction } from "../../../server/relayer/store/in-transaction.ts";
import {
  type Db,
  type OpenDatabase,
  openDatabase,
} from "../../../server/relayer/store/open-database.ts";
import { startPostgres, type TestPostgres } from "../../fixtures/postgres.ts";

describe("a PostgreSQL server on a bad day", () => {
  let server: TestPostgres;
  let open: OpenDatabase;
  before(async () => {
    server = await startPostgres();
    open = await openDatabase({ kind: "postgres", url: await server.newDatabase() });
    await sql`create table sums (id int primary key, amount int not null)`.execute(open.db);
    await sql`insert into sums values (1, 0), (2, 0)`.execute(open.db);
  });
  after(async () => {
    await open[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const add = (db: Db, id: number) =>
    sql`update sums set amount = amount + 1 where id = ${id}`.execute(db);
  const amountOf = async (id: number) => {
    const { rows } = await sql<{
      amount: number;
    }>`select amount from sums where id = ${id}`.execute(open.db);
    return rows[0]?.amount;
  };
  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => expect.fail("it succeeded"),
      (error) => error,
    );

  it("that ends a connection in mid-transaction costs that transaction alone", async () => {
    const before = await amountOf(1);
    const error = await failureOf(
      inTransaction(open.db, async (trx) => {
        await add(trx, 1);
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(open.db);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await add(trx, 1);
      }),
    );
    expect(isDatabaseUnavailable(error), String(error)).to.equal(true);
    expect(await amountOf(1)).to.equal(before);
  });

  it("that ends every connection at once is back a moment later", async () => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(open.db);
    await failureOf(
      sql`select pg_terminate_backend(pg_backend_pid())`.execute(open.db).then(() => {
        throw new Error("ended");
      }),
    );
    // The pool learns of its idle connections' end when their sockets close.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await amountOf(2)).to.be.a("number");
  });

  it("that holds a lock is told as unavailable, inside the limit, and nothing is half done", async () => {
    const before = await amountOf(2);
    const locked = Promise.withResolvers<void>();
    const enough = Promise.withResolvers<void>();
    const holder = inTransaction(open.db, async (trx) => {
      await sql`lock table sums in access exclusive mode`.execute(trx);
      locked.resolve();
      await enough.promise;
    });
    await locked.promise;
    const error = await failureOf(inTransaction(open.db, (trx) => add(trx, 2))).finally(
      enough.resolve,
    );
    await holder;
    expect(isDatabaseUnavailable(error), String(error)).to.equal(true);
    expect(await amountOf(2)).to.equal(before);
  });

  it("that breaks a deadlock by ending one of two transactions lets both happen", async () => {
    const [one, two] = [await amountOf(1), await amountOf(2)];
    let victims = 0;
    const opposite = (first: number, second: number) =>
      inTransaction(open.db, async (trx) => {
        try {
          await add(trx, first);
          await new Promise((resolve) => setTimeout(resolve, 300));
          await add(trx, second);
        } catch (error) {
          if (isRolledBack(error)) victims++;
          throw error;
        }
      });
    await Promise.all([opposite(1, 2), opposite(2, 1)]);
    expect(victims, "the database has ended one").to.equal(1);
    expect([await amountOf(1), await amountOf(2)]).to.deep.equal([(one ?? 0) + 2, (two ?? 0) + 2]);
  });
});

import { PGlite } from "@electric-sql/pglite";
import { expect } from "chai";
import { Kysely, PGliteDialect, sql } from "kysely";
import { preparePglite } from "../../../server/relayer/store/prepared-pglite.ts";

interface Schema {
  things: {
    id: number;
    name: string | null;
    tags: string[];
    seen: Date;
    amount: bigint;
    facts: unknown;
  };
}

describe("prepared statements on the embedded database", () => {
  let db: Kysely<Schema>;
  before(async () => {
    const pglite = await PGlite.create({ parsers: { 1700: BigInt } });
    db = new Kysely({ dialect: new PGliteDialect({ pglite: preparePglite(pglite) }) });
    await sql`create table things (id int primary key, name text, tags text[], seen timestamptz,
      amount numeric(29), facts jsonb)`.execute(db);
  });
  after(() => db.destroy());
  beforeEach(() => sql`delete from things`.execute(db));

  const insert = (id: number) =>
    sql`insert into things (id, name) values (${id}, ${`thing ${id}`})`.execute(db);
  const count = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from things`.execute(db);
    return rows[0]?.n;
  };

  it("read what was written, of every type that the relayer stores", async () => {
    const seen = new Date("2026-11-22T01:02:03.456Z");
    const amount = 2n ** 95n;
    await sql`insert into things values (${1}, ${"Peñaflor 陳"}, ${["a", 'b"c']}, ${seen}, ${amount},
      ${JSON.stringify({ a: [1] })})`.execute(db);
    const row = await db.selectFrom("things").selectAll().executeTakeFirst();
    const facts = { a: [1] };
    expect(row).to.deep.equal({
      id: 1,
      name: "Peñaflor 陳",
      tags: ["a", 'b"c'],
      seen,
      amount,
      facts,
    });
    const { rows } = await sql<{ n: string | null }>`select ${null}::text as n`.execute(db);
    expect(rows).to.deep.equal([{ n: null }]);
  });

  it("say how many rows a statement has changed", async () => {
    await insert(1);
    await insert(2);
    const { numAffectedRows } = await sql`update things set name = ${"x"} where id > ${0}`.execute(
      db,
    );
    expect(numAffectedRows).to.equal(2n);
  });

  it("go on after a statement that fails", async () => {
    await insert(1);
    for (let attempt = 0; attempt < 3; attempt++) {
      const error = await insert(1).then(
        () => undefined,
        (thrown) => thrown,
      );
      expect(error).to.have.property("code", "23505");
    }
    await sql`select nonsense`.execute(db).catch(() => undefined);
    await insert(2);
    expect(await count()).to.equal(2);
  });

  it("leave nothing of a transaction that fails, by a statement or by its caller", async () => {
    await insert(1);
    const fails = [
      () => sql`insert into things (id) values (1)`,
      () => {
        throw new Error("the caller's own");
      },
    ];
    for (const fail of fails) {
      const run = db.transaction().execute(async (trx) => {
        await sql`insert into things (id) values (7)`.execute(trx);
        await fail().execute(trx);
      });
      expect(await run.catch(() => "failed")).to.equal("failed");
      expect(await count()).to.equal(1);
    }
  });

  it("do not take a commit for one that the database has rolled back", async () => {
    await insert(1);
    const run = db.transaction().execute(async (trx) => {
      await sql`insert into things (id) values (1)`.execute(trx).catch(() => undefined);
      return "committed";
    });
    expect(await run.catch(() => "refused")).to.equal("refused");
  });

  it("keep callers apart who do not wait for one another", async () => {
    const transactions = Array.from({ length: 20 }, (_, id) =>
      db.transaction().execute(async (trx) => {
        await sql`insert into things (id) values (${id})`.execute(trx);
        if (id % 2 === 0) throw new Error("every other one fails");
      }),
    );
    const reads = Array.from({ length: 20 }, () => count());
    await Promise.all([Promise.allSettled(transactions), ...reads]);
    expect(await count()).to.equal(10);
  });

  it("are replaced when there are too many of them", async () => {
    for (let index = 0; index < 300; index++) {
      await sql`select ${sql.lit(index)}::int as n, ${"x"}::text`.execute(db);
    }
    await insert(1);
    expect(await count()).to.equal(1);
  });
});

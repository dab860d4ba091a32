import { expect } from "chai";
import fc from "fast-check";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { isDatabaseUnavailable } from "../../../server/foundation/storage/database-errors.ts";
import { type OpenDatabase, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { preparingClient } from "../../../server/relayer/store/prepared-postgres.ts";
import { startPostgres, type TestPostgres } from "../../fixtures/postgres.ts";

describe("statements on a PostgreSQL server", () => {
  let server: TestPostgres;
  let url: string;
  let open: OpenDatabase;
  let other: OpenDatabase;
  before(async () => {
    server = await startPostgres();
    url = await server.newDatabase();
    open = await openDatabase({ kind: "postgres", url, connections: 1 });
    other = await openDatabase({ kind: "postgres", url, connections: 1 });
  });
  after(async () => {
    await open[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const ask = () => open.db.selectFrom("halts").selectAll().execute();
  const kept = async (text: string) => {
    const { rows } = await sql<{ calls: bigint }>`
      select generic_plans + custom_plans as calls from pg_prepared_statements
      where statement like ${text}`.execute(open.db);
    return rows.map(({ calls }) => Number(calls));
  };

  it("are kept parsed by the server from their third use on", async () => {
    await ask();
    await ask();
    expect(await kept('%from "halts"')).to.deep.equal([]);
    for (let times = 0; times < 4; times++) await ask();
    expect(await kept('%from "halts"')).to.deep.equal([4]);
  });

  it("keep their plan, also where a list is shorter than the server guesses", async () => {
    const look = () =>
      sql`select batch_id from batches where batch_id = any(${["0x1"]}::text[])`.execute(open.db);
    for (let times = 0; times < 12; times++) await look();
    const { rows } = await sql<{ generic_plans: bigint; custom_plans: bigint }>`
      select generic_plans, custom_plans from pg_prepared_statements
      where statement like 'select batch_id from batches%'`.execute(open.db);
    expect(rows).to.deep.equal([{ generic_plans: 10n, custom_plans: 0n }]);
  });

  it("fail once when another instance has changed their table's columns, and are then parsed anew", async () => {
    await sql`alter table halts add column note text`.execute(other.db);
    const failed = await ask().catch((error) => error.message);
    expect(failed).to.equal("cached plan must not change result type");
    for (let times = 0; times < 4; times++) expect(await ask()).to.deep.equal([]);
  });

  it("with lists of ever other lengths leave little behind", async () => {
    for (let length = 1; length < 700; length++) {
      const scopes = Array.from({ length }, (_, at) => `s${at}`);
      await open.db.selectFrom("halts").select("since").where("scope", "in", scopes).execute();
    }
    expect(await kept('select "since" from "halts"%')).to.deep.equal([]);
    const late = () => open.db.selectFrom("cases").select("id").execute();
    for (let times = 0; times < 3; times++) await late();
    expect(await kept('%from "cases"'), "nor in others' way").to.deep.equal([1]);
  });

  it("read lists as they were given, whatever their texts hold", async () => {
    const odd = fc.constantFrom(
      '"',
      "\\",
      "{",
      "}",
      ",",
      " ",
      "null",
      "NULL",
      "",
      "\n",
      "\t",
      "'",
      "é",
      "😀",
    );
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }).filter((given) => !given.includes("\0")),
      fc.array(odd).map((parts) => parts.join("")),
    );
    const lists = fc.array(fc.option(text), { maxLength: 20 });
    const read = async (list: readonly (string | null)[]) => {
      const { rows } = await sql`select ${list}::text[] as list`.execute(open.db);
      expect(rows).to.deep.equal([{ list }]);
    };
    await fc.assert(fc.asyncProperty(lists, read), { numRuns: 200 });
    const { rows } = await sql`select ${[1, -2, null]}::int[] as list`.execute(open.db);
    expect(rows).to.deep.equal([{ list: [1, -2, null] }]);
  });

  it("that are given up take their connection with them: nobody waits behind them", async () => {
    const halt = (scope: string) => sql`insert into halts (scope, reason) values (${scope}, '')`;
    const pool = new pg.Pool({
      Client: preparingClient(),
      connectionString: url,
      max: 1,
      query_timeout: 500,
    });
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const failure = await sql`select pg_sleep(5)`.execute(db).catch((error: unknown) => error);
    expect(isDatabaseUnavailable(failure), String(failure)).to.equal(true);
    await halt("lane:kept").execute(db);
    const { rows } = await sql`select scope from halts`.execute(other.db);
    expect(rows).to.deep.equal([{ scope: "lane:kept" }]);
    await db.destroy();
    await sql`delete from halts`.execute(other.db);
  });
});

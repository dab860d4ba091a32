import pg from "pg";

/**
 * How each table's rows are copied: what names a row or another one is made anew for each copy, alike everywhere, and
 * times go back by whole days, so that what looks at this day meets none of them. `k` is the copy's number.
 */
const hash = (column: string) =>
  `'0x' || encode(sha256(convert_to(${column} || ':' || k, 'UTF8')), 'hex')`;
const bytes = (column: string) => `sha256(${column} || convert_to(':' || k, 'UTF8'))`;
/** A random UUID, as a UETR is. */
const uetr = (column: string) =>
  `regexp_replace(md5(${column} || ':' || k), '^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$', '\\1-\\2-4\\3-a\\4-\\5')`;
const daysBack = "(1 + k % 300)";
/** A UUID v7 of as many days before: its first 48 bits are milliseconds (RFC 9562, section 5.7). */
const earlierUuid = (column: string) => `(
  lpad(to_hex(('x' || left(replace(${column}::text, '-', ''), 12))::bit(48)::bigint - ${daysBack}::bigint * 86400000), 12, '0')
  || '7' || left(md5(${column} || ':' || k), 3) || 'a' || right(md5(${column} || ':' || k), 15))::uuid`;
/** Of the chain's clock, in seconds: a copied promise of the bank must not be sold. */
const earlierOnChain = (column: string) => `${column} - ${daysBack} * 86400`;
const earlier = (column: string) => `${column} - ${daysBack} * interval '1 day'`;

/** Of a key that sends no more. */
const OLD_LANE = "'0x' || repeat('0', 40)";

type Columns = Readonly<Record<string, string>>;

/** In the order in which they refer to one another. Columns that are not named are copied as they are. */
const TABLES: readonly (readonly [table: string, columns: Columns, without: readonly string[]])[] =
  [
    [
      "wholesale_quotes",
      {
        quote_hash: hash("quote_hash"),
        valid_until: earlierOnChain("valid_until"),
        created_at: earlier("created_at"),
      },
      [],
    ],
    [
      "quotes",
      {
        id: earlierUuid("id"),
        quote_hash: hash("quote_hash"),
        used_by: hash("used_by"),
        created_at: earlier("created_at"),
        expires_at: earlier("expires_at"),
      },
      [],
    ],
    [
      "batches",
      {
        batch_id: hash("batch_id"),
        quote_hash: hash("quote_hash"),
        idempotency_key: `idempotency_key || ':' || k`,
        valid_until: earlierOnChain("valid_until"),
        settle_until: earlierOnChain("settle_until"),
        due_at: earlier("due_at"),
        accepted_at: earlier("accepted_at"),
      },
      [],
    ],
    [
      "transfers",
      {
        uetr: uetr("uetr"),
        batch_id: hash("batch_id"),
        quote_id: earlierUuid("quote_id"),
        commitment: hash("commitment"),
        details: `jsonb_set(details, '{uetr}', to_jsonb(${uetr("uetr")}))`,
        accepted_at: earlier("accepted_at"),
      },
      [],
    ],
    ["transfer_events", { batch_id: hash("batch_id"), at: earlier("at") }, ["position"]],
    [
      "journal_entries",
      {
        uetr: uetr("uetr"),
        batch_id: hash("batch_id"),
        // Of blocks before the contracts: the comparison with the chain has gone past them.
        block_number: "-k",
        at: earlier("at"),
      },
      ["position"],
    ],
    [
      "chain_transactions",
      {
        // Of a key that sends no more.
        lane: `'0x' || repeat('0', 40)`,
        nonce: `(select coalesce(max(c.nonce), 0) from chain_transactions c where c.lane = ${OLD_LANE})
        + row_number() over (order by k, t.nonce)`,
        hash: hash("hash"),
        created_at: earlier("created_at"),
      },
      [],
    ],
    [
      "audit_entries",
      {
        seq: "(select coalesce(max(seq), 0) from audit_entries) + row_number() over (order by k, seq)",
        batch_id: hash("batch_id"),
        digest: bytes("digest"),
        hash: bytes("hash"),
      },
      [],
    ],
  ];

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query(
    `select column_name as name from information_schema.columns
     where table_schema = current_schema() and table_name = $1 order by ordinal_position`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** One statement that copies a table's template rows, `from` the first to the last number of a span of copies. */
function copyStatement(table: string, columns: readonly string[], copied: Columns): string {
  const values = columns.map((name) => copied[name] ?? `t.${name}`);
  return `insert into ${table} (${columns.join(", ")})
    select ${values.join(", ")} from template_${table} t, generate_series($1::int, $2::int) as k`;
}

/** Copies made in one commit, of templates of some hundred transfers: the relayer's own writers wait no longer than they do. */
const COPIES_AT_ONCE = 20;

/**
 * Fills a relayer's database, quickly, until it holds so many transfers, with copies of what real transfers have left in
 * its tables: orders, quotes, steps, books, audit entries, chain transactions. Then vacuums and analyses it, as a
 * database in use has long been. Copied audit entries do not continue the log's chain of hashes, and the log's head goes
 * on behind them: nothing that is measured reads them.
 *
 * The first call takes everything that is stored for the template: send some transfers and let them settle before.
 */
export async function createHistory(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const tables: { readonly statement: string; readonly table: string }[] = [];
  for (const [table, copied, without] of TABLES) {
    const unsettled = table === "quotes" ? " where used_by is not null" : "";
    await client.query(`create temp table template_${table} as select * from ${table}${unsettled}`);
    const columns = (await columnsOf(client, table)).filter((name) => !without.includes(name));
    tables.push({ table, statement: copyStatement(table, columns, copied) });
  }
  const count = async (from: string): Promise<number> =>
    Number((await client.query(`select count(*) as n from ${from}`)).rows[0].n);
  const template = await count("template_transfers");
  let copies = 0;
  return {
    /** Stores copies until there are as many transfers; answers how many there are. */
    async fillTo(transfers: number): Promise<number> {
      const missing = transfers - (await count("transfers"));
      const last = copies + Math.max(0, Math.ceil(missing / template));
      while (copies < last) {
        const until = Math.min(last, copies + COPIES_AT_ONCE);
        // The audit log's writer must not number an entry meanwhile.
        await client.query("begin");
        await client.query("select seq from audit_head for update");
        for (const { statement } of tables) await client.query(statement, [copies + 1, until]);
        await client.query(
          "update audit_head set seq = (select coalesce(max(seq), 0) from audit_entries)",
        );
        await client.query("commit");
        copies = until;
      }
      for (const { table } of tables) await client.query(`vacuum analyze ${table}`);
      // What is old is on the disk: else the next load would write it there beside its own.
      await client.query("checkpoint");
      return count("transfers");
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

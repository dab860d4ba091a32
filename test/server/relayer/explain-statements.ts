import pg from "pg";

/** A table that a statement read or wrote, and the rows that it looked at there. */
export interface Touched {
  readonly relation: string;
  /** The plan's node, such as "Index Scan". */
  readonly node: string;
  readonly rows: number;
}

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Plan[];
}

/** A text with its values beside it, or an object that has both and the name under which the server keeps it. */
type Asked = string | { readonly text: string; readonly values?: readonly unknown[] };
type Query = (this: unknown, asked: Asked, values?: readonly unknown[]) => unknown;

function nodesOf(plan: Plan): Touched[] {
  const below = (plan.Plans ?? []).flatMap(nodesOf);
  const { "Relation Name": relation, "Actual Loops": loops = 0, "Actual Rows": rows = 0 } = plan;
  if (relation === undefined || loops === 0) return below;
  const removed = plan["Rows Removed by Filter"] ?? 0;
  return [{ relation, node: plan["Node Type"], rows: rows * loops + removed }, ...below];
}

/**
 * Runs a piece of work, and each of its statements once before on another connection, to be undone there: answers every
 * table, or partition of one, that they touched when they ran. What the planner left out while it ran is not in it.
 */
export async function explainStatements(
  observer: pg.Client,
  work: () => Promise<unknown>,
): Promise<Touched[]> {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  const touched: Touched[] = [];
  const ask = (text: string, values?: readonly unknown[]) =>
    query.call(observer, text, values) as Promise<pg.QueryResult>;
  async function explain(text: string, values?: readonly unknown[]): Promise<void> {
    await ask("begin");
    try {
      const { rows } = await ask(`explain (analyze, format json) ${text}`, values);
      touched.push(...nodesOf(rows[0]["QUERY PLAN"][0].Plan));
    } finally {
      await ask("rollback");
    }
  }
  prototype.query = function watched(asked, values) {
    const text = typeof asked === "string" ? asked : asked.text;
    if (this === observer || !/^\s*(select|insert|update|delete|with)/i.test(text)) {
      return query.call(this, asked, values);
    }
    const given = typeof asked === "string" ? values : asked.values;
    return explain(text, given).then(() => query.call(this, asked, values));
  };
  try {
    await work();
  } finally {
    prototype.query = query;
  }
  return touched;
}

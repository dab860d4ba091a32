import pg from "pg";
import { arrayLiteral } from "./array-literal.ts";

/** A text is given a name when it comes for this time: lists of different lengths make texts that never come again. */
const NAMED_AT_USE = 3;
/** So many texts are known at most; the others are parsed at every use. */
const MAX_KNOWN = 512;
/** PostgreSQL's code, among others, for a named statement whose result has other columns since a table was changed. */
const FEATURE_NOT_SUPPORTED = "0A000";
/**
 * What the driver says when it waits for an answer no longer. It may never come: whoever used the connection next would
 * wait behind it for as long, and be refused as well.
 */
const GIVEN_UP = "Query read timeout";

interface Known {
  uses: number;
  readonly name: string;
}

/** Nothing to plan; as plain text they take one message. */
const UNPLANNED = /^(begin|start|commit|rollback|savepoint|release)\b/i;

const writeList = (value: unknown) => (Array.isArray(value) && arrayLiteral(value)) || value;

/**
 * A class of connections whose statements the server keeps parsed and planned under names, the same for all of them:
 * planning costs more than most of the relayer's statements take to run. Known by their texts, as Kysely writes them.
 */
export function preparingClient(): typeof pg.Client {
  const known = new Map<string, Known>();
  let names = 0;

  /** The text's name, or undefined when it is to be parsed anew. */
  function nameOf(text: string): string | undefined {
    if (UNPLANNED.test(text)) return undefined;
    const statement = known.get(text);
    if (statement) return ++statement.uses >= NAMED_AT_USE ? statement.name : undefined;
    if (known.size >= MAX_KNOWN) forgetUnnamed();
    if (known.size < MAX_KNOWN) known.set(text, { uses: 1, name: `c${++names}` });
    return undefined;
  }

  /** Makes room; what has a name is kept by the server as well, and stays. */
  function forgetUnnamed(): void {
    for (const [text, { uses }] of known) if (uses < NAMED_AT_USE) known.delete(text);
  }

  /** Another instance has changed the schema: everything is parsed anew, under names that no connection knows. */
  const forget = () => known.clear();

  return class extends pg.Client {
    /** What Kysely asks is named; whatever else is passed on as it is. */
    override query(...args: unknown[]): never {
      const [text, values] = args;
      const ask = super.query.bind(this) as unknown as (...args: unknown[]) => Promise<unknown>;
      if (typeof text !== "string" || !Array.isArray(values) || args.length > 2) {
        return ask(...args) as never;
      }
      const name = nameOf(text);
      const written = values.map(writeList);
      const asked = name === undefined ? ask(text, written) : ask({ name, text, values: written });
      return asked.catch((error: { code?: string; message?: string }) => {
        if (error.code === FEATURE_NOT_SUPPORTED) forget();
        if (error.message === GIVEN_UP) void this.end();
        throw error;
      }) as never;
    }
  };
}

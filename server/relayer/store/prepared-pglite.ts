import { type messages, type PGlite, protocol, types } from "@electric-sql/pglite";
import type { PGliteDialectConfig } from "kysely";

/** The part of PGlite that Kysely works with. */
type KyselyPglite = Exclude<PGliteDialectConfig["pglite"], (...args: never[]) => unknown>;

/** A statement that the database has parsed under a name, with the types of its parameters. */
interface Prepared {
  readonly name: string;
  readonly parameterTypes: readonly number[];
}

interface Answer<T> {
  command: string;
  rows: T[];
  affectedRows: number;
  fields: { name: string; dataTypeID: number }[];
}

/** So many statements are kept parsed; lists of different lengths make statements of their own. */
const MAX_PREPARED = 256;
const { serialize } = protocol;

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const ofName = <T>(list: readonly { name: string }[], name: string): T[] =>
  list.filter((message) => message.name === name) as T[];

/** "INSERT 0 3", "UPDATE 3": how many rows a command has changed. */
function affectedBy(command: string): number {
  return /^(INSERT|UPDATE|DELETE|MERGE) /.test(command) ? Number(command.split(" ").at(-1)) : 0;
}

/**
 * Lets Kysely run each statement as a prepared one. PGlite's own `query` parses and plans anew at every call, in four
 * trips into WebAssembly, which costs several times what most statements take to run; here a known statement is bound
 * and run in one trip. Kysely gives the one connection to one caller at a time, so nothing else speaks in between.
 */
export function preparePglite(pglite: PGlite): KyselyPglite {
  const prepared = new Map<string, Prepared>();
  let names = 0;

  const speak = async (...parts: Uint8Array[]) =>
    (await pglite.execProtocol(concat([...parts, serialize.sync()]))).messages;

  async function prepare(text: string): Promise<Prepared> {
    const known = prepared.get(text);
    if (known) return known;
    if (prepared.size >= MAX_PREPARED) {
      prepared.clear();
      await pglite.exec("deallocate all");
    }
    const name = `s${++names}`;
    const told = await speak(
      serialize.parse({ name, text }),
      serialize.describe({ type: "S", name }),
    );
    const [described] = ofName<messages.ParameterDescriptionMessage>(told, "parameterDescription");
    const statement = { name, parameterTypes: described?.dataTypeIDs ?? [] };
    prepared.set(text, statement);
    return statement;
  }

  function toText(value: unknown, type: number | undefined): string | null {
    if (value === null || value === undefined) return null;
    const serializer = type === undefined ? undefined : pglite.serializers[type];
    return serializer ? serializer(value) : String(value);
  }

  async function query<T>(text: string, parameters: readonly unknown[] = []): Promise<Answer<T>> {
    const { name, parameterTypes } = await prepare(text);
    const values = parameters.map((value, index) => toText(value, parameterTypes[index]));
    const told = await speak(
      serialize.bind({ statement: name, values }),
      serialize.describe({ type: "P" }),
      serialize.execute({}),
    );
    const [description] = ofName<messages.RowDescriptionMessage>(told, "rowDescription");
    const fields = description?.fields ?? [];
    const rows = ofName<messages.DataRowMessage>(told, "dataRow").map((row) => {
      const read = ({ name, dataTypeID }: (typeof fields)[number], index: number) => [
        name,
        types.parseType(row.fields[index] ?? null, dataTypeID, pglite.parsers),
      ];
      return Object.fromEntries(fields.map(read)) as T;
    });
    const [complete] = ofName<messages.CommandCompleteMessage>(told, "commandComplete");
    const command = complete?.text ?? "";
    return { command, rows, fields, affectedRows: affectedBy(command) };
  }

  return {
    get closed() {
      return pglite.closed;
    },
    get ready() {
      return pglite.ready;
    },
    waitReady: pglite.waitReady,
    close: () => pglite.close(),
    query,
    async transaction(work) {
      await query("begin");
      try {
        const result = await work({ query } as unknown as Parameters<typeof work>[0]);
        // A transaction in which a statement has failed answers "ROLLBACK" to its commit.
        const { command } = await query("commit");
        if (command !== "COMMIT") throw new Error("the database has rolled back instead");
        return result;
      } catch (error) {
        await query("rollback");
        throw error;
      }
    },
  };
}

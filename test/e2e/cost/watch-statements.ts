import pg from "pg";

/** What a statement is for, by the first of these that its text matches. */
const STAGES: readonly (readonly [stage: string, text: RegExp])[] = [
  ["commit", /^(begin|start transaction|commit|rollback)/i],
  ["request signature", /request_(nonces|keys)/],
  ["audit log", /outbox where|from "?outbox|audit_/],
  ["quote", /insert into "?quotes|insert into "?wholesale_quotes/],
  ["order", /insert into "?(batches|transfers)\b|update "?quotes|send_limits|earlier_id/],
  ["chain transactions", /chain_transactions|nonce_lanes/],
  ["books", /journal_entries|position_movements/],
  ["steps", /insert into "?transfer_events/],
  ["followed blocks", /chain_checkpoints|followed_blocks/],
  ["queue", /"?batches"?\b/],
];

/** Marks a statement of a test's own: it is not counted. */
export const OWN = "/* the test's own */";

/** Statements by stage. */
export type Statements = Readonly<Record<string, number>>;

/** The watched method takes a text, or an object that has one, as its first argument. */
type Query = (this: unknown, ...args: unknown[]) => unknown;

function stageOf(text: string): string {
  return STAGES.find(([, pattern]) => pattern.test(text.trim()))?.[0] ?? "reads";
}

/**
 * Watches what this process sends to PostgreSQL from now on; calling `take` tells what was sent since it was last
 * called. Disposing of it ends the watching.
 */
export function watchStatements() {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  let texts: string[] = [];
  prototype.query = function watched(...args) {
    const [first] = args;
    const text = typeof first === "string" ? first : String((first as { text?: string }).text);
    if (!text.includes(OWN)) texts.push(text);
    return query.apply(this, args);
  };
  return {
    take(): Statements {
      const counts: Record<string, number> = {};
      for (const text of texts) {
        const stage = stageOf(text);
        counts[stage] = (counts[stage] ?? 0) + 1;
      }
      texts = [];
      return counts;
    },
    [Symbol.dispose]() {
      prototype.query = query;
    },
  };
}

/** SQLSTATEs and socket errors after which the same work may succeed later: the database could not be asked. */
const UNAVAILABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOSPC",
  // disk_full, out_of_memory, io_error
  "53100",
  "53200",
  "58030",
  // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections, lock_not_available, query_canceled
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "55P03",
  "57014",
]);
const UNAVAILABLE_TEXT =
  /connection terminated|connection timeout|query read timeout|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|not currently accepting connections/i;

/** serialization_failure and deadlock_detected: the database has rolled everything back and asks to be tried again. */
const ROLLED_BACK = new Set(["40001", "40P01"]);

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? "");

/** Whether a failure says that the database cannot be asked now; what was under way is then unknown, not undone. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE.has(code) || code.startsWith("08")) return true;
  return error instanceof Error && UNAVAILABLE_TEXT.test(error.message);
}

/** Whether the database has rolled a transaction back for reasons that lie in others running beside it. */
export function isRolledBack(error: unknown): boolean {
  return ROLLED_BACK.has(codeOf(error));
}

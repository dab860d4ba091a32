const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * The origin of a node that a reader names for the page to ask, or undefined for what is none. In clear text it may only be
 * on the reader's own machine.
 */
export function nodeOriginOf(named: unknown): string | undefined {
  if (typeof named !== "string" || named.length > 300 || !URL.canParse(named)) return undefined;
  const { protocol, hostname, origin, username, password } = new URL(named);
  if (username !== "" || password !== "" || !/^[a-z0-9.\-[\]:]+$/.test(hostname)) return undefined;
  const safe = protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname));
  return safe ? origin : undefined;
}

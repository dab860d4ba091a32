import type { GeneratedTime } from "./columns.ts";

/** What somebody may do at the console: look, or look and act. */
export type ConsoleRole = "viewer" | "operator";

export interface ConsoleSessionTable {
  /** SHA-256 of the token in hex. */
  token_hash: string;
  operator: string;
  role: ConsoleRole;
  created_at: GeneratedTime;
  seen_at: GeneratedTime;
  expires_at: Date;
}

export interface SavedSearchTable {
  operator: string;
  name: string;
  /** The query of the search's address, without "?". */
  query: string;
  created_at: GeneratedTime;
}

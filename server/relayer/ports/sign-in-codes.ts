import type { ConsoleRole } from "../store/tables/console.ts";

/** Whom a one-time code lets in. */
export interface CodeHolder {
  readonly operator: string;
  readonly role: ConsoleRole;
}

/** The one-time codes that were made at this machine's terminal. */
export interface SignInCodes {
  /** Takes a code, for ever; whom it lets in, or undefined for one that is unknown, used or too old. */
  take(code: string): Promise<CodeHolder | undefined>;
}

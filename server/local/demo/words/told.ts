import type { UserLanguage } from "../../../../sdk/errors/user-messages.ts";

/** What has happened, and why the money is safe. Both are told as soon as it has. */
export interface ToldWords {
  readonly what: string;
  readonly why: string;
}

/** The same in every language. `{value}` is put in where it stands. */
export type Told = Readonly<Record<UserLanguage, ToldWords>>;

export const told = (what: string, why: string): ToldWords => ({ what, why });

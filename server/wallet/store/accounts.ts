import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { book } from "./ledger.ts";

/** What a user's account can do. `over-limit` and `under-review` concern incoming money. */
export const ACCOUNT_STATUSES = [
  "open",
  "closed",
  "blocked",
  "over-limit",
  "under-review",
] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

/** A user's account. */
export interface Account {
  readonly id: string;
  readonly phone: string;
  readonly name: string;
  readonly status: AccountStatus;
  /** The most the account may hold, in minor units. */
  readonly maximum: bigint | null;
  readonly balance: bigint;
}

const COLUMNS = "id, phone, name, status, maximum, balance";

/** The account of a phone number; undefined when nobody has it. One query, whatever the account's status. */
export function findAccountByPhone(db: DatabaseSync, phone: string): Account | undefined {
  const row = db.prepare(`select ${COLUMNS} from accounts where phone = ?`).get(phone);
  return row as unknown as Account | undefined;
}

/** Opens a user's account with a first top-up; a phone number has one account. */
export function openAccount(
  db: DatabaseSync,
  user: { phone: string; name: string; balance: bigint; maximum?: bigint },
): Account {
  return inOneCommit(db, () => {
    const id = randomUUID();
    db.prepare(
      "insert into accounts (id, phone, name, status, maximum) values (?, ?, ?, 'open', ?) on conflict do nothing",
    ).run(id, user.phone, user.name, user.maximum ?? null);
    const account = findAccountByPhone(db, user.phone);
    if (!account) throw new Error("the account was not opened");
    if (account.id === id && user.balance > 0n) {
      book(db, {
        id: `top-up:${id}`,
        kind: "top-up",
        reference: id,
        lines: [
          { account: id, amount: user.balance },
          { account: "funding", amount: -user.balance },
        ],
      });
    }
    return findAccountByPhone(db, user.phone) ?? account;
  });
}

/** Changes what an account can do. */
export function setAccountStatus(db: DatabaseSync, phone: string, status: AccountStatus): void {
  db.prepare("update accounts set status = ? where phone = ?").run(status, phone);
}

/** "M*** D***": enough for a sender to recognise, too little to harvest. */
export function maskName(name: string): string {
  const mask = (word: string) => `${[...word][0] ?? ""}***`;
  return name.split(/\s+/).map(mask).join(" ");
}

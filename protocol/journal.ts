import type { Corridor, ParticipantId } from "./corridor.ts";

/** What makes money move in the rail's books. */
export const JOURNAL_KINDS = [
  "reserve",
  "credit",
  "hold",
  "settle",
  "reject",
  "expire",
  "return",
  "take-back",
  "release-hold",
] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** Whose account, of what kind. `rail/held` is what the chain holds for reserved batches. */
export type JournalRole =
  | "payer/position"
  | "bank/position"
  | "payee/position"
  /** What the payee has laid out for its users before the chain has paid it. */
  | "payee/advanced"
  | "payee/users"
  /** Held for a user under review, or by law. */
  | "payee/suspense"
  | "rail/held";

export interface Posting {
  /** Where the amount comes from. */
  readonly debit: JournalRole;
  /** Where it goes. */
  readonly credit: JournalRole;
  /** Which of the transfer's two amounts moves: they are of two currencies and never summed. */
  readonly leg: "send" | "receive";
}

const from = (debit: JournalRole, credit: JournalRole, leg: Posting["leg"]): Posting => ({
  debit,
  credit,
  leg,
});

const release = [
  from("rail/held", "payer/position", "send"),
  from("rail/held", "bank/position", "receive"),
];

/**
 * Each fact's movements, for one transfer: payment-versus-payment through what the chain holds, and the payee's outlay
 * to its user beside it. At rest `rail/held` is nil, and each payee has laid out what its position has risen by.
 */
export const POSTINGS: Readonly<Record<JournalKind, readonly Posting[]>> = {
  reserve: [
    from("payer/position", "rail/held", "send"),
    from("bank/position", "rail/held", "receive"),
  ],
  credit: [from("payee/advanced", "payee/users", "receive")],
  hold: [from("payee/advanced", "payee/suspense", "receive")],
  settle: [
    from("rail/held", "bank/position", "send"),
    from("rail/held", "payee/position", "receive"),
  ],
  reject: release,
  expire: release,
  return: [
    from("bank/position", "payer/position", "send"),
    from("payee/position", "bank/position", "receive"),
  ],
  // Beside a return: the payee takes its outlay back from its user, or out of suspense.
  "take-back": [from("payee/users", "payee/advanced", "receive")],
  "release-hold": [from("payee/suspense", "payee/advanced", "receive")],
};

/** A posting in one corridor: accounts with their owners' names, and the currency. */
export interface CorridorPosting {
  readonly debit: string;
  readonly credit: string;
  readonly currency: string;
  readonly leg: Posting["leg"];
}

/** The postings of a fact in a corridor whose quote is one of its banks'. */
export function postingsIn(
  corridor: Corridor,
  bank: ParticipantId,
  kind: JournalKind,
): CorridorPosting[] {
  const { payer, payee } = corridor;
  const owners: Readonly<Record<string, string>> = { payer, payee, bank, rail: "rail" };
  const named = (role: JournalRole) => role.replace(/^\w+/, (owner) => owners[owner] ?? owner);
  return POSTINGS[kind].map(({ debit, credit, leg }) => ({
    debit: named(debit),
    credit: named(credit),
    currency: leg === "send" ? corridor.sendCurrency : corridor.receiveCurrency,
    leg,
  }));
}

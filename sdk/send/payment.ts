import type { z } from "zod";
import type { Corridor, Participants } from "../../protocol/corridor.ts";
import type { PaymentDetails, partySchema } from "../../protocol/wire/payment-details.ts";
import { uetrSchema, type WireAmount } from "../../protocol/wire/primitives.ts";
import type { QuoteAnswer } from "../../protocol/wire/relayer.ts";
import { CorridorError } from "../errors/corridor-error.ts";

/** A person who pays or is paid: name and account, and what else the corridor's countries ask for. */
export type Party = z.input<typeof partySchema>;

/** What a user of a wallet wants: who pays whom how much. */
export interface Payment {
  /** Such as "HKD-PHP:harbour-wallet:island-wallet". */
  readonly corridor: string;
  /** The side that `amount` fixes: what is sent, or what the recipient gets. */
  readonly fixedSide: "send" | "receive";
  /** In major units with exactly the currency's decimals, such as "1000.00" HKD. */
  readonly amount: WireAmount;
  readonly debtor: Party;
  readonly creditor: Party;
  /** ISO 20022 purpose code; MP2P, from one wallet to another, when absent. */
  readonly purpose?: string;
  /** The wallet's own reference of at most 35 characters, which the recipient's wallet sees. */
  readonly endToEndId?: string;
  /** A message to the recipient, of at most 140 characters. */
  readonly remittanceInformation?: string;
  /** The payment's id, a lower-case UUID v4; made when absent. The same payment must never have two. */
  readonly uetr?: string;
}

/** A quote that has passed every check against the caller's own configuration, for one payment, once. */
export interface CheckedQuote {
  readonly payment: Payment;
  /** The payment's id from here on. */
  readonly uetr: string;
  /** What to show the user: both amounts, rate, fees, whom the recipient's wallet knows there, until when it stands. */
  readonly answer: QuoteAnswer;
}

/** ISO 20022's id for "the originator gave none". */
const NOT_PROVIDED = "NOTPROVIDED";
const WALLET_TO_WALLET = "MP2P";

/** A payment's id: its own if it has one, else a new one. @throws CorridorError `id-format`. */
export function uetrOf({ uetr = crypto.randomUUID() }: Payment): string {
  const parsed = uetrSchema.safeParse(uetr);
  if (parsed.success) return parsed.data;
  throw new CorridorError("id-format", "a payment's id is a lower-case UUID v4", {
    pointer: "/uetr",
  });
}

/** A quote does not look at the purpose, the order does: by then the user has been debited. */
export function assertPurpose(corridor: Corridor, { purpose = WALLET_TO_WALLET }: Payment): void {
  if (corridor.purposes.includes(purpose)) return;
  throw new CorridorError("purpose", "the purpose is not allowed in the corridor", {
    pointer: "/purpose",
    remedy: `choose one of ${corridor.purposes.join(", ")}`,
  });
}

/** What a payment at its quote commits to, off chain: ISO 20022's names, amounts and rate as quoted. */
export function detailsOf(
  { payment, uetr, answer }: CheckedQuote,
  pinned: { readonly corridor: Corridor; readonly participants: Participants },
): PaymentDetails {
  const { corridor, participants } = pinned;
  const { debtor, creditor, purpose, endToEndId, remittanceInformation } = payment;
  const bicOf = (id: Corridor["payer"]) => participants.get(id)?.bic ?? "";
  return {
    uetr: uetrSchema.parse(uetr),
    endToEndId: endToEndId ?? NOT_PROVIDED,
    instructedAmount: answer.sendAmount,
    creditedAmount: answer.receiveAmount,
    exchangeRate: answer.rate,
    charges: answer.fees,
    debtor,
    debtorAgent: bicOf(corridor.payer),
    creditor,
    creditorAgent: bicOf(corridor.payee),
    purpose: purpose ?? WALLET_TO_WALLET,
    ...(remittanceInformation !== undefined && { remittanceInformation }),
  };
}

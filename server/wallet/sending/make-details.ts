import { randomUUID } from "node:crypto";
import type { Corridor, Participant } from "../../../protocol/corridor.ts";
import type { PaymentDetails } from "../../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { QuoteAnswer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Account } from "../store/accounts.ts";
import type { WalletParts } from "../wallet-parts.ts";
import type { PaymentRequest } from "./payment-request.ts";

/** ISO 20022's id for "the originator gave none". */
const NOT_PROVIDED = "NOTPROVIDED";

function participantOf(wallet: WalletParts, id: Corridor["payer"]): Participant {
  const participant = wallet.config.participants.get(id);
  if (participant) return participant;
  throw new ProblemError("corridor-closed", "the corridor names an unknown participant");
}

/** The payment details that the wallet commits to: its user's order, at the quoted amounts and rate. */
export function makeDetails(
  wallet: WalletParts,
  made: {
    readonly request: PaymentRequest;
    readonly corridor: Corridor;
    readonly sender: Account;
    readonly quote: QuoteAnswer;
  },
): PaymentDetails {
  const { request, corridor, sender, quote } = made;
  const own = participantOf(wallet, corridor.payer);
  return {
    uetr: randomUUID() as Uetr,
    endToEndId: request.reference ?? NOT_PROVIDED,
    instructedAmount: quote.sendAmount,
    creditedAmount: quote.receiveAmount,
    exchangeRate: quote.rate,
    charges: quote.fees.map(({ type, amount }) => ({ type, amount })),
    debtor: { name: sender.name, account: { type: "mobile", value: sender.phone } },
    debtorAgent: own.bic,
    creditor: {
      name: request.recipient.name,
      account: { type: "mobile", value: request.recipient.phone },
    },
    creditorAgent: participantOf(wallet, corridor.payee).bic,
    purpose: request.purpose,
    ...(request.message !== undefined && { remittanceInformation: request.message }),
  };
}

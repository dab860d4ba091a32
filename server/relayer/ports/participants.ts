import type { CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import type { Address, BatchId } from "../../../protocol/messages.ts";
import type {
  CreditAnswer,
  LookupAnswer,
  ParticipantStatement,
  RecallAnswer,
  WireCreditInstruction,
} from "../../../protocol/wire/participant.ts";
import type { WireAccount } from "../../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";

/** The receiving wallets. */
export interface ParticipantPort {
  lookup(
    payee: ParticipantId,
    query: { readonly corridor: CorridorId; readonly account: WireAccount },
  ): Promise<LookupAnswer>;
  /** The same for many accounts, answered in their order. */
  lookupMany(
    payee: ParticipantId,
    query: { readonly corridor: CorridorId; readonly accounts: readonly WireAccount[] },
  ): Promise<LookupAnswer[]>;
  /** Hands over a reserved batch; throws a retryable problem while the outcome is unknown. */
  credit(
    payee: ParticipantId,
    batchId: BatchId,
    instruction: WireCreditInstruction,
  ): Promise<CreditAnswer>;
  /** A page of what a wallet booked on a UTC day, after an entry. */
  statement(
    participant: ParticipantId,
    page: { readonly date: string; readonly after: number },
  ): Promise<ParticipantStatement>;
  /** Asks for money back: a signed return, or a refusal with its reason. */
  recall(
    payee: ParticipantId,
    request: { readonly uetr: Uetr; readonly payer: Address; readonly reason: string },
  ): Promise<RecallAnswer>;
}

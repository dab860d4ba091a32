import type { Corridor, CorridorId } from "../../../protocol/corridor.ts";
import type { Quote, QuoteHash, Signature } from "../../../protocol/messages.ts";

/** A bank's signed promise and what it was made from. */
export interface WholesaleQuote {
  readonly quoteHash: QuoteHash;
  readonly corridorId: CorridorId;
  readonly quote: Quote;
  readonly signature: Signature;
  /** The quote's rate between major units, as a pacs.008 states it. */
  readonly rateMajor: string;
  readonly midRate: { readonly value: string; readonly source: string; readonly date: string };
}

/** The correspondent banks. */
export interface BankPort {
  quote(corridor: Corridor): Promise<WholesaleQuote>;
  confirmCycle(cycle: {
    readonly id: string;
    readonly fromBlock: number;
    readonly toBlock: number;
    readonly movements: readonly { account: string; token: string; netMinor: string }[];
  }): Promise<{ readonly agreed: boolean; readonly differences: readonly unknown[] }>;
}

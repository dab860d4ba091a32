import { parseAmount } from "../../../protocol/money.ts";
import type { Transfer } from "../../../protocol/wire/relayer.ts";

/** One credit on the receiving wallet's own list. */
export interface Credit {
  readonly uetr: string;
  readonly status: string;
  readonly amountMinor: string;
}

export interface Sums {
  readonly sentMinor: string;
  readonly receivedMinor: string;
}

const minorOf = ({ value, currency }: { value: string; currency: string }): bigint =>
  parseAmount(value, currency);

/** Ends at which the sender has the money back; whoever waited for the credit counts them as errors. */
const RELEASED: readonly string[] = ["rejected", "expired"];

/**
 * Holds what was accepted against the receiving wallet's own list: every accepted transfer is credited exactly once, or
 * not at all where the relayer shows it released; nothing is credited that the relayer does not know, and the sums agree
 * to the cent.
 *
 * @throws "void": a figure of a run that lost money, or made some, is none.
 */
export function checkCounts(run: {
  /** UETRs that the relayer has promised. */
  readonly accepted: readonly string[];
  /** All that the relayer has stored since the corridor began. */
  readonly transfers: ReadonlyMap<string, Transfer>;
  readonly credits: readonly Credit[];
}): Sums {
  const { accepted, transfers } = run;
  const credits = run.credits.filter(({ status }) => status === "ACCC");
  const counts = new Map<string, number>();
  for (const { uetr } of credits) counts.set(uetr, (counts.get(uetr) ?? 0) + 1);
  const due = (uetr: string) => (RELEASED.includes(transfers.get(uetr)?.state ?? "") ? 0 : 1);
  const wrong = accepted.filter((uetr) => (counts.get(uetr) ?? 0) !== due(uetr));
  if (wrong.length > 0)
    throw new Error(`void: ${wrong.length} transfers not credited as they must be`);
  const forgotten = accepted.filter((uetr) => !transfers.has(uetr));
  if (forgotten.length > 0) {
    throw new Error(`void: the relayer has forgotten ${forgotten.length} transfers`);
  }
  const credited = [...transfers.values()].filter(({ uetr }) => counts.has(uetr));
  if (credited.length !== credits.length) {
    throw new Error(`void: ${credits.length} credits for ${credited.length} transfers`);
  }
  const sent = credited.reduce((sum, { sendAmount }) => sum + minorOf(sendAmount), 0n);
  const received = credited.reduce((sum, { receiveAmount }) => sum + minorOf(receiveAmount), 0n);
  const booked = credits.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
  if (booked !== received) throw new Error(`void: ${booked} credited for ${received}`);
  return { sentMinor: sent.toString(), receivedMinor: received.toString() };
}

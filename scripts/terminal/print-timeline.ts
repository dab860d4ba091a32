import type { Transfer } from "../../protocol/wire/relayer.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  accepted: "stored by the relayer, with the wallet's signature",
  reserved: "both legs held on chain",
  credited: "recipient credited; the receiving wallet has signed for it",
  held: "held for review by the receiving wallet",
  settled: "payment-versus-payment done on chain",
  rejected: "refused; both legs released on chain",
  expired: "time ran out; the money is back where it came from",
  returned: "given back after settlement",
  disputed: "the facts contradict one another",
};

/** A transfer's steps, each with the milliseconds since it was accepted and since the step before. */
export function formatTimeline(transfer: Transfer): string {
  return transfer.timeline
    .map(({ state, elapsedMs, reason }, index, steps) => {
      const before = steps[index - 1];
      const step = before === undefined ? "" : `+${elapsedMs - before.elapsedMs}`;
      const why = reason === undefined ? "" : ` (${reason})`;
      return `  ${`${elapsedMs} ms`.padStart(9)}  ${step.padStart(6)}  ${`${state}${why}`.padEnd(16)}  ${MEANINGS[state] ?? ""}`;
    })
    .join("\n");
}

import type { BatchStatus } from "../../../protocol/contract-abi.ts";
import type { CreditInstruction, CreditStatus } from "../../../protocol/wire/participant.ts";
import { contradictionIn } from "../../../sdk/receive/check-credit-item.ts";
import { type Account, findAccountByPhone } from "../store/accounts.ts";
import { findCredits } from "../store/credits.ts";
import type { WalletParts } from "../wallet-parts.ts";

/** What the wallet does with one item of a batch. */
export interface Decision {
  readonly status: CreditStatus;
  /** ISO 20022 status reason, when rejected. */
  readonly reason?: string;
  readonly account?: string;
  /** Minor units that are booked now: none for a make-good, which was booked in an earlier batch. */
  readonly book: bigint;
}

const reject = (reason: string): Decision => ({ status: "RJCT", reason, book: 0n });

function decideByAccount(account: Account | undefined, amount: bigint): Decision {
  if (!account) return reject("AC01");
  if (account.status === "closed") return reject("AC04");
  if (account.status === "blocked") return reject("AC06");
  const over = account.maximum !== null && account.balance + amount > account.maximum;
  if (account.status === "over-limit" || over) return reject("AM02");
  const status = account.status === "under-review" ? "ACWP" : "ACCC";
  return { status, account: account.id, book: amount };
}

/** The batches in which the chain must be asked about before an item can be decided. */
export function earlierBatches(
  wallet: WalletParts,
  instruction: CreditInstruction,
): Map<string, string[]> {
  const earlier = new Map<string, string[]>();
  for (const { details } of instruction.items) {
    const key = { payer: instruction.quote.payer, uetr: details.uetr };
    const credited = findCredits(wallet.db, key).filter(({ status }) => status !== "RJCT");
    if (credited.length > 0) {
      earlier.set(
        details.uetr,
        credited.map((credit) => credit.batch_id),
      );
    }
  }
  return earlier;
}

/**
 * Decides every item at once. A UETR is credited once for ever: one that was credited in a batch that settled, or
 * still may, is a duplicate (AM05); one whose batch expired was paid for by us, and settling this one without
 * crediting again makes that good.
 */
export function decideCredits(
  wallet: WalletParts,
  instruction: CreditInstruction,
  earlier: ReadonlyMap<string, readonly BatchStatus[]>,
): Decision[] {
  const { currency, participants, id } = wallet.config;
  const own = { currency, bic: participants.get(id)?.bic ?? "" };
  const seen = new Set<string>();
  return instruction.items.map((item) => {
    const { uetr, creditor } = item.details;
    const contradiction = contradictionIn(item, own);
    if (contradiction) return reject(contradiction);
    const before = earlier.get(uetr);
    if (seen.has(uetr) || before?.some((status) => status !== "Expired")) return reject("AM05");
    seen.add(uetr);
    if (before) return { status: "ACCC", book: 0n };
    const account = findAccountByPhone(wallet.db, creditor.account.value);
    return decideByAccount(account, item.receiveMinor);
  });
}

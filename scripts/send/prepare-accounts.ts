import { type Corridor, sendLimits } from "../../protocol/corridor.ts";
import { formatAmount, minorUnits } from "../../protocol/money.ts";
import { type WalletApp, WalletAppProblem } from "../../server/local/wallet-app.ts";
import { inParallel } from "./in-parallel.ts";
import type { PayRow } from "./pay-row.ts";

const AT_ONCE = 32;
/** What a new business customer has at least, in major units of its currency. */
const LEAST_BALANCE = 100_000_000n;

interface Customer {
  readonly phone: string;
  readonly name: string;
}

/** Whether a wallet has an account of this number. */
async function isOpen(wallet: WalletApp, phone: string): Promise<boolean> {
  try {
    await wallet.account(phone);
    return true;
  } catch (error) {
    if (error instanceof WalletAppProblem && error.problem.code === "not-found") return false;
    throw error;
  }
}

/**
 * Opens the sender's account when it is missing, with enough for every row at the corridor's greatest amount, twice,
 * so that fees are covered too. Answers the balance that it was opened with, if it was.
 */
export async function openSender(
  wallet: WalletApp,
  sender: Customer,
  wanted: { readonly corridor: Corridor; readonly rows: number },
): Promise<string | undefined> {
  if (await isOpen(wallet, sender.phone)) return undefined;
  const { sendCurrency } = wanted.corridor;
  const { maximum } = sendLimits(wanted.corridor);
  const forRows = maximum * 2n * BigInt(wanted.rows);
  const least = LEAST_BALANCE * 100n;
  const balance = minorUnits(forRows > least ? forRows : least);
  const value = formatAmount(balance, sendCurrency);
  await wallet.openAccount({ ...sender, balance: { value, currency: sendCurrency } });
  return value;
}

/** Opens an account for every recipient that has none at the receiving wallet; answers how many were opened. */
export async function openRecipients(
  wallet: WalletApp,
  rows: readonly PayRow[],
): Promise<{ readonly recipients: number; readonly opened: number }> {
  const byPhone = new Map(rows.map(({ content }) => [content.recipient, content.name]));
  let opened = 0;
  await inParallel([...byPhone], AT_ONCE, async ([phone, name]) => {
    if (await isOpen(wallet, phone)) return;
    try {
      await wallet.openAccount({ phone, name });
      opened++;
    } catch (error) {
      // Whom the wallet does not take as a user cannot be paid either: their row will say so.
      if (!(error instanceof WalletAppProblem)) throw error;
    }
  });
  return { recipients: byPhone.size, opened };
}

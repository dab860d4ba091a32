import { createProgress } from "../terminal/progress.ts";
import { awaitEnds, hasEnded } from "./await-ends.ts";
import { type Comparison, compareSums, type Facts } from "./compare-sums.ts";
import type { FoundCorridor } from "./find-corridor.ts";
import { openRecipients, openSender } from "./prepare-accounts.ts";
import { readBankFacts } from "./read-bank-facts.ts";
import { readChainFacts } from "./read-chain-facts.ts";
import type { RemittanceFile } from "./read-rows.ts";
import { readRecipientFacts, readSenderFacts } from "./read-wallet-facts.ts";
import { type PaidRow, type Sending, sendRows } from "./send-rows.ts";

export interface FileOrder {
  readonly file: RemittanceFile;
  readonly sender: { readonly phone: string; readonly name: string };
  readonly openAccounts: boolean;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** A file as it was sent: what became of each row, and how long sending took. */
export interface SentFile {
  readonly sending: Sending;
  readonly seconds: number;
  /** Payments of the file of which the chain has not told the end yet. */
  readonly open: number;
}

async function openAccounts(found: FoundCorridor, order: FileOrder): Promise<void> {
  const { corridor, sending, receiving } = found;
  const { sender, file, say } = order;
  const { rows } = file;
  const balance = await openSender(sending, sender, { corridor, rows: rows.length });
  if (balance !== undefined) {
    say(
      `opened the sender's account at ${corridor.payer} with ${balance} ${corridor.sendCurrency}`,
    );
  }
  if (!order.openAccounts) return;
  const { recipients, opened } = await openRecipients(receiving, rows);
  if (opened === 0) return;
  say(
    `opened accounts at ${corridor.payee} for ${opened} of ${recipients} recipients: the local corridor's wallet starts empty (--no-open-accounts leaves them)`,
  );
}

/** Sends a file's rows and follows them to their ends. */
export async function sendFile(found: FoundCorridor, order: FileOrder): Promise<SentFile> {
  const { file, sender, concurrency, signal } = order;
  await openAccounts(found, order);
  const sendingBar = createProgress("sending", file.rows.length);
  const startedAt = performance.now();
  const sent = await sendRows(found.sending, file.rows, {
    corridor: found.corridor,
    senderPhone: sender.phone,
    concurrency,
    signal,
    onRow: () => sendingBar.step(),
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  sendingBar.stop();
  const settlingBar = createProgress("settling", sent.paid.length);
  const onEnd = () => settlingBar.step();
  const paid = await awaitEnds(found.sending, sent.paid, { signal, onEnd });
  settlingBar.stop();
  const sending = { ...sent, paid, bad: [...file.bad, ...sent.bad] };
  return { sending, seconds, open: paid.filter(({ payment }) => !hasEnded(payment)).length };
}

/** Asks the sending wallet, the receiving wallet, the bank and the chain what they know of the payments. */
export async function verifyFile(
  found: FoundCorridor,
  paid: readonly PaidRow[],
): Promise<{ readonly facts: Facts; readonly comparison: Comparison }> {
  const payments = paid.map(({ payment }) => payment);
  const batchIds = new Set(payments.map(({ batchId }) => batchId));
  const uetrs = new Set(payments.map(({ uetr }) => uetr));
  const chain = await readChainFacts(found.addresses.rpcUrl, found.network, batchIds);
  const facts = {
    payments,
    chain,
    bank: await readBankFacts(found, batchIds, chain),
    sender: await readSenderFacts(found.sending, uetrs),
    recipient: await readRecipientFacts(found.receiving, payments),
  };
  return { facts, comparison: compareSums(facts) };
}

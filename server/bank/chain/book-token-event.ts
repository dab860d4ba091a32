import { type LogDescription, ZeroAddress } from "ethers";
import { depositAbi } from "../../../protocol/contract-abi.ts";
import type { CurrencyCode } from "../../../protocol/currency.ts";
import type { Address } from "../../../protocol/messages.ts";
import { markIssued } from "../deposits/funding-store.ts";
import { recordPayout } from "../deposits/payout-store.ts";
import { holderAccount, ownAccount } from "../ledger/chart.ts";
import { credit, debit, move, postEntry } from "../ledger/post-entry.ts";
import { type Books, headerOf, type TimedLog } from "./books.ts";

/**
 * Books an event of one of the bank's deposit tokens: issues, redemptions (with their payout) and
 * transfers between holders. Other events of the token move no money.
 */
export function bookTokenEvent(books: Books, timed: TimedLog, currency: CurrencyCode): void {
  const event = depositAbi.parseLog(timed.log);
  if (event?.name === "Issued") bookIssue(books, timed, { event, currency });
  if (event?.name === "Redeemed") bookRedemption(books, timed, { event, currency });
  if (event?.name === "Transfer") bookTransfer(books, timed, { event, currency });
}

interface TokenEvent {
  readonly event: LogDescription;
  readonly currency: CurrencyCode;
}

function bookIssue({ db, bank, log }: Books, timed: TimedLog, { event, currency }: TokenEvent) {
  const holder: Address = event.args["to"];
  const amount: bigint = event.args["amount"];
  const fundingId: string = event.args["fundingId"];
  const tokens = holderAccount("tokens", { holder, currency });
  const header = headerOf(timed, { kind: "issue", reference: fundingId });
  if (holder === bank) {
    postEntry(db, header, [
      debit(ownAccount("own-deposits", currency), amount),
      credit(tokens, amount),
    ]);
  } else {
    const vostro = holderAccount("vostro", { holder, currency });
    postEntry(db, header, move(amount, { from: vostro, to: tokens }));
  }
  const booked = { fundingId, account: holder, currency, amount };
  if (!markIssued(db, booked, referenceOf(timed))) {
    // The holder's vostro account now shows what was issued without money: somebody must look.
    log.error({ fundingId, blockNumber: timed.log.blockNumber }, "issue without its funding");
  }
}

/** The bank pays out by this event alone, in the same commit that books it. */
function bookRedemption({ db, bank }: Books, timed: TimedLog, { event, currency }: TokenEvent) {
  const holder: Address = event.args["from"];
  const amount: bigint = event.args["amount"];
  const redemptionId: string = event.args["redemptionId"];
  const tokens = holderAccount("tokens", { holder, currency });
  const header = headerOf(timed, { kind: "redemption", reference: redemptionId });
  if (holder === bank) {
    // Its own claim on itself ends: nobody is paid.
    const ownDeposits = ownAccount("own-deposits", currency);
    postEntry(db, header, move(amount, { from: tokens, to: ownDeposits }));
    return;
  }
  const vostro = holderAccount("vostro", { holder, currency });
  postEntry(db, header, move(amount, { from: tokens, to: vostro }));
  const payout = { redemptionId, account: holder, currency, amount };
  postEntry(
    db,
    { ...header, kind: "payout", source: `payout:${holder}:${currency}:${redemptionId}` },
    [debit(vostro, amount), credit(ownAccount("cash", currency), amount)],
  );
  recordPayout(db, payout, { ...referenceOf(timed), paidAt: timed.at });
}

function bookTransfer({ db }: Books, timed: TimedLog, { event, currency }: TokenEvent): void {
  const [from, to, amount]: [Address, Address, bigint] = [
    event.args["from"],
    event.args["to"],
    event.args["value"],
  ];
  // Issues and redemptions say more in their own events.
  if (from === ZeroAddress || to === ZeroAddress) return;
  postEntry(
    db,
    headerOf(timed, { kind: "token-transfer", reference: timed.log.transactionHash }),
    move(amount, {
      from: holderAccount("tokens", { holder: from, currency }),
      to: holderAccount("tokens", { holder: to, currency }),
    }),
  );
}

function referenceOf({ log }: TimedLog) {
  return { blockNumber: log.blockNumber, transactionHash: log.transactionHash };
}

import { randomUUID } from "node:crypto";
import { currencyOf } from "../../protocol/currency.ts";
import { minorUnits } from "../../protocol/money.ts";
import { RATE_UNIT, rateFromMajor } from "../../protocol/rate.ts";
import type { QuoteAnswer } from "../../protocol/wire/relayer.ts";
import { signedMinor } from "../../server/local/bank-books.ts";
import { waitFor } from "../../server/local/wait-for.ts";
import type { ShownPayment } from "../../server/local/wallet-app.ts";
import { checkBooks, type Moved } from "./check-books.ts";
import { accountOf, type Desk } from "./desk.ts";
import type { Story, Told } from "./story.ts";
import { takeBooks } from "./take-books.ts";

const OPENING_BALANCE = "50000.00";

async function askQuote({ relayer, corridor }: Desk, story: Story): Promise<QuoteAnswer> {
  return relayer.quote({
    corridor: corridor.id,
    ...story.order,
    debtor: { name: story.sender.name },
    creditor: { account: { type: "mobile", value: story.recipient.phone } },
  });
}

/** What must have changed hands for good, from the quote that was shown and the story's end. */
function movedBy({ corridor }: Desk, story: Story, quote: QuoteAnswer): Moved {
  const nothing = { send: 0n, receive: 0n, fee: 0n, margin: 0n, residue: 0n };
  const { sendAmount, receiveAmount, totalDebit } = quote;
  const send = signedMinor(sendAmount);
  const fee = signedMinor(totalDebit) - send;
  // Settled money that is returned leaves the fee where it was earned.
  if (story.ends.state === "returned") return { ...nothing, fee };
  if (story.ends.state !== "settled") return nothing;
  const receive = signedMinor(receiveAmount);
  const scales = {
    sendScale: currencyOf(corridor.sendCurrency).scale,
    receiveScale: currencyOf(corridor.receiveCurrency).scale,
  };
  const worthAt = (major: string) =>
    (minorUnits(send) * rateFromMajor({ major, ...scales })) / RATE_UNIT;
  const atQuoted = worthAt(quote.rate);
  const margin = worthAt(quote.midRate.value) - atQuoted;
  return { send, receive, fee, margin, residue: atQuoted - receive };
}

/** Nothing follows these: a story that came to another one than it should will not come to its own. */
const FINAL: readonly string[] = ["rejected", "expired", "returned"];

/** The end as both the sending wallet and the relayer know it, once both do or patience ends. */
async function awaitEnd({ sending, relayer }: Desk, { ends }: Story, { uetr }: ShownPayment) {
  const isEnd = ({ state }: { readonly state: string }) =>
    state === ends.state || FINAL.includes(state);
  const payment = await waitFor(() => sending.payment(uetr), isEnd);
  const transfer = await waitFor(() => relayer.transfer(uetr), isEnd);
  return { payment, transfer };
}

/** Plays one story on a running corridor and holds its end, and everybody's books, against what must be. */
export async function tellStory(desk: Desk, story: Story): Promise<Told> {
  const { sending, receiving, corridor } = desk;
  const { sender, recipient, order, ends } = story;
  const scene = { desk, sender, recipient };
  const balance = { value: OPENING_BALANCE, currency: corridor.sendCurrency };
  await sending.openAccount({ ...sender, balance });
  await receiving.openAccount(recipient);
  const phones = { sender: sender.phone, recipient: recipient.phone };
  const before = await takeBooks(desk, phones);
  const quote = await askQuote(desk, story);
  const events: string[] = [];
  if (story.prepare) events.push(await story.prepare(scene));
  const paid = await sending.pay({
    requestId: randomUUID(),
    senderPhone: sender.phone,
    corridor: corridor.id,
    ...order,
    recipient,
  });
  if (story.interfere) events.push(await story.interfere(scene, paid));
  const { payment, transfer } = await awaitEnd(desk, story, paid);
  await receiving.misbehave({});
  const after = await takeBooks(desk, phones);
  const checks = checkBooks({
    before,
    after,
    moved: movedBy(desk, story, quote),
    sendCurrency: corridor.sendCurrency,
    receiveCurrency: corridor.receiveCurrency,
    accounts: {
      payer: accountOf(desk, corridor.payer),
      bank: accountOf(desk, desk.bankId),
      payee: accountOf(desk, corridor.payee),
    },
  });
  const endedAs = (seen: { readonly state: string; readonly reason?: string | undefined }) =>
    seen.state === ends.state && (ends.reason === undefined || seen.reason === ends.reason);
  const ok = endedAs(payment) && endedAs(transfer) && checks.every(({ holds }) => holds);
  return { story, quote, payment, transfer, events, before, after, checks, ok };
}

import { waitFor } from "../../server/local/wait-for.ts";
import type { ShownPayment } from "../../server/local/wallet-app.ts";
import type { FoundCorridor } from "../send/find-corridor.ts";
import { readBankFacts } from "../send/read-bank-facts.ts";
import { readChainFacts } from "../send/read-chain-facts.ts";
import { readRecipientFacts, readSenderFacts } from "../send/read-wallet-facts.ts";
import { hashOf, noteBlocks, OPENING_BALANCE, type Pair, place, type Seen } from "./load.ts";

/** What came out of a kill: nothing in `violations`, or it was not survived. */
export interface Survival {
  readonly violations: readonly string[];
  readonly payments: number;
  readonly settled: number;
  readonly givenBack: number;
  readonly blocks: number;
}

const ENDED = new Set(["settled", "rejected", "expired", "returned"]);
/** A quote lives for a minute and a hold for some: what was cut off before its reservation ends within this. */
const PATIENCE_MS = 180_000;

const minorOf = ({ value }: { readonly value: string }) => BigInt(value.replace(".", ""));
const sumOf = (payments: readonly ShownPayment[], of: (payment: ShownPayment) => bigint) =>
  payments.reduce((total, payment) => total + of(payment), 0n);

/** Collects what does not hold. */
function createClaims() {
  const violations: string[] = [];
  return {
    violations,
    holds(claim: string, condition: boolean): void {
      if (!condition) violations.push(claim);
    },
    equal(claim: string, seen: bigint | number, expected: bigint | number): void {
      if (seen !== expected) violations.push(`${claim}: ${seen}, expected ${expected}`);
    },
  };
}
type Claims = ReturnType<typeof createClaims>;

async function checkBlocks(claims: Claims, rpcUrl: string, seen: Seen): Promise<number> {
  for (const [number, hash] of seen.blocks) {
    const block = await hashOf(rpcUrl, `0x${number.toString(16)}`);
    claims.holds(`block ${number} is ${block?.hash} and was ${hash}`, block?.hash === hash);
  }
  return seen.blocks.size;
}

async function checkUsers(
  claims: Claims,
  found: FoundCorridor,
  pairs: readonly Pair[],
  settled: readonly ShownPayment[],
  seen: Seen,
): Promise<void> {
  const pairOf = new Map(seen.orders.map(({ requestId, pair }) => [requestId, pair]));
  for (const pair of pairs) {
    const own = settled.filter(({ requestId }) => pairOf.get(requestId) === pair);
    const paid = sumOf(own, ({ sendAmount, fee }) => minorOf(sendAmount) + minorOf(fee));
    const got = sumOf(own, ({ receiveAmount }) => minorOf(receiveAmount));
    const sender = await found.sending.account(pair.sender.phone);
    const recipient = await found.receiving.account(pair.recipient.phone);
    claims.equal(`${sender.phone}'s balance`, minorOf(sender.balance), OPENING_BALANCE - paid);
    claims.equal(`${recipient.phone}'s balance`, minorOf(recipient.balance), got);
  }
}

/** Both wallets, the chain and the bank, each asked alone, must tell the same sums. */
async function checkParties(
  claims: Claims,
  found: FoundCorridor,
  payments: readonly ShownPayment[],
  settled: readonly ShownPayment[],
): Promise<void> {
  const batches = new Set(payments.map(({ batchId }) => batchId));
  const chain = await readChainFacts(found.addresses.rpcUrl, found.network, batches);
  const bank = await readBankFacts(found, batches, chain);
  const sender = await readSenderFacts(found.sending, new Set(payments.map(({ uetr }) => uetr)));
  const recipient = await readRecipientFacts(found.receiving, payments);
  const sent = sumOf(settled, ({ sendAmount }) => minorOf(sendAmount));
  const received = sumOf(settled, ({ receiveAmount }) => minorOf(receiveAmount));
  claims.equal("sent, by the sending wallet's journal", sender.sent, sent);
  claims.equal("fees, by the sending wallet's journal", sender.debited - sender.sent, sender.fees);
  claims.equal("sent, by the chain", chain.sent, sent);
  claims.equal("sent, by the bank", bank.sent, sent);
  claims.equal("received, by the receiving wallet's statement", recipient.received, received);
  claims.equal("received, by the chain", chain.received, received);
  claims.equal("received, by the bank", bank.received, received);
  for (const { uetr, state } of payments) {
    const expected = state === "settled" ? 1 : 0;
    claims.equal(`credits of ${uetr} (${state})`, recipient.credits.get(uetr) ?? 0, expected);
  }
  for (const wallet of [found.sending, found.receiving]) {
    claims.equal("a wallet's books", BigInt((await wallet.totals()).sumMinor), 0n);
  }
}

/**
 * Asks again, as an app does, what was left unanswered, waits until every payment has ended, and compares what everybody
 * says with what was seen before.
 */
export async function checkSurvival(
  found: FoundCorridor,
  pairs: readonly Pair[],
  seen: Seen,
): Promise<Survival> {
  const claims = createClaims();
  const { rpcUrl } = found.addresses;
  const blocks = await checkBlocks(claims, rpcUrl, seen);
  for (const order of seen.orders) {
    if (order.uetr === undefined && order.refusal === undefined) await place(found, order);
    const { requestId, uetr, refusal } = order;
    claims.holds(`${requestId} is not answered`, uetr !== undefined || refusal !== undefined);
  }
  const payments = await waitFor(
    () => found.sending.payments(),
    (all) => all.every(({ state }) => ENDED.has(state)),
    PATIENCE_MS,
  );
  const byRequest = new Map(payments.map((payment) => [payment.requestId, payment]));
  for (const { state, uetr } of payments) {
    claims.holds(`${uetr} is still ${state}`, ENDED.has(state));
  }
  const own = seen.orders.flatMap(({ requestId, uetr }) => {
    const payment = byRequest.get(requestId);
    claims.holds(`${requestId} was answered ${uetr}`, payment?.uetr === uetr);
    return payment ? [payment] : [];
  });
  const settled = own.filter(({ state }) => state === "settled");
  await checkUsers(claims, found, pairs, settled, seen);
  await checkParties(claims, found, own, settled);
  // Whatever there is by now must be there after the next kill.
  await noteBlocks(rpcUrl, seen);
  return {
    violations: claims.violations,
    payments: own.length,
    settled: settled.length,
    givenBack: own.length - settled.length,
    blocks,
  };
}

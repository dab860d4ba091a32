import { randomBytes } from "node:crypto";
import { corridorAbi, depositAbi } from "../../../protocol/contract-abi.ts";
import type { CurrencyCode } from "../../../protocol/currency.ts";
import { parseAmount } from "../../../protocol/money.ts";
import { readPosition, readTokenBalance } from "../../foundation/chain/read-corridor.ts";
import { insertFunding, waitingFundings } from "../deposits/funding-store.ts";
import { issueWaitingDeposits } from "../deposits/issue-deposits.ts";
import type { Treasury } from "./treasury.ts";

/**
 * Brings each of the bank's positions that fell below its floor up to its target: issues what is missing
 * to the bank itself and deposits it. Every step is decided from the chain as it is now, so that a round
 * that was cut off is simply continued.
 */
export async function topUpPositions(treasury: Treasury): Promise<void> {
  for (const { currency, address: token } of treasury.tokens.tokens) {
    const targets = treasury.targets[currency];
    if (targets === undefined) continue;
    const owner = { token, account: treasury.bank };
    const position = await readPosition(treasury.corridor, owner);
    if (position >= parseAmount(targets.floor, currency)) continue;
    const missing = parseAmount(targets.target, currency) - position;
    const held = await readTokenBalance(treasury.connection, owner);
    if (held < missing) await issueToItself(treasury, { currency, amount: missing - held });
    // Short of it, an earlier issue is still on its way: the next round sees it.
    const available = await readTokenBalance(treasury.connection, owner);
    if (available >= missing) await depositTokens(treasury, { currency, amount: missing });
  }
}

/**
 * Takes what each position has above its target out of the corridor and redeems it: the sweep after a
 * settlement cycle. Redeeming its own deposits ends the bank's claim on itself; nobody is paid.
 */
export async function sweepPositions(treasury: Treasury): Promise<void> {
  for (const { currency, address: token } of treasury.tokens.tokens) {
    const targets = treasury.targets[currency];
    if (targets === undefined) continue;
    const owner = { token, account: treasury.bank };
    const position = await readPosition(treasury.corridor, owner);
    const excess = position - parseAmount(targets.target, currency);
    if (excess > 0n) {
      const data = corridorAbi.encodeFunctionData("withdraw", [token, excess]);
      await treasury.account.send({ to: treasury.corridor.corridor, data });
    }
    const held = await readTokenBalance(treasury.connection, owner);
    if (held === 0n) continue;
    const data = depositAbi.encodeFunctionData("redeem", [held, newId()]);
    await treasury.account.send({ to: token, data });
  }
}

interface Sum {
  readonly currency: CurrencyCode;
  /** Minor units. */
  readonly amount: bigint;
}

async function issueToItself(treasury: Treasury, { currency, amount }: Sum): Promise<void> {
  const waiting = waitingFundings(treasury.db).some(
    (funding) => funding.account === treasury.bank && funding.currency === currency,
  );
  if (!waiting) {
    const order = { fundingId: newId(), account: treasury.bank, currency, amount };
    insertFunding(treasury.db, order, treasury.now());
  }
  await issueWaitingDeposits(treasury);
}

async function depositTokens(treasury: Treasury, { currency, amount }: Sum): Promise<void> {
  const token = treasury.tokens.tokenOf(currency);
  const { corridor } = treasury.corridor;
  const approve = depositAbi.encodeFunctionData("approve", [corridor, amount]);
  await treasury.account.send({ to: token, data: approve });
  const deposit = corridorAbi.encodeFunctionData("deposit", [token, amount]);
  await treasury.account.send({ to: corridor, data: deposit });
}

function newId(): string {
  return `0x${randomBytes(32).toString("hex")}`;
}

import { toQuantity } from "ethers";
import { depositAbi } from "../../protocol/contract-abi.ts";
import type { Address } from "../../protocol/messages.ts";
import type { Block } from "../../server/foundation/chain/block.ts";
import { readFinalBlock } from "../../server/foundation/chain/read-blocks.ts";
import { readPosition } from "../../server/foundation/chain/read-corridor.ts";
import { signedMinor } from "../../server/local/bank-books.ts";
import { waitFor } from "../../server/local/wait-for.ts";
import type { ShownTotals, WalletApp } from "../../server/local/wallet-app.ts";
import { accountOf, type Desk, tokenOf } from "./desk.ts";

/** One balance, in minor units. */
export interface BookLine {
  readonly currency: string;
  readonly minor: bigint;
  /** The bank's ledger only: the side on which its balance is positive. */
  readonly side?: "debit" | "credit";
}

/**
 * Every balance that a story could move, by name:
 * - `sender`, `recipient`: the two users
 * - `payer.*`, `payee.*`: the two wallets' own books (users, transit, fees, suspense, sum)
 * - `ledger.*`: the bank's ledger, account by account
 * - `chain.position.<currency>.<party>`, `chain.held.*`, `chain.outside.*`, `chain.supply.*`
 */
export type Books = ReadonlyMap<string, BookLine>;

/** The phone numbers of a story's two people. */
export interface Phones {
  readonly sender: string;
  readonly recipient: string;
}

async function readToken(
  { view }: Desk,
  call: { readonly token: Address; readonly name: string; readonly args: readonly unknown[] },
  block: Block,
): Promise<bigint> {
  const data = depositAbi.encodeFunctionData(call.name, call.args);
  const tag = toQuantity(block.number);
  const { provider } = view.connection;
  const answer = await provider.send("eth_call", [{ to: call.token, data }, tag]);
  return BigInt(depositAbi.decodeFunctionResult(call.name, answer)[0]);
}

/** One token at one block: each party's position, what is held for batches, what is outside, the supply. */
async function readChainLines(
  desk: Desk,
  currency: string,
  block: Block,
): Promise<[string, BookLine][]> {
  const token = tokenOf(desk, currency);
  const { payer, payee } = desk.corridor;
  const parties = { payer, bank: desk.bankId, payee };
  const line = (name: string, minor: bigint): [string, BookLine] => [
    `chain.${name}`,
    { currency, minor },
  ];
  const lines: [string, BookLine][] = [];
  const balanceOf = (account: Address) =>
    readToken(desk, { token, name: "balanceOf", args: [account] }, block);
  let held = await balanceOf(desk.view.corridor);
  let outside = 0n;
  for (const [party, id] of Object.entries(parties)) {
    const account = accountOf(desk, id);
    const position = await readPosition(desk.view, { token, account }, block);
    lines.push(line(`position.${currency}.${party}`, position));
    held -= position;
    outside += await balanceOf(account);
  }
  const supply = await readToken(desk, { token, name: "totalSupply", args: [] }, block);
  return [
    ...lines,
    line(`held.${currency}`, held),
    line(`outside.${currency}`, outside),
    line(`supply.${currency}`, supply),
  ];
}

/** The bank's ledger once it has booked everything up to a block. */
async function readLedgerLines(desk: Desk, block: Block): Promise<[string, BookLine][]> {
  await waitFor(
    () => desk.bank.health(),
    ({ followedTo }) => followedTo >= block.number,
  );
  const accounts = await desk.bank.accounts();
  return accounts.map(({ id, currency, side, balance }) => [
    `ledger.${id}`,
    { currency, side, minor: signedMinor(balance) },
  ]);
}

function totalsLines(party: "payer" | "payee", totals: ShownTotals): [string, BookLine][] {
  const { currency } = totals;
  const line = (name: string, minor: string): [string, BookLine] => [
    `${party}.${name}`,
    { currency, minor: BigInt(minor) },
  ];
  return [
    line("users", totals.usersMinor),
    line("transit", totals.transitMinor),
    line("fees", totals.feesMinor),
    line("suspense", totals.suspenseMinor),
    line("sum", totals.sumMinor),
  ];
}

async function userLine(wallet: WalletApp, phone: string): Promise<BookLine> {
  const { balance } = await wallet.account(phone);
  return { currency: balance.currency, minor: signedMinor(balance) };
}

/** Takes every party's balances, when all of them have followed the chain to one block. */
export async function takeBooks(desk: Desk, phones: Phones): Promise<Books> {
  const { sending, receiving, corridor } = desk;
  const block = await readFinalBlock(desk.view.connection);
  return new Map([
    ["sender", await userLine(sending, phones.sender)],
    ...totalsLines("payer", await sending.totals()),
    ["recipient", await userLine(receiving, phones.recipient)],
    ...totalsLines("payee", await receiving.totals()),
    ...(await readLedgerLines(desk, block)),
    ...(await readChainLines(desk, corridor.sendCurrency, block)),
    ...(await readChainLines(desk, corridor.receiveCurrency, block)),
  ]);
}

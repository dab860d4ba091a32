import { randomBytes } from "node:crypto";
import { corridorAbi, depositAbi } from "../../../protocol/contract-abi.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import { fundingSchema } from "../../../protocol/wire/bank.ts";
import {
  readPosition,
  readSigner,
  readTokenBalance,
} from "../../foundation/chain/read-corridor.ts";
import { ownAccount, type WalletParts } from "../wallet-parts.ts";

const newId = () => `0x${randomBytes(32).toString("hex")}`;

/** Makes the hot key the account's signer in the corridor, unless it is. Only the account itself can. */
async function registerSigner(wallet: WalletParts): Promise<void> {
  const { corridor, account, signer, config } = wallet;
  if ((await readSigner(corridor, account.address)) === signer.address) return;
  const data = corridorAbi.encodeFunctionData("setSigner", [signer.address]);
  await account.send({ to: config.network.corridor, data });
}

/** Pays fiat to the bank, which issues the same in deposit tokens to our account. */
async function fund(wallet: WalletParts, minor: bigint): Promise<void> {
  const { currency } = wallet.config;
  await wallet.bank.call({
    method: "POST",
    path: "/fundings",
    body: {
      fundingId: newId(),
      account: ownAccount(wallet),
      amount: { value: formatAmount(minorUnits(minor), currency), currency },
    },
    answer: fundingSchema,
  });
}

async function deposit(wallet: WalletParts, token: string, minor: bigint): Promise<void> {
  const { account, config } = wallet;
  const { corridor } = config.network;
  const approve = depositAbi.encodeFunctionData("approve", [corridor, minor]);
  await account.send({ to: token as typeof corridor, data: approve });
  const data = corridorAbi.encodeFunctionData("deposit", [token, minor]);
  await account.send({ to: corridor, data });
}

async function redeem(wallet: WalletParts, token: string, minor: bigint): Promise<void> {
  const { account, config } = wallet;
  const { corridor } = config.network;
  const withdraw = corridorAbi.encodeFunctionData("withdraw", [token, minor]);
  await account.send({ to: corridor, data: withdraw });
  const data = depositAbi.encodeFunctionData("redeem", [minor, newId()]);
  await account.send({ to: token as typeof corridor, data });
}

/** Time for a funding to arrive before another one is asked for. */
const FUNDING_PATIENCE_MS = 20_000;

/**
 * Keeps the wallet's position between its floor and its ceiling: funds and deposits below, withdraws and redeems
 * above. Every step is decided from the chain as it is, so that an interrupted round is simply continued.
 */
export function createTreasury(wallet: WalletParts): () => Promise<void> {
  const { currency, network, treasury } = wallet.config;
  const token = network.tokens[currency];
  if (!token) throw new Error(`the network has no ${currency} deposit token`);
  const owner = { token, account: ownAccount(wallet) };
  let fundedAt = Number.NEGATIVE_INFINITY;

  return async function keepPosition() {
    await registerSigner(wallet);
    const held = await readTokenBalance(wallet.corridor.connection, owner);
    if (held > 0n) {
      await deposit(wallet, token, held);
      fundedAt = Number.NEGATIVE_INFINITY;
    }
    const position = await readPosition(wallet.corridor, owner);
    if (position > treasury.ceiling) await redeem(wallet, token, position - treasury.target);
    if (position >= treasury.floor || performance.now() - fundedAt < FUNDING_PATIENCE_MS) return;
    fundedAt = performance.now();
    await fund(wallet, treasury.target - position);
  };
}

import { computeAddress } from "ethers";
import type { Corridor, Corridors, ParticipantId } from "../../../protocol/corridor.ts";
import { currencyOf } from "../../../protocol/currency.ts";
import { parseAmount } from "../../../protocol/money.ts";
import type { Network } from "../../../protocol/network.ts";
import type { ListenOptions } from "../../foundation/http/serve.ts";

/**
 * How much of its own money the bank keeps on the rail, by currency, as amounts in major units: a position
 * below `floor` is filled up to `target`, what is above `target` is taken out after a cycle. `capital` is
 * the cash its owners paid in before the first day.
 */
export type TreasuryTargets = Readonly<
  Record<string, { readonly capital: string; readonly floor: string; readonly target: string }>
>;

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything a bank runs from. */
export interface BankConfig {
  readonly id: ParticipantId;
  readonly listen: ListenOptions;
  /** Holds the bank's one database; used by one process at a time. */
  readonly dataDirectory: string;
  readonly chain: {
    /** The bank's own node. */
    readonly rpcUrl: string;
    /** Blocks that must follow a block before its events are booked. */
    readonly depth: number;
    /** Longest pauses between two rounds of reading the chain, and of the treasury. */
    readonly followEveryMs: number;
    readonly treasuryEveryMs: number;
  };
  readonly network: Network;
  readonly corridors: Corridors;
  /** Private keys: the account issues and holds positions, the signer signs quotes and nothing else. */
  readonly keys: { readonly account: string; readonly signer: string };
  /** The ECB's file of euro reference rates, the day whose rates are used, and how old they may be. */
  readonly rates: {
    readonly file: string;
    readonly asOf: string;
    readonly maxAgeDays: number;
  };
  readonly treasury: TreasuryTargets;
  /** Where the simulator can be told to misbehave; nowhere when absent. */
  readonly control?: ListenOptions;
  readonly logLevel: LogLevel;
}

/**
 * Refuses a configuration that contradicts itself, before anything is opened.
 * @throws Error that names the contradiction.
 */
export function checkBankConfig(config: BankConfig): void {
  const { id, keys, network, rates } = config;
  const account = computeAddress(keys.account);
  if (network.accounts[id] !== account) {
    throw new Error(`the account key is not the one of ${id}'s account in the network file`);
  }
  if (computeAddress(keys.signer) === account) {
    throw new Error("the signer must be another key than the account's: it is in constant use");
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(rates.asOf) || Number.isNaN(Date.parse(rates.asOf))) {
    throw new Error(`the day of the rates must be an ISO date, not ${rates.asOf}`);
  }
  for (const [currency, targets] of Object.entries(config.treasury)) {
    checkTargets(currency, targets);
  }
  for (const corridor of config.corridors.values()) {
    if (corridor.banks.includes(id)) checkCurrencies(config, corridor);
  }
}

function checkCurrencies(config: BankConfig, corridor: Corridor): void {
  for (const currency of [corridor.sendCurrency, corridor.receiveCurrency]) {
    if (config.network.tokens[currency] === undefined) {
      throw new Error(`${corridor.id}: the network has no ${currency} deposit token`);
    }
    if (config.treasury[currency] === undefined) {
      throw new Error(`${corridor.id}: the treasury has no targets for ${currency}`);
    }
  }
}

function checkTargets(currency: string, targets: TreasuryTargets[string]): void {
  const { code } = currencyOf(currency);
  parseAmount(targets.capital, code);
  if (parseAmount(targets.floor, code) > parseAmount(targets.target, code)) {
    throw new Error(`the treasury's floor for ${code} is above its target`);
  }
}

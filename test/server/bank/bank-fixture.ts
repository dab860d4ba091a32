import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadCorridors, type ParticipantId } from "../../../protocol/corridor.ts";
import { fxQuoteAnswerSchema } from "../../../protocol/wire/bank.ts";
import type { BankConfig } from "../../../server/bank/config/config.ts";
import type { Bank } from "../../../server/bank/context.ts";
import { addressOf, KEYS, type TestChain } from "./chain-fixture.ts";

const root = new URL("../../../", import.meta.url);
export const ECB_FILE = fileURLToPath(new URL("data/ecb/eurofxref-hist.csv", root));
const corridorsJson = readFileSync(new URL("config/corridors.json", root), "utf8");

export const HKD_PHP = "HKD-PHP:harbour-wallet:island-wallet";

/** A new directory that goes away with the test. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "corridor-bank-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The shipped corridors that join the parties of the test chain. */
export function testCorridors() {
  const file = JSON.parse(corridorsJson);
  file.corridors = file.corridors.filter((corridor: { id: string }) => corridor.id === HKD_PHP);
  return loadCorridors(file);
}

export function testBankConfig(chain: TestChain, dataDirectory: string): BankConfig {
  return {
    id: "meridian-bank" as ParticipantId,
    listen: { host: "127.0.0.1", port: 0 },
    dataDirectory,
    chain: { rpcUrl: chain.rpcUrl, depth: 0, followEveryMs: 25, treasuryEveryMs: 50 },
    network: chain.network,
    corridors: testCorridors(),
    keys: { account: KEYS.bank, signer: KEYS.bankSigner },
    logLevel: "silent",
    rates: { file: ECB_FILE, asOf: "2018-06-25", maxAgeDays: 4 },
    treasury: {
      HKD: { capital: "1000000.00", floor: "1000.00", target: "2000.00" },
      PHP: { capital: "9000000.00", floor: "500000.00", target: "1000000.00" },
    },
  };
}

export interface HttpAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export async function get(bank: Pick<Bank, "url">, path: string): Promise<HttpAnswer> {
  const response = await fetch(`${bank.url}${path}`);
  return { status: response.status, body: await response.json() };
}

export async function post(
  bank: Pick<Bank, "url">,
  path: string,
  body: unknown,
): Promise<HttpAnswer> {
  const response = await fetch(`${bank.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** Waits until `look` finds something, and answers it. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: not within 20 s`);
}

/** The balance of a ledger account as it is shown, "0.00" if nothing was booked. */
export async function balance(bank: Bank, account: string): Promise<string> {
  const { status, body } = await get(bank, `/accounts/${account}`);
  return status === 404 ? "0.00" : body.balance.value;
}

/** Waits for an account to show a balance. */
export function balanceBecomes(bank: Bank, account: string, value: string): Promise<true> {
  return eventually(`${account} at ${value}`, async () => (await balance(bank, account)) === value);
}

/** A request that the bank serves. */
export const ASKED = {
  corridor: HKD_PHP,
  payer: addressOf(KEYS.payer),
  payee: addressOf(KEYS.payee),
};

/** A quote, once the bank has its position. */
export function quoteFrom(bank: Bank) {
  return eventually("a quote", async () => {
    const { status, body } = await post(bank, "/fx/quotes", ASKED);
    return status === 201 && fxQuoteAnswerSchema.parse(body);
  });
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Corridor, loadCorridors } from "../../protocol/corridor.ts";
import { type Network, networkSchema } from "../../protocol/network.ts";
import { type Addresses, readAddresses } from "../../server/local/addresses.ts";
import { type BankBooks, createBankBooks } from "../../server/local/bank-books.ts";
import { createWalletApp, type WalletApp } from "../../server/local/wallet-app.ts";

/** A running corridor, as a program beside it finds it. */
export interface FoundCorridor {
  readonly corridor: Corridor;
  readonly network: Network;
  readonly addresses: Addresses;
  readonly sending: WalletApp;
  readonly receiving: WalletApp;
  readonly bank: BankBooks;
}

/** No corridor runs where one was looked for. */
export class NothingRuns extends Error {
  constructor(directory: string) {
    super(
      `no corridor is running (looked in ${directory}): start one in another terminal with\n\n  npm start\n`,
    );
    this.name = "NothingRuns";
  }
}

/** What runs has no corridor of the id that was asked for. */
export class NoSuchCorridor extends Error {
  constructor(id: string | undefined, running: readonly Corridor[]) {
    super(`it runs ${running.map((each) => each.id).join(", ")}, not ${id}`);
    this.name = "NoSuchCorridor";
  }
}

/** A crash may have left the files of a corridor that is gone: each of its services must answer. */
async function answers({ rpcUrl, bankUrl, wallets }: Addresses): Promise<boolean> {
  const services = [bankUrl, ...Object.values(wallets)].map((url) => new URL("/healthz", url).href);
  try {
    const signal = AbortSignal.timeout(5_000);
    const reached = services.map((url) => fetch(url, { signal }));
    const node = fetch(rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal,
    });
    await Promise.all([...reached, node]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Finds the corridor that runs on a directory: its first pair, or the one of an id.
 * @throws NothingRuns, or NoSuchCorridor when it has no such pair.
 */
export async function findCorridor(directory: string, id?: string): Promise<FoundCorridor> {
  const addresses = readAddresses(directory);
  if (!addresses || !(await answers(addresses))) throw new NothingRuns(directory);
  const readJson = (name: string) => JSON.parse(readFileSync(join(directory, name), "utf8"));
  const corridors = [...loadCorridors(readJson("corridors.json")).values()];
  const corridor = corridors.find((each) => id === undefined || each.id === id);
  const sendingUrl = addresses.wallets[corridor?.payer ?? ""];
  const receivingUrl = addresses.wallets[corridor?.payee ?? ""];
  if (!corridor || sendingUrl === undefined || receivingUrl === undefined) {
    throw new NoSuchCorridor(id, corridors);
  }
  return {
    corridor,
    network: networkSchema.parse(readJson("network.json")),
    addresses,
    sending: createWalletApp(sendingUrl),
    receiving: createWalletApp(receivingUrl),
    bank: createBankBooks(addresses.bankUrl),
  };
}

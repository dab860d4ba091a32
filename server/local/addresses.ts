import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { rpcUrlOf } from "./environments.ts";
import { type LocalPlan, pathIn, urlOf } from "./plan.ts";

const FILE = "addresses.json";

const addressesSchema = z.strictObject({
  relayerUrl: z.url(),
  operationsUrl: z.url(),
  rpcUrl: z.url(),
  bankUrl: z.url(),
  /** Wallets by participant id. */
  wallets: z.record(z.string(), z.url()),
});

/** Where the services of a running corridor listen. */
export type Addresses = z.output<typeof addressesSchema>;

/** Tells other programs where the plan's services listen; the file is there only while they do. */
export function writeAddresses(plan: LocalPlan): Disposable {
  const path = pathIn(plan, FILE);
  const addresses: Addresses = {
    relayerUrl: urlOf(plan, { port: plan.ports.relayer }),
    operationsUrl: urlOf(plan, { port: plan.ports.operations }),
    rpcUrl: rpcUrlOf(plan),
    bankUrl: urlOf(plan, plan.bank),
    wallets: Object.fromEntries(
      plan.wallets.map((wallet) => [wallet.participant.id, urlOf(plan, wallet)]),
    ),
  };
  writeFileSync(path, `${JSON.stringify(addresses, null, 2)}\n`, { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

/** The addresses in a corridor's directory, or undefined when there are none: nothing runs there. */
export function readAddresses(directory: string): Addresses | undefined {
  try {
    return addressesSchema.parse(JSON.parse(readFileSync(join(directory, FILE), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

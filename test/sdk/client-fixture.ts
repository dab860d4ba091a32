import { readFileSync } from "node:fs";
import { expect } from "chai";
import { localSigner } from "../../protocol/signature.ts";
import type { CorridorError } from "../../sdk/errors/corridor-error.ts";
import { type ClientOptions, createClient } from "../../sdk/send/create-client.ts";
import type { Payment } from "../../sdk/send/payment.ts";
import { pathIn } from "../../server/local/plan.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import type { Pair } from "../e2e/people.ts";

/** Everything that the first corridor's sending wallet configures its client with, as its files state it. */
export function clientOptions({ corridor }: TestCorridor): ClientOptions {
  const { plan, relayerUrl, rpcUrl } = corridor;
  const [pair] = plan.corridors;
  const wallet = plan.wallets.find(({ participant }) => participant.id === pair?.payer);
  if (!pair || !wallet) throw new Error("the plan has no corridor");
  const read = (name: string): unknown => JSON.parse(readFileSync(pathIn(plan, name), "utf8"));
  return {
    relayerUrl,
    participant: pair.payer,
    requestKey: corridor.requestKeyOf(pair.payer),
    signer: localSigner(wallet.keys.signer.privateKey),
    network: read("network.json"),
    corridors: read("corridors.json"),
    keys: { rpcUrl },
  };
}

export const newClient = (test: TestCorridor, options: Partial<ClientOptions> = {}) =>
  createClient({ ...clientOptions(test), ...options });

/** HK$100 from one of a pair to the other. */
export function paymentOf(
  test: TestCorridor,
  { sender, recipient }: Pair,
  changes: Partial<Payment> = {},
): Payment {
  return {
    corridor: test.id,
    fixedSide: "send",
    amount: { value: "100.00", currency: "HKD" },
    debtor: { name: sender.name, account: { type: "mobile", value: sender.phone } },
    creditor: { name: recipient.name, account: { type: "mobile", value: recipient.phone } },
    ...changes,
  };
}

/** What a call failed with. */
export const failureOf = (call: Promise<unknown>): Promise<CorridorError> =>
  call.then(
    () => expect.fail("it did not fail"),
    (error: CorridorError) => error,
  );

import { expect } from "chai";
import type { CorridorError } from "../../sdk/errors/corridor-error.ts";
import { type ClientOptions, createClient } from "../../sdk/send/create-client.ts";
import type { Payment } from "../../sdk/send/payment.ts";
import { clientOptionsOf } from "../../server/local/client-options.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import type { Pair } from "../e2e/people.ts";

export const clientOptions = ({ corridor }: TestCorridor): ClientOptions =>
  clientOptionsOf(corridor);

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

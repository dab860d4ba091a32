import { programFaults } from "../../../server/local/program-faults.ts";
import { type BadInput, row, type World } from "./world.ts";

const quoting = (
  what: string,
  code: string,
  changes: (world: World) => object,
  status = 422,
): BadInput =>
  row(what, [status, code], (world) =>
    world.postJson("/v1/quotes", world.quoteRequest(changes(world))),
  );
const amount = (what: string, value: unknown, code: string, currency = "HKD") =>
  quoting(`${what} as an amount`, code, () => ({ amount: { value, currency } }));
const debtor = (what: string, name: string) =>
  quoting(`${what} in a name`, "invalid-string", () => ({ debtor: { name } }));
const account = (what: string, value: string, code: string, type = "mobile") =>
  quoting(what, code, () => ({ creditor: { account: { type, value } } }));

/** A recipient's account in a state in which it cannot be paid. */
function unpayable(what: string, status: string): BadInput {
  return {
    input: what,
    status: 422,
    code: "payee-unavailable",
    async prepare(world) {
      const phone = `+6391${String(Date.now()).slice(-8)}`;
      await world.test.receiving.openAccount({ phone, name: "Pedro Santos" });
      await fetch(`${world.walletUrl}/app/accounts/${phone}/status`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ status }),
      });
      const creditor = { account: { type: "mobile", value: phone } };
      return () => world.postJson("/v1/quotes", world.quoteRequest({ creditor }));
    },
  };
}

/** What a request for a quote may not say. */
export const QUOTE_ROWS: readonly BadInput[] = [
  amount("a JSON number", 100, "amount-not-string"),
  amount("1e3", "1e3", "amount-format"),
  amount("0x10", "0x10", "amount-format"),
  amount("spaces around it", " 12 ", "amount-format"),
  amount("012", "012", "amount-format"),
  amount("Arabic digits", "١٢", "amount-format"),
  amount("a comma", "1,00", "amount-format"),
  amount("+5.00", "+5.00", "amount-format"),
  amount("-5", "-5", "amount-range"),
  amount("0", "0", "amount-range"),
  amount("1.005 HKD", "1.005", "amount-scale"),
  amount("100 HKD", "100", "amount-scale"),
  amount("1.5 JPY", "1.5", "amount-scale", "JPY"),
  amount("40 digits", "9".repeat(40), "amount-range"),
  amount("NaN", "NaN", "amount-format"),
  amount("an empty text", "", "amount-format"),
  debtor("a NUL", "Grace\u0000Santos"),
  debtor("a right-to-left override", "Grace\u202eSantos"),
  debtor("a zero-width space", "Grace\u200bSantos"),
  debtor("a decomposed letter", "Jose\u0301 Santos"),
  debtor("a lone surrogate", "\ud800"),
  amount("more than the corridor takes", "7999.01", "limit-exceeded"),
  amount("less than the corridor takes", "9.99", "limit-exceeded"),
  amount("an unknown currency", "1.00", "currency", "XXQ"),
  amount("a lower-case currency", "1.00", "currency", "hkd"),
  amount("the other side's currency", "1.00", "currency", "PHP"),
  quoting("an unknown corridor", "corridor-closed", () => ({ corridor: "HKD-XXX:nobody:nowhere" })),
  quoting("a corridor in lower case", "corridor-closed", ({ test }) => ({
    corridor: test.id.toLowerCase(),
  })),
  quoting("another wallet's corridor", "corridor-closed", () => ({
    corridor: "EUR-JPY:canal-wallet:lantern-wallet",
  })),
  quoting("a payer who is the payee", "same-party", () => ({
    corridor: "HKD-PHP:harbour-wallet:harbour-wallet",
  })),
  account("a phone number of another country", "+85291234567", "account-format"),
  account("a phone number with a space", "+63917 000001", "account-format"),
  account(
    "an e-mail address where a number is asked for",
    "a@b.example",
    "account-format",
    "email",
  ),
  account("a recipient whom nobody knows", "+639179999999", "payee-unavailable"),
  unpayable("a recipient whose account is closed", "closed"),
  unpayable("a recipient whose account is blocked", "blocked"),
  quoting("a sanctioned name", "screening-hit", () => ({ debtor: { name: "al-zawahiri Ayman" } })),
  {
    input: "a payee that is away",
    status: 503,
    code: "participant-unavailable",
    async prepare(world) {
      const control = world.test.corridor.controlUrl(world.payer.corridor.payee);
      await programFaults(control, [{ mode: "garbage", route: "POST /accounts/lookup" }]);
      return async () => {
        try {
          return await world.postJson("/v1/quotes", world.quoteRequest());
        } finally {
          await programFaults(control, []);
        }
      };
    },
  },
];

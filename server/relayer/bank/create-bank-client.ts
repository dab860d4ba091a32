import type { Corridor, CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import { currencyOf } from "../../../protocol/currency.ts";
import { quoteHashOf } from "../../../protocol/messages.ts";
import type { Network } from "../../../protocol/network.ts";
import { majorRateOf } from "../../../protocol/rate.ts";
import { assertSignedBy } from "../../../protocol/signature.ts";
import { cycleAnswerSchema, fxQuoteAnswerSchema } from "../../../protocol/wire/bank.ts";
import { createJsonClient } from "../../foundation/http/json-client.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { BankPort, WholesaleQuote } from "../ports/bank.ts";

const TIMEOUT_MS = 5_000;

export interface BankClientOptions {
  readonly bank: ParticipantId;
  readonly baseUrl: string;
  readonly network: Network;
  /** The key that signs for the bank's account now, as the relayer's node shows it. */
  readonly signerOf: (account: string) => Promise<string>;
}

/** One correspondent bank's API. Its quotes are checked as if a stranger had sent them. */
export function createBankClient(options: BankClientOptions): BankPort & AsyncDisposable {
  const { bank, network } = options;
  const client = createJsonClient({
    baseUrl: options.baseUrl,
    unavailable: "bank-unavailable",
    timeoutMs: TIMEOUT_MS,
  });
  // Many users who find the book empty at the same moment need one quote, not one each.
  const asking = new Map<CorridorId, Promise<WholesaleQuote>>();

  async function askQuote(corridor: Corridor): Promise<WholesaleQuote> {
    const account = network.accounts[bank];
    const [payer, payee] = [network.accounts[corridor.payer], network.accounts[corridor.payee]];
    const answer = await client.call({
      method: "POST",
      path: "/fx/quotes",
      body: { corridor: corridor.id, payer, payee },
      answer: fxQuoteAnswerSchema,
    });
    const { quote, signature } = answer;
    const quoteHash = quoteHashOf({ chainId: network.chainId, corridor: network.corridor }, quote);
    const expected =
      quote.bank === account &&
      quote.payer === payer &&
      quote.payee === payee &&
      quote.sendToken === network.tokens[corridor.sendCurrency] &&
      quote.receiveToken === network.tokens[corridor.receiveCurrency];
    if (!expected) {
      throw new ProblemError("bank-unavailable", "the bank quoted other parties or tokens");
    }
    const signer = await options.signerOf(quote.bank);
    assertSignedBy({ digest: quoteHash, signature, signer, field: "/signature" });
    const { rateMajor, midRate } = answer;
    const scales = {
      sendScale: currencyOf(corridor.sendCurrency).scale,
      receiveScale: currencyOf(corridor.receiveCurrency).scale,
    };
    // It is not signed, and every payer holds it against what is: none would take a quote with another.
    if (rateMajor !== majorRateOf(quote.rate, scales)) {
      throw new ProblemError("bank-unavailable", "the bank states another rate than it has signed");
    }
    return { quoteHash, corridorId: corridor.id, quote, signature, rateMajor, midRate };
  }

  return {
    quote(corridor) {
      const asked = asking.get(corridor.id);
      if (asked !== undefined) return asked;
      const asks = askQuote(corridor).finally(() => asking.delete(corridor.id));
      asking.set(corridor.id, asks);
      return asks;
    },
    async confirmCycle({ id, ...cycle }) {
      const path = `/cycles/${id}/confirm`;
      const answer = await client.call({
        method: "POST",
        path,
        body: cycle,
        answer: cycleAnswerSchema,
      });
      return { agreed: answer.agreed, differences: answer.agreed ? [] : answer.differences };
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

import { MAX_COUNT } from "../../protocol/batch-tree.ts";
import type { Corridor } from "../../protocol/corridor.ts";
import type { QuoteAnswer, SignedQuote } from "../../protocol/wire/relayer.ts";
import type { QuoteResult, RelayerClient } from "../api/relayer-client.ts";
import { assertAmounts, assertBankQuote } from "./check-quote.ts";
import { repeatedly } from "./deliver-order.ts";
import { inParallel } from "./in-parallel.ts";
import { assertPurpose, type CheckedQuote, type Payment, uetrOf } from "./payment.ts";
import type { PinnedConfiguration } from "./pinned-configuration.ts";

/** Why a payment has no quote. */
export interface Unquoted {
  readonly thrown: unknown;
}

/** Asks for quotes, and checks each against what the wallet pins before anybody sees it. */
export interface Quoting {
  ask(payment: Payment): Promise<CheckedQuote>;
  /**
   * Quotes for many payments in their order, those that have one already as they are: up to 500 of one corridor in each
   * request. A refusal costs its own payment alone.
   */
  askMany(payments: readonly (Payment | CheckedQuote)[]): Promise<(CheckedQuote | Unquoted)[]>;
}

/** A user looks on: a quote that cannot be had so soon is refused. It promises nothing, so that it may be asked for twice. */
const QUOTE_PATIENCE_MS = 5_000;
const REQUESTS_AT_ONCE = 2;

/** A payment that is to be quoted, and where the caller waits for it. */
interface Place {
  readonly payment: Payment;
  readonly index: number;
}

function toRequest({ corridor, fixedSide, amount, debtor, creditor }: Payment) {
  const { account, name } = creditor;
  return {
    corridor,
    fixedSide,
    amount,
    debtor: { name: debtor.name },
    creditor: { account, name },
  };
}

function splitPlaces(places: readonly Place[]): Place[][] {
  const byCorridor = Map.groupBy(places, ({ payment }) => payment.corridor);
  return [...byCorridor.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MAX_COUNT) }, (_, part) =>
      group.slice(part * MAX_COUNT, (part + 1) * MAX_COUNT),
    ),
  );
}

/** How a client asks a relayer for quotes. */
export function createQuoting(
  relayer: RelayerClient,
  pinned: PinnedConfiguration,
  signal: AbortSignal | undefined,
): Quoting {
  const { network } = pinned;
  const repeat = { repeatForMs: QUOTE_PATIENCE_MS, signal };

  /** Checks answers that may share one bank quote, whose signature is then looked at once. */
  function createCheck(corridor: Corridor) {
    const checked = new WeakSet<SignedQuote>();
    return async (payment: Payment, answer: QuoteAnswer): Promise<CheckedQuote> => {
      const { signedQuote } = answer;
      const bankSigner = await pinned.signerOf(signedQuote.quote.bank);
      const against = { network, corridor, bankSigner };
      if (!checked.has(signedQuote)) assertBankQuote(signedQuote, against);
      checked.add(signedQuote);
      assertAmounts(answer, against, payment);
      return { payment, uetr: uetrOf(payment), answer };
    };
  }

  function corridorOf(payment: Payment): Corridor {
    const corridor = pinned.sendingCorridor(payment.corridor);
    assertPurpose(corridor, payment);
    uetrOf(payment);
    return corridor;
  }

  async function askGroup(group: readonly Place[]): Promise<(CheckedQuote | Unquoted)[]> {
    const requests = group.map(({ payment }) => toRequest(payment));
    const asked = repeatedly(() => relayer.batchQuotes(requests), repeat);
    const results: (QuoteResult | Unquoted)[] = await asked.catch((thrown) =>
      group.map(() => ({ thrown })),
    );
    const [first] = group;
    if (!first) return [];
    const check = createCheck(corridorOf(first.payment));
    return inParallel(group, 1, async ({ payment }, at) => {
      const result = results[at];
      if (!result || "thrown" in result) return result ?? { thrown: new Error("no result") };
      if ("refusal" in result) return { thrown: result.refusal };
      return check(payment, result.quote).catch((thrown) => ({ thrown }));
    });
  }

  return {
    async ask(payment) {
      const corridor = corridorOf(payment);
      const answer = await repeatedly(() => relayer.quote(toRequest(payment)), repeat);
      return createCheck(corridor)(payment, answer);
    },
    async askMany(payments) {
      const found = new Map<number, CheckedQuote | Unquoted>();
      const places: Place[] = [];
      for (const [index, payment] of payments.entries()) {
        if ("answer" in payment) {
          found.set(index, payment);
          continue;
        }
        try {
          corridorOf(payment);
          places.push({ payment, index });
        } catch (thrown) {
          found.set(index, { thrown });
        }
      }
      await inParallel(splitPlaces(places), REQUESTS_AT_ONCE, async (group) => {
        for (const [at, result] of (await askGroup(group)).entries()) {
          found.set(group[at]?.index ?? -1, result);
        }
      });
      return payments.map((_, index) => found.get(index) ?? { thrown: new Error("no result") });
    },
  };
}

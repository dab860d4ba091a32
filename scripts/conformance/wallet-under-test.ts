import type { Address, BatchId } from "../../protocol/messages.ts";
import { formatAmount, type MinorUnits } from "../../protocol/money.ts";
import {
  creditAnswerSchema,
  lookupAnswerSchema,
  participantStatementSchema,
  type WireCreditAnswer,
} from "../../protocol/wire/participant.ts";
import { verifyOutcome } from "../../sdk/verify/verify-outcome.ts";
import type { Order } from "./orders.ts";

/** What the wallet did is not what the protocol demands. */
export class NotConformant extends Error {
  override readonly name = "NotConformant";
}

/** @throws NotConformant unless a condition holds. */
export function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new NotConformant(otherwise);
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

const TIMEOUT_MS = 15_000;

/** The Participant API of the wallet under test, as the rail calls it; see docs/api.md. */
export function createWalletUnderTest(url: string) {
  async function ask(method: string, path: string, body?: unknown): Promise<Answered> {
    const response = await fetch(new URL(path, url), {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    try {
      return { status: response.status, text, body: JSON.parse(text) };
    } catch {
      throw new NotConformant(`${method} ${path} answered ${response.status} with no JSON`);
    }
  }

  return {
    ask,
    async lookup(corridor: string, phone: string) {
      const account = { type: "mobile", value: phone };
      const { status, text, body } = await ask("POST", "/accounts/lookup", { corridor, account });
      const parsed = lookupAnswerSchema.safeParse(body);
      demand(status === 200 && parsed.success, `a look-up answered ${status}: ${text}`);
      return { text, answer: parsed.data };
    },
    credit: ({ batchId, instruction }: Pick<Order, "batchId" | "instruction">) =>
      ask("PUT", `/credits/${batchId}`, instruction),
    /** What the wallet's own statement says that it credited for a UETR, on any of some days. */
    async creditsOf(uetr: string, days: ReadonlySet<string>): Promise<string[]> {
      const amounts: string[] = [];
      for (const day of days) {
        for (let after: number | undefined = 0; after !== undefined; ) {
          const { status, body } = await ask("GET", `/statements/${day}?after=${after}`);
          const page = participantStatementSchema.safeParse(body);
          demand(status === 200 && page.success, `GET /statements/${day} answered ${status}`);
          const own = page.data.items.filter(
            (item) => item.uetr === uetr && item.kind === "credit",
          );
          amounts.push(...own.map(({ amount }) => amount.value));
          after = page.data.next;
        }
      }
      return amounts;
    },
  };
}

export type WalletUnderTest = ReturnType<typeof createWalletUnderTest>;

/** Reads an answer to a credit and checks that the payee has signed it. */
export function readOutcome(
  order: Order,
  answered: Answered,
  payeeSigner: Address,
): WireCreditAnswer {
  const { status, text, body } = answered;
  const parsed = creditAnswerSchema.safeParse(body);
  demand(status === 200 && parsed.success, `the credit was answered ${status}: ${text}`);
  const { batchId, answers, rejections, outcomeSignature } = parsed.data;
  demand(batchId === order.batchId, "the answer is of another batch");
  demand(
    answers.length === 1 && answers[0]?.uetr === order.uetr,
    "the answer is of other transfers",
  );
  const evidence = { batchId: batchId as BatchId, index: 0, rejections, payeeSigner };
  try {
    const proven = verifyOutcome(order.deployment, { ...evidence, signature: outcomeSignature });
    const told = answers[0]?.status === "RJCT" ? "rejected" : "accepted";
    demand(proven.answered === told, `it says ${told} and signs ${proven.answered}`);
  } catch (error) {
    if (error instanceof NotConformant) throw error;
    throw new NotConformant("the outcome is not signed by the wallet's signer");
  }
  return body as WireCreditAnswer;
}

/** A refusal: an error, and no outcome signed. */
export function demandRefusal(answered: Answered, what: string): void {
  const { status, text } = answered;
  demand(status >= 400, `${what} was answered ${status}: ${text}`);
  demand(status < 500 || status === 503, `${what} made it fail with ${status}: ${text}`);
  demand(!text.includes("outcomeSignature"), `${what} was refused, but an outcome was signed`);
}

export const amountOf = (minor: MinorUnits, currency: string) => formatAmount(minor, currency);

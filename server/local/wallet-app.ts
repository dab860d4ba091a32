import type { WireReceipt } from "../../protocol/wire/receipt.ts";
import type { Opening } from "../../sdk/verify/receipt-checks.ts";
import { programFaults } from "./program-faults.ts";

/** A payment as a wallet's app shows it. */
export interface ShownPayment {
  readonly uetr: string;
  readonly requestId: string;
  readonly corridor: string;
  readonly state: "sent" | "credited" | "settled" | "rejected" | "expired" | "returned";
  readonly reason?: string;
  readonly sendAmount: ShownAmount;
  readonly receiveAmount: ShownAmount;
  /** What the sender's wallet keeps, in the send currency; it comes on top. */
  readonly fee: ShownAmount;
  readonly rate: string;
  readonly batchId: string;
  readonly createdAt: string;
  readonly creditedAt?: string;
  readonly closedAt?: string;
  readonly confirmationMs?: number;
}

/** An amount in major units, as decimal text. */
export interface ShownAmount {
  readonly value: string;
  readonly currency: string;
}

/** An account as a wallet's app shows it. */
export interface ShownAccount {
  readonly phone: string;
  readonly name: string;
  readonly status: string;
  readonly balance: ShownAmount;
}

/** A wallet's books; see server/wallet/store/totals.ts. */
export interface ShownTotals {
  readonly currency: string;
  readonly usersMinor: string;
  readonly transitMinor: string;
  readonly feesMinor: string;
  readonly fundingMinor: string;
  readonly suspenseMinor: string;
  readonly sumMinor: string;
}

/** What a wallet decided on one incoming transfer. */
export interface ShownCredit {
  readonly uetr: string;
  readonly status: string;
  readonly reason?: string;
  readonly amountMinor: string;
}

/** One line of a wallet's books; see server/wallet/store/journal.ts. */
export interface ShownJournalLine {
  readonly entry: number;
  readonly kind: string;
  readonly reference: string;
  readonly account: string;
  readonly amountMinor: string;
}

/** A wallet that does not answer credits, or whose look-ups are out of date. */
export interface ShownMisbehaviour {
  readonly silent?: boolean;
  readonly staleDirectory?: boolean;
  /** One entry of each page of its statements is one minor unit off. */
  readonly wrongStatement?: boolean;
}

/** A problem document, as far as it is used here. */
export interface ShownProblem {
  readonly code: string;
  readonly detail: string;
  readonly pointer?: string;
  readonly remedy?: string;
  readonly retryable: boolean;
}

/** What a wallet answered instead. */
export class WalletAppProblem extends Error {
  readonly problem: ShownProblem;
  constructor(problem: ShownProblem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "WalletAppProblem";
    this.problem = problem;
  }
}

/** What a user wants to pay. */
export interface PayOrder {
  readonly requestId: string;
  readonly senderPhone: string;
  readonly corridor: string;
  readonly fixedSide: "send" | "receive";
  readonly amount: ShownAmount;
  readonly recipient: { readonly phone: string; readonly name: string };
  readonly reference?: string;
  readonly message?: string;
  /** ISO 20022 purpose code; MP2P when absent. */
  readonly purpose?: string;
  /** The price that was shown and is agreed to. */
  readonly priceId?: string;
}

/** What a user wants the price of. */
export type PriceOrder = Pick<
  PayOrder,
  "senderPhone" | "corridor" | "fixedSide" | "amount" | "recipient"
>;

/** A price as a wallet's app shows it. */
export interface ShownPrice {
  readonly id: string;
  readonly fixedSide: "send" | "receive";
  readonly sendAmount: ShownAmount;
  readonly receiveAmount: ShownAmount;
  readonly rate: string;
  readonly midRate: { readonly value: string; readonly source: string; readonly date: string };
  readonly fees: readonly { readonly type: string; readonly amount: ShownAmount }[];
  readonly totalDebit: ShownAmount;
  readonly recipient: { readonly maskedName: string };
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** What a sender can hand on: the receipt, and what opens its commitment. */
export interface ShownProof {
  readonly receipt: WireReceipt;
  readonly opening: Opening;
}

/** The wallet itself waits up to 13 s for the relayer. */
const TIMEOUT_MS = 30_000;

/** Drives a wallet simulator the way its app would; `controlUrl` is where it can be told to misbehave, if it can. */
export function createWalletApp(baseUrl: string, controlUrl?: string) {
  async function ask<T>(method: string, path: string, body?: unknown) {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.json();
    if (!response.ok) throw new WalletAppProblem(answer as ShownProblem);
    const replayed = response.headers.get("idempotency-replayed") === "true";
    return { answer: answer as T, replayed };
  }
  const call = async <T>(method: string, path: string, body?: unknown) =>
    (await ask<T>(method, path, body)).answer;
  /** Everything that a list holds, page by page. */
  async function pages<Name extends string, Item>(path: string, name: Name): Promise<Item[]> {
    const items: Item[] = [];
    let after: number | undefined = 0;
    while (after !== undefined) {
      const page: Record<Name, Item[]> & { next?: number } = await call(
        "GET",
        `${path}?after=${after}`,
      );
      items.push(...page[name]);
      after = page.next;
    }
    return items;
  }
  /** Pays, and tells whether an earlier request of the same id had paid. */
  async function order(wanted: PayOrder) {
    const { answer, replayed } = await ask<ShownPayment>("POST", "/app/payments", wanted);
    return { payment: answer, replayed };
  }
  const today = () => new Date().toISOString().slice(0, 10);
  return {
    openAccount: (user: {
      phone: string;
      name: string;
      balance?: ShownAmount;
      maximum?: ShownAmount;
    }) => call<ShownAccount>("POST", "/app/accounts", user),
    account: (phone: string) => call<ShownAccount>("GET", `/app/accounts/${phone}`),
    setStatus: (phone: string, status: string) =>
      call<ShownAccount>("PUT", `/app/accounts/${phone}/status`, { status }),
    price: (wanted: PriceOrder) => call<ShownPrice>("POST", "/app/prices", wanted),
    order,
    pay: async (wanted: PayOrder) => (await order(wanted)).payment,
    /** What has come of a request so far: for an app that has no answer yet. */
    paymentOf: (requestId: string) => call<ShownPayment>("GET", `/app/requests/${requestId}`),
    payment: (uetr: string) => call<ShownPayment>("GET", `/app/payments/${uetr}`),
    /** Every payment, page by page, in the order of their making. */
    payments: () => pages<"payments", ShownPayment>("/app/payments", "payments"),
    proof: (uetr: string) => call<ShownProof>("GET", `/app/payments/${uetr}/proof`),
    recall: (uetr: string) =>
      call<{ accepted: boolean; reason: string }>("POST", `/app/payments/${uetr}/recall`),
    /** The whole journal, page by page. */
    journal: () => pages<"lines", ShownJournalLine>("/app/journal", "lines"),
    totals: () => call<ShownTotals>("GET", "/app/totals"),
    /** What was decided on incoming money on a UTC day, rejections too. */
    credits: (date = today()) => pages<"credits", ShownCredit>(`/app/credits/${date}`, "credits"),
    /** Programs the simulator's faults; those that are not named end. */
    async misbehave(how: ShownMisbehaviour): Promise<void> {
      const { silent = false, staleDirectory = false, wrongStatement = false } = how;
      await programFaults(controlUrl, [
        ...(silent ? [{ route: "PUT /credits/{batchId}", mode: "hang" as const }] : []),
        ...(staleDirectory
          ? [{ route: "POST /accounts/lookup", mode: "stale-directory" as const }]
          : []),
        ...(wrongStatement
          ? [{ route: "GET /statements/{date}", mode: "wrong-entry" as const }]
          : []),
      ]);
    },
  };
}

/** A wallet simulator, driven as its app would. */
export type WalletApp = ReturnType<typeof createWalletApp>;

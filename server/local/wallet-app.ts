/** A payment as a wallet's app shows it. */
export interface ShownPayment {
  readonly uetr: string;
  readonly requestId: string;
  readonly corridor: string;
  readonly state: "sent" | "credited" | "settled" | "rejected" | "expired" | "returned";
  readonly reason?: string;
  readonly sendAmount: ShownAmount;
  readonly receiveAmount: ShownAmount;
  readonly rate: string;
  readonly batchId: string;
  readonly createdAt: string;
  readonly creditedAt?: string;
  readonly closedAt?: string;
  readonly confirmationMs?: number;
}

export interface ShownAmount {
  readonly value: string;
  readonly currency: string;
}

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

export interface ShownCredit {
  readonly uetr: string;
  readonly status: string;
  readonly reason?: string;
  readonly amountMinor: string;
}

/** What a wallet answered instead. */
export class WalletAppProblem extends Error {
  readonly problem: { readonly code: string; readonly detail: string; readonly remedy?: string };
  constructor(problem: WalletAppProblem["problem"]) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "WalletAppProblem";
    this.problem = problem;
  }
}

export interface PayOrder {
  readonly requestId: string;
  readonly senderPhone: string;
  readonly corridor: string;
  readonly fixedSide: "send" | "receive";
  readonly amount: ShownAmount;
  readonly recipient: { readonly phone: string; readonly name: string };
  readonly reference?: string;
  readonly message?: string;
}

/** Drives a wallet simulator the way its app would. */
export function createWalletApp(baseUrl: string) {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new WalletAppProblem(answer as WalletAppProblem["problem"]);
    return answer as T;
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
    pay: (order: PayOrder) => call<ShownPayment>("POST", "/app/payments", order),
    payment: (uetr: string) => call<ShownPayment>("GET", `/app/payments/${uetr}`),
    async payments(): Promise<ShownPayment[]> {
      return (await call<{ payments: ShownPayment[] }>("GET", "/app/payments")).payments;
    },
    recall: (uetr: string) =>
      call<{ accepted: boolean; reason: string }>("POST", `/app/payments/${uetr}/recall`),
    totals: () => call<ShownTotals>("GET", "/app/totals"),
    async credits(date = today()): Promise<ShownCredit[]> {
      return (await call<{ credits: ShownCredit[] }>("GET", `/statements/${date}`)).credits;
    },
    /** Programs the simulator's faults; those that are not named end. */
    misbehave: (faults: { silent?: boolean; staleDirectory?: boolean }) =>
      call<unknown>("PUT", "/simulator/misbehaviour", faults),
  };
}

export type WalletApp = ReturnType<typeof createWalletApp>;

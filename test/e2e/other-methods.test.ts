import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { problemSchema } from "../../protocol/wire/problem.ts";
import { urlOf } from "../../server/local/plan.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const ID = randomUUID();
const KEY = "a".repeat(43);
const READ = "GET, HEAD";
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Every address of the wallets' API, with what it allows. */
const API: Readonly<Record<string, string>> = {
  "/openapi.json": READ,
  "/": READ,
  "/docs": READ,
  "/explorer": READ,
  [`/explorer/proofs/${"0".repeat(64)}`]: READ,
  [`/explorer/assets/${"0".repeat(16)}/icon.svg`]: READ,
  "/v1/quotes": "POST",
  [`/v1/quotes/${ID}`]: READ,
  "/v1/transfers": `${READ}, POST`,
  [`/v1/transfers/${ID}`]: READ,
  [`/v1/transfers/${ID}/recall`]: "POST",
  [`/v1/transfers/${ID}/events`]: "GET",
  [`/v1/transfers/${ID}/receipt`]: READ,
  [`/v1/transfers/${ID}/cancel`]: "POST",
  "/v1/participants": READ,
  "/v1/positions": READ,
  "/v1/rates": READ,
  "/v1/events": "GET",
  "/v1/batches": "POST",
  "/v1/corridors": READ,
  "/v1/ledger/entries": READ,
  "/v1/ledger/accounts": READ,
  "/v1/audit": READ,
  "/v1/audit/head": READ,
  "/v1/keys": `${READ}, POST`,
  [`/v1/keys/${KEY}`]: "DELETE",
  "/v1/webhook-endpoints": `${READ}, POST`,
  [`/v1/webhook-endpoints/${ID}`]: "DELETE",
  [`/v1/webhook-endpoints/${ID}/rotate-secret`]: "POST",
  [`/v1/webhook-endpoints/${ID}/deliveries`]: READ,
  [`/v1/webhook-endpoints/${ID}/replay`]: "POST",
  [`/v1/webhook-endpoints/${ID}/deliveries/${ID}/redeliver`]: "POST",
};

/** The same for the operators' port. */
const OPERATIONS: Readonly<Record<string, string>> = {
  "/openapi.json": READ,
  "/": READ,
  "/docs": READ,
  "/healthz": READ,
  "/readyz": READ,
  "/metrics": READ,
  "/ledger/entries": READ,
  "/ledger/accounts": READ,
  "/audit": READ,
  "/audit/head": READ,
  "/halts": `${READ}, POST`,
  "/halts/lift": "POST",
  [`/batches/0x${"0".repeat(64)}`]: READ,
  [`/batches/0x${"0".repeat(64)}/park`]: "POST",
  [`/batches/0x${"0".repeat(64)}/retry`]: "POST",
  "/limits": `${READ}, POST`,
  "/participants/harbour-wallet/keys": `${READ}, POST`,
  [`/participants/harbour-wallet/keys/${KEY}/revoke`]: "POST",
  "/cases": READ,
  [`/cases/${ID}/resolve`]: "POST",
};

describe("a method that an address does not have", () => {
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
  });

  async function expectRefused(url: string, method: string, allow: string): Promise<void> {
    const response = await test.fetch(url, { method });
    const told = `${method} ${url}`;
    expect(response.status, told).to.equal(405);
    expect(response.headers.get("allow"), told).to.equal(allow);
    if (method === "HEAD") return;
    const { code } = problemSchema.parse(await response.json());
    expect(code, told).to.equal("method-not-allowed");
  }

  async function expectEachRefused(
    base: string,
    addresses: Readonly<Record<string, string>>,
  ): Promise<void> {
    for (const [path, allow] of Object.entries(addresses)) {
      const others = METHODS.filter((method) => !allow.split(", ").includes(method));
      for (const method of others) await expectRefused(`${base}${path}`, method, allow);
    }
  }

  it("is answered 405 with what the address has, on the wallets' port", async () => {
    await expectEachRefused(test.corridor.relayerUrl, API);
  });

  it("and on the operators' port", async () => {
    const { plan } = test.corridor;
    await expectEachRefused(urlOf(plan, { port: plan.ports.operations }), OPERATIONS);
  });
});

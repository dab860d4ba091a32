import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import type { BatchId } from "../../../protocol/messages.ts";
import { openSqlite } from "../../../server/foundation/storage/open-sqlite.ts";
import { openAccount } from "../../../server/wallet/store/accounts.ts";
import { openBooks } from "../../../server/wallet/store/ledger.ts";
import {
  closePayment,
  findPayment,
  findUnproven,
  insertPayment,
  listPayments,
  markCredited,
} from "../../../server/wallet/store/payments.ts";
import { SCHEMA } from "../../../server/wallet/store/schema.ts";

const UETR = "9a1d6c1e-7c1c-4f0e-8f7e-0c8f3a1b2c3d";

describe("a wallet's stored payment", () => {
  let directory: string;
  let db: DatabaseSync;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "wallet-payments-"));
    db = openSqlite({ directory, file: "wallet.sqlite", schema: SCHEMA });
    openBooks(db);
    const user = { phone: "+85291234567", name: "Grace Santos", balance: 200_000n };
    insertPayment(db, {
      uetr: UETR,
      request_id: "request-1",
      request_hash: "00",
      account: openAccount(db, user).id,
      corridor: "HKD-PHP:harbour-wallet:island-wallet",
      state: "sent",
      reason: null,
      send: 100_000n,
      receive: 678_411n,
      fee: 500n,
      send_shown: "1000.00 HKD",
      receive_shown: "6784.11 PHP",
      rate: "6.78411",
      batch_id: `0x${"11".repeat(32)}` as BatchId,
      quote_hash: `0x${"22".repeat(32)}`,
      payee: `0x${"33".repeat(20)}`,
      valid_until: 1n,
      settle_until: 2n,
      quote: "{}",
      instruction: "{}",
      batch: "{}",
      siblings: "[]",
      batch_index: 0n,
      order_body: "{}",
      created_at: new Date().toISOString(),
    });
  });
  afterEach(() => {
    db.close();
    rmSync(directory, { recursive: true });
  });

  it("is credited when the payee's signature comes", () => {
    markCredited(db, UETR, { confirmationMs: 17 });
    expect(findPayment(db, UETR)).to.include({ state: "credited", confirmation_ms: 17 });
  });

  it("keeps the confirmation time when the chain tells of the settlement first", () => {
    closePayment(db, UETR, { state: "settled", reason: null });
    markCredited(db, UETR, { confirmationMs: 17 });
    const payment = findPayment(db, UETR);
    expect(payment).to.include({ state: "settled", confirmation_ms: 17 });
    expect(payment?.credited_at).to.be.a("string");
  });

  it("is asked after while it is settled and its proof is missing, for a while", () => {
    closePayment(db, UETR, { state: "settled", reason: null });
    const found = (since: string) => findUnproven(db, since).map(({ uetr }) => uetr);
    expect(found("2018-06-25T00:00:00.000Z")).to.deep.equal([UETR]);
    expect(found("2999-01-01T00:00:00.000Z"), "not for ever").to.deep.equal([]);
    markCredited(db, UETR, { confirmationMs: 17 });
    expect(found("2018-06-25T00:00:00.000Z")).to.deep.equal([]);
  });

  it("keeps the first confirmation time", () => {
    markCredited(db, UETR, { confirmationMs: 17 });
    markCredited(db, UETR, { confirmationMs: null });
    expect(findPayment(db, UETR)?.confirmation_ms).to.equal(17);
  });

  it("is listed in pages that leave nothing out and repeat nothing", () => {
    const payment = findPayment(db, UETR);
    if (!payment) throw new Error("it was stored");
    for (let count = 1; count <= 1_000; count++) {
      const uetr = `9a1d6c1e-7c1c-4f0e-8f7e-${String(count).padStart(12, "0")}`;
      insertPayment(db, { ...payment, uetr, request_id: `another-${count}` });
    }
    const seen: string[] = [];
    let after: number | undefined = 0;
    while (after !== undefined) {
      const page = listPayments(db, { after });
      expect(page.payments.length).to.be.at.most(500);
      seen.push(...page.payments.map(({ uetr }) => uetr));
      after = page.next;
    }
    expect(seen).to.have.length(1_001);
    expect(new Set(seen).size).to.equal(1_001);
  });

  it("is not credited after the chain has rejected it", () => {
    closePayment(db, UETR, { state: "rejected", reason: "AC04" });
    markCredited(db, UETR, { confirmationMs: 17 });
    expect(findPayment(db, UETR)).to.include({ state: "rejected", credited_at: null });
  });
});

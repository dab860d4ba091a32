import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { BatchId } from "../../../protocol/messages.ts";
import {
  type CheckedOrder,
  createOrderStore,
} from "../../../server/relayer/services/store-orders.ts";
import type { OpenDatabase } from "../../../server/relayer/store/open-database.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";
import {
  CORRIDOR,
  newHash,
  newTransfer,
  PARTICIPANT,
  SIGNATURE,
  storeQuote,
  storeWholesaleQuote,
} from "./store-fixture.ts";

describe("orders that come at once", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openOwnDatabase();
  });
  after(() => open[Symbol.asyncDispose]());

  const order = async (receiveMinor: bigint): Promise<CheckedOrder> => {
    const quoteHash = await storeWholesaleQuote(open.db, 1_000n);
    const quoteId = await storeQuote(open.db, quoteHash);
    const batchId = newHash() as BatchId;
    const transfer = { ...newTransfer(batchId, quoteId), receiveMinor };
    const batch = { root: newHash(), quoteHash, sendTotal: 100n, count: 1 };
    return {
      caller: { participantId: PARTICIPANT, idempotencyKey: randomUUID(), requestHash: newHash() },
      batchId,
      request: { batch, signature: SIGNATURE },
      transfers: [transfer],
      quote: { corridor_id: CORRIDOR, quote_hash: quoteHash },
      validUntil: 2_000_000_000n,
      settleUntil: 2_000_000_100n,
    } as unknown as CheckedOrder;
  };

  it("fail alone where the database refuses one of them", async () => {
    const store = createOrderStore(open.db);
    const orders = await Promise.all([700n, 700n, 10n ** 40n, 700n].map(order));
    const ends = await Promise.allSettled(orders.map(store));
    expect(ends.map((end) => (end.status === "fulfilled" ? end.value : end.status))).to.deep.equal([
      "stored",
      "stored",
      "rejected",
      "stored",
    ]);
    const stored = await open.db.selectFrom("transfers").select("batch_id").execute();
    const kept = orders.filter((_, index) => index !== 2).map(({ batchId }) => batchId);
    expect(stored.map((row) => row.batch_id)).to.have.members(kept);
  });
});

import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { QuoteHash } from "../../../protocol/messages.ts";
import { createBestQuote } from "../../../server/relayer/services/best-quote.ts";
import { createOrderFacts } from "../../../server/relayer/services/order-facts.ts";
import { type OpenDatabase, openDatabase } from "../../../server/relayer/store/open-database.ts";
import {
  CORRIDOR,
  insertBatches,
  newBatch,
  PARTICIPANT,
  storeQuote,
  storeWholesaleQuote,
} from "./store-fixture.ts";

describe("what orders that come together are judged by", () => {
  let open: OpenDatabase;
  let statements = 0;
  let hash: QuoteHash;

  before(async () => {
    open = await openDatabase({ kind: "memory" }, () => {
      statements += 1;
    });
    hash = await storeWholesaleQuote(open.db, 10n ** 9n);
  });
  after(() => open[Symbol.asyncDispose]());
  beforeEach(() => {
    statements = 0;
  });

  const ask = (quoteIds: readonly string[], key = randomUUID(), owner = PARTICIPANT) => ({
    participantId: owner,
    idempotencyKey: key,
    quoteIds,
  });

  it("is read in one statement for all that wait for the first, each order's own", async () => {
    const quotes = await Promise.all([1, 2, 3, 4, 5].map(() => storeQuote(open.db, hash)));
    const known = newBatch(hash, 1);
    await insertBatches(open.db, [known]);
    const [one, two, three, four, five] = quotes as [string, string, string, string, string];
    const read = createOrderFacts(open.db);
    statements = 0;
    const facts = await Promise.all([
      read(ask([one])),
      read(ask([three, two])),
      read(ask([four], known.idempotency_key)),
      read(ask([five], known.idempotency_key, "strait-wallet" as ParticipantId)),
      read(ask([randomUUID()])),
    ]);
    expect(statements).to.equal(2);
    const ids = facts.map((fact) => fact.quotes.map(({ id }) => id));
    // The fourth order's quote and the key before it are another wallet's.
    expect(ids).to.deep.equal([[one], [three, two], [four], [], []]);
    expect(facts.map(({ earlier }) => earlier)).to.deep.equal([
      undefined,
      undefined,
      { batchId: known.batch_id, requestHash: known.request_hash },
      undefined,
      undefined,
    ]);
    for (const quote of facts.flatMap((fact) => fact.quotes)) {
      expect(quote.rate_major).to.equal("7");
      expect(quote.wholesale_message).to.include({ rate: "7000000000000" });
    }
  });

  it("is nobody else's failure where one order cannot be read about", async () => {
    const id = await storeQuote(open.db, hash);
    const read = createOrderFacts(open.db);
    const ends = await Promise.allSettled([
      read(ask([id])),
      read(ask([id])),
      read(ask(["no uuid"])),
      read(ask([id])),
    ]);
    const statuses = ends.map(({ status }) => status);
    expect(statuses).to.deep.equal(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  });

  it("is at one bank quote, looked for once for all that ask for the same at the same time", async () => {
    const find = createBestQuote(open.db);
    const need = { corridorId: CORRIDOR, until: 1_000n, except: [] };
    const quotes = await Promise.all([
      find(need),
      find(need),
      find(need),
      find({ ...need, except: [hash] }),
      find({ ...need, until: 2_000_000_001n }),
      find(need),
    ]);
    const found = quotes.map((quote) => quote?.quote_hash);
    expect(found).to.deep.equal([hash, hash, hash, undefined, undefined, hash]);
    // The first by itself, then the three different needs of those that waited for it.
    expect(statements).to.equal(4);
    await open.db
      .updateTable("wholesale_quotes")
      .set({ promised: 10n ** 9n })
      .execute();
    expect(await find(need), "read anew, not remembered").to.equal(undefined);
  });
});

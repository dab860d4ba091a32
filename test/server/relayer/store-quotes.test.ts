import { expect } from "chai";
import type { Corridor } from "../../../protocol/corridor.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { createBestQuote } from "../../../server/relayer/services/best-quote.ts";
import { promiseRoom } from "../../../server/relayer/services/create-quote.ts";
import { createQuoteStore } from "../../../server/relayer/services/store-quotes.ts";
import { type OpenDatabase, openDatabase } from "../../../server/relayer/store/open-database.ts";
import type { StoredQuote } from "../../../server/relayer/store/quotes.ts";
import { CORRIDOR, newQuote, newWholesaleQuote, storeWholesaleQuote } from "./store-fixture.ts";

describe("quotes that are wanted at once", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openDatabase({ kind: "memory" });
  });
  after(() => open[Symbol.asyncDispose]());

  /** Five requests for 100 each, out of bank quotes with some room. */
  const wanted = async (...rooms: bigint[]) => {
    const store = createQuoteStore(open.db);
    const hashes = await Promise.all(rooms.map((room) => storeWholesaleQuote(open.db, room)));
    const ends = await Promise.all(
      [0, 1, 2, 3, 4].map((at) =>
        store([newQuote(hashes[at % hashes.length]!) as unknown as StoredQuote]),
      ),
    );
    const stands = await open.db
      .selectFrom("wholesale_quotes")
      .select(["quote_hash", "promised"])
      .where("quote_hash", "in", hashes)
      .execute();
    const promised = hashes.map((hash) => stands.find((row) => row.quote_hash === hash)?.promised);
    const stored = await open.db
      .selectFrom("quotes")
      .select((e) => e.fn.countAll<bigint>().as("count"))
      .where("quote_hash", "in", hashes)
      .executeTakeFirstOrThrow();
    return { ends, promised, stored: Number(stored.count) };
  };

  it("are all stored while the bank's promise has room", async () => {
    expect(await wanted(500n)).to.deep.equal({
      ends: [true, true, true, true, true],
      promised: [500n],
      stored: 5,
    });
  });

  it("share what room there is: who still fits is stored, nobody is stored beyond it", async () => {
    const { ends, promised, stored } = await wanted(350n);
    expect(ends.filter(Boolean)).to.have.lengthOf(3);
    expect({ promised, stored }).to.deep.equal({ promised: [300n], stored: 3 });
  });

  it("take room of their own bank quote alone", async () => {
    const { ends, promised } = await wanted(1_000n, 100n);
    expect(ends).to.deep.equal([true, true, true, false, true]);
    expect(promised).to.deep.equal([300n, 100n]);
  });

  it("fail alone where the database refuses one of them", async () => {
    const store = createQuoteStore(open.db);
    const hash = await storeWholesaleQuote(open.db, 1_000n);
    const asked = [700n, 700n, 10n ** 40n, 700n].map((receive_minor) =>
      store([{ ...newQuote(hash), receive_minor } as unknown as StoredQuote]),
    );
    const ends = await Promise.allSettled(asked);
    expect(ends.map(({ status }) => status)).to.deep.equal([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  it("pass by a bank quote that is nearly used up, and ask the bank only when none has room", async () => {
    const { db } = open;
    await storeWholesaleQuote(db, 50_000n);
    const large = newWholesaleQuote(200_000n, 2_000_000_001n);
    let asked = 0;
    const context = {
      db,
      chain: { finalBlock: async () => ({ timestamp: 1_000n }) },
      bank: {
        async quote() {
          asked++;
          return large;
        },
      },
      bestQuote: createBestQuote(db),
      storeQuotes: createQuoteStore(db),
    } as unknown as ServiceContext;
    const corridor = { id: CORRIDOR, quoteLifeSeconds: 60 } as Corridor;
    const promise = async () => {
      const promised = await promiseRoom(context, corridor, ({ best }) => [
        { ...newQuote(best.quote_hash), send_minor: 60_000n } as unknown as StoredQuote,
      ]);
      return promised.source.quote_hash;
    };
    expect(await promise(), "the small one lapses first").to.equal(large.quoteHash);
    expect(await promise()).to.equal(large.quoteHash);
    expect(asked, "once for both").to.equal(1);
    const [third] = await Promise.allSettled([promise().then(promise)]);
    expect(third).to.have.nested.property("reason.code", "liquidity-unavailable");
  });
});

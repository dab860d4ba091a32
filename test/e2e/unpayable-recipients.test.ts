import { expect } from "chai";
import type { Relayer } from "../../server/relayer/context.ts";
import type { RawAnswer } from "./bad-inputs/raw-http.ts";
import { openWorld, type World } from "./bad-inputs/world.ts";
import { watchHttp } from "./cost/watch-http.ts";
import { watchSqlite } from "./cost/watch-sqlite.ts";
import { sharedCorridor } from "./shared-corridor.ts";

/** Why a recipient cannot be paid: nobody has the number, or the account's status does not allow it. */
const REASONS = ["unknown", "closed", "blocked", "over-limit"] as const;
/** Nobody has it: as many digits as any other. */
const NOBODY = "+639178888888";

/** What a look-up could be told by, but for its text: what is done for it, and the form of the answer. */
interface Told {
  readonly status: number;
  readonly length: number;
  readonly headers: readonly string[];
  /** Requests to the receiving wallet. */
  readonly asked: readonly string[];
  /** Statements of the receiving wallet about its users' accounts. */
  readonly statements: readonly string[];
  /** Names that the relayer has screened, and quotes that it has stored. */
  readonly screened: number;
  readonly stored: number;
}

describe("recipients who cannot be paid", () => {
  let world: World;
  let services: Relayer["services"];
  const phones = new Map<string, string>([["unknown", NOBODY]]);
  const done = { screened: 0, stored: 0 };

  before(async () => {
    world = await openWorld(await sharedCorridor());
    ({ services } = world.test.corridor.relayer.inProcess as Relayer);
    for (const [index, reason] of REASONS.slice(1).entries()) {
      const phone = `+63919000000${index}`;
      await world.test.receiving.openAccount({ phone, name: "Pedro Santos" });
      await world.test.receiving.setStatus(phone, reason);
      phones.set(reason, phone);
    }
  });

  /** Lets the relayer's own parts do what they do, and counts it, until the work is done. */
  async function counting<T>(work: () => Promise<T>): Promise<T> {
    const { screening } = services;
    const context = services as { storeQuotes: typeof services.storeQuotes };
    const [screen, storeQuotes] = [screening.screen, services.storeQuotes];
    screening.screen = (names) => {
      done.screened += names.length;
      return screen.call(screening, names);
    };
    context.storeQuotes = (rows) => {
      done.stored += rows.length;
      return storeQuotes(rows);
    };
    try {
      return await work();
    } finally {
      screening.screen = screen;
      context.storeQuotes = storeQuotes;
    }
  }

  const creditor = (phone: string) => ({ account: { type: "mobile", value: phone } });
  const single = (phone: string) =>
    world.postJson("/v1/quotes", world.quoteRequest({ creditor: creditor(phone) }));
  const batch = (phone: string) => {
    const quotes = [1, 2].map(() => world.quoteRequest({ creditor: creditor(phone) }));
    return world.postJson("/v1/batch-quotes", { quotes });
  };
  const direct = (phone: string) =>
    fetch(`${world.walletUrl}/accounts/lookup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ corridor: world.test.id, ...creditor(phone) }),
    }).then(
      async (answer): Promise<RawAnswer> => ({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text: await answer.text(),
      }),
    );

  async function lookAt(ask: (phone: string) => Promise<RawAnswer>, phone: string): Promise<Told> {
    using http = watchHttp();
    using sqlite = watchSqlite();
    Object.assign(done, { screened: 0, stored: 0 });
    const { status, text, headers } = await counting(() => ask(phone));
    const { requests } = http.take();
    const port = Number(new URL(world.walletUrl).port);
    const isLookUp = (each: string) => each.includes("/accounts/");
    return {
      status,
      length: text.length,
      headers: Object.keys(headers).sort(),
      asked: (requests.get(port) ?? []).filter(isLookUp),
      statements: sqlite.take().filter((each) => each.includes("from accounts where phone")),
      ...done,
    };
  }

  const ways = [
    ["asked for a quote", single, 1],
    ["asked for a batch's quotes", batch, 2],
    ["asked of the wallet itself", direct, 1],
  ] as const;
  for (const [way, ask, lookUps] of ways) {
    it(`cannot be told apart by what is done for them, ${way}`, async () => {
      const first = await lookAt(ask, NOBODY);
      expect(first.asked).to.have.lengthOf(1);
      expect(first.statements, "looked up as one that is there").to.have.lengthOf(lookUps);
      expect(first).to.include({ screened: 0, stored: 0 });
      for (const reason of REASONS) {
        expect(await lookAt(ask, phones.get(reason) ?? ""), reason).to.deep.equal(first);
      }
      const payable = await lookAt(ask, world.pair.recipient.phone);
      expect(payable, "what is watched is seen").not.to.deep.equal(first);
    });
  }
});

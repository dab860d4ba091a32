import { isDeepStrictEqual } from "node:util";
import { readNewestBlock } from "../../server/foundation/chain/read-blocks.ts";
import { readBatch } from "../../server/foundation/chain/read-corridor.ts";
import { advanceChainTime } from "../../server/local/chain-clock.ts";
import { type Bench, type Case, credited, demandCredits, demandStatus, orderFor } from "./bench.ts";
import { expire, type Order, settle } from "./orders.ts";
import { demand } from "./wallet-under-test.ts";

const UNKNOWN = "+639990000000";

const lookUp: Case = {
  name: "look-up",
  demands:
    "an account that can be paid is found under a masked name; a closed one looks like an unknown one",
  async run({ wallet, rail, file }) {
    const open = await wallet.lookup(rail.corridor.id, file.accounts.open);
    demand(open.answer.eligible, "an account that can be paid is not found");
    demand(/[*•·]/.test(open.answer.maskedName), `"${open.answer.maskedName}" is not masked`);
    const closed = await wallet.lookup(rail.corridor.id, file.accounts.closed);
    const unknown = await wallet.lookup(rail.corridor.id, UNKNOWN);
    demand(!unknown.answer.eligible, "an unknown number is found");
    demand(closed.text === unknown.text, "a closed account can be told from an unknown number");
  },
};

const credit: Case = {
  name: "credit",
  demands:
    "a reserved order is credited with the amount on chain, and the signed outcome settles it",
  async run(bench) {
    const order = await orderFor(bench);
    const answer = await credited(bench, order);
    demandStatus(answer, "ACCC");
    await demandCredits(bench, order, 1);
    await settle(bench.rail, order, answer);
  },
};

const duplicate: Case = {
  name: "duplicate",
  demands: "a UETR that was credited in a batch that settled is rejected in any other (AM05)",
  async run(bench) {
    const first = await orderFor(bench);
    await settle(bench.rail, first, await credited(bench, first));
    const second = await orderFor(bench, { uetr: first.uetr });
    demandStatus(await credited(bench, second), "AM05");
    await demandCredits(bench, second, 1);
  },
};

const closed: Case = {
  name: "closed account",
  demands: "money for a closed account is rejected (AC04)",
  async run(bench) {
    const order = await orderFor(bench, { phone: bench.file.accounts.closed });
    demandStatus(await credited(bench, order), "AC04");
    await demandCredits(bench, order, 0);
  },
};

const underReview: Case = {
  name: "under review",
  demands: "money for an account under review is answered for at once and held (ACWP)",
  async run(bench) {
    const order = await orderFor(bench, { phone: bench.file.accounts.underReview });
    demandStatus(await credited(bench, order), "ACWP");
  },
};

const replay: Case = {
  name: "replay",
  demands: "the same order, however often and at once, is answered the same and credited once",
  async run(bench) {
    const order = await orderFor(bench);
    const answers = await Promise.all([1, 2, 3, 4].map(() => bench.wallet.credit(order)));
    const later = await bench.wallet.credit(order);
    const read = await bench.wallet.ask("GET", `/credits/${order.batchId}`);
    const first = await credited(bench, order);
    const same = [...answers, later, read].every(
      ({ status, body }) => status === 200 && isDeepStrictEqual(body, first),
    );
    demand(same, "it does not always answer the same");
    await demandCredits(bench, order, 1);
  },
};

const makeGood: Case = {
  name: "make-good",
  demands:
    "a UETR whose batch expired after it was credited is accepted again without a second credit",
  async run(bench) {
    const first = await orderFor(bench);
    demandStatus(await credited(bench, first), "ACCC");
    await advanceChainTime(bench.rail.rpcUrl, 700);
    await expire(bench.rail, first);
    const second = await orderFor(bench, { uetr: first.uetr });
    const answer = await credited(bench, second);
    demandStatus(answer, "ACCC");
    await demandCredits(bench, second, 1);
    await settle(bench.rail, second, answer);
  },
};

/** The protocol's most that a wallet waits before it settles for itself, and time to be mined. */
const SETTLE_PATIENCE_MS = 45_000;
const LOOK_MS = 100;

async function settled({ rail }: Bench, { batchId }: Order): Promise<boolean> {
  const { connection, network } = rail;
  const deadline = performance.now() + SETTLE_PATIENCE_MS;
  while (performance.now() < deadline) {
    const block = await readNewestBlock(connection);
    const view = { connection, corridor: network.corridor };
    if ((await readBatch(view, batchId, block)).status === "Settled") return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

const withheldSettle: Case = {
  name: "withheld settle",
  demands: "what was credited and nobody settles, the wallet settles itself within 30 s",
  async run(bench) {
    const order = await orderFor(bench);
    demandStatus(await credited(bench, order), "ACCC");
    demand(await settled(bench, order), "the batch is still not settled on chain");
  },
};

/** Milliseconds after an order was handed over at which the wallet is killed. */
const KILLED_AFTER_MS = [0, 10, 40];

const restart: Case = {
  name: "restart in mid-credit",
  demands:
    "a wallet that is killed while it credits answers the same order once it is back, and has credited once",
  restarts: true,
  async run(bench) {
    if (!bench.restart) throw new Error("the kit cannot restart the wallet");
    for (const afterMs of KILLED_AFTER_MS) {
      const order = await orderFor(bench);
      const cutShort = bench.wallet.credit(order).catch(() => undefined);
      await bench.restart(afterMs);
      await cutShort;
      const answer = await credited(bench, order);
      demandStatus(answer, "ACCC");
      const again = await credited(bench, order);
      demand(isDeepStrictEqual(again, answer), "it answers the same order differently");
      await demandCredits(bench, order, 1);
    }
  },
};

/** What a rail does on good days and bad ones. */
export const HONEST_CASES: readonly Case[] = [
  lookUp,
  credit,
  duplicate,
  closed,
  underReview,
  replay,
  makeGood,
  withheldSettle,
  restart,
];

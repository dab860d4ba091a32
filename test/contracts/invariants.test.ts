import { expect } from "chai";
import { computeAddress } from "ethers";
import fc from "fast-check";
import { nextBlockAt } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import { CorridorModel, type ModelBatch } from "./corridor-model.ts";
import { govern } from "./governance.ts";
import {
  instructionOf,
  listArguments,
  makeOrder,
  type Order,
  proofOf,
  reserveArguments,
  returnArguments,
  settleArguments,
} from "./orders.ts";
import { positionsOf } from "./positions-of.ts";
import { type Action, type ActionOf, actions, ONE_OF_EACH, PARTIES } from "./random-actions.ts";

const RUNS = 30;
const CALLS_PER_RUN = 40;
const LIMITS = { maxPerTransfer: 50_000n, bucketCapacity: 130_000n, windowSeconds: 86_400n };
const MAX_SEND = 120_000n;
const STATUSES = ["None", "Reserved", "Settled", "Rejected", "Returned", "Expired"];
/** Positions small enough to run out. */
const FUNDS = { payerHkd: 400_000n, bankHkd: 20_000n, bankPhp: 2_500_000n, payeePhp: 50_000n };

const chain = await connectChain();

/** The usual fixture with low limits and small positions. */
async function tightFixture(connection: typeof chain) {
  const fixture = await corridorFixture(connection);
  const { corridor, accounts, hkd, php } = fixture;
  // What is left of a bucket is filled up by the second: an estimate holds for the second that it was made in.
  const gasLimit = 1_000_000;
  await corridor.connect(accounts.guardian).lowerLimit(hkd, accounts.payer, LIMITS, { gasLimit });
  const has = await positionsOf(fixture);
  await corridor.connect(accounts.payer).withdraw(hkd, has.payerHkd - FUNDS.payerHkd);
  await corridor.connect(accounts.bank).withdraw(hkd, has.bankHkd - FUNDS.bankHkd);
  await corridor.connect(accounts.bank).withdraw(php, has.bankPhp - FUNDS.bankPhp);
  await corridor.connect(accounts.payee).withdraw(php, has.payeePhp - FUNDS.payeePhp);
  return fixture;
}

interface Run {
  fixture: CorridorFixture;
  model: CorridorModel;
  now: bigint;
  /** Quotes given out so far, the newest last. */
  orders: Order[];
  /** Calls made of the corridor that may move money. */
  calls: number;
}

/** Makes a call in the run's second and says whether the chain took it. */
async function accepted(run: Run, call: () => Promise<unknown>): Promise<boolean> {
  await nextBlockAt(chain, run.now);
  run.calls += 1;
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes("revert")) return false;
    throw error;
  }
}

async function reserve(run: Run, { sends, reuse }: ActionOf<"reserve">): Promise<void> {
  const { fixture, model, now } = run;
  const last = run.orders.at(-1);
  const clocks = { validUntil: now + 500n, settleUntil: now + 600n, returnUntil: now + 50_000n };
  const quote =
    reuse !== "new" && last !== undefined ? { ...last.quote } : { ...clocks, maxSend: MAX_SEND };
  const instructions = sends.map((send) => instructionOf(BigInt(send)));
  const order =
    reuse === "batch" && last !== undefined
      ? last
      : await makeOrder(fixture, { instructions, quote });
  run.orders.push(order);
  const call = () => fixture.corridor.reserve(...reserveArguments(order));
  expect(await accepted(run, call)).to.equal(model.reserve(order, now));
}

async function onBatch(
  run: Run,
  action: ActionOf<"settle" | "expire" | "return">,
  batch: ModelBatch,
): Promise<void> {
  const { fixture, model, now } = run;
  const { corridor } = fixture;
  const { order } = batch;
  if (action.kind === "settle") {
    const rejected = action.rejected.filter((index) => index < order.instructions.length);
    const rejections = rejected.map((index) => ({ index, reason: "AC04" }));
    const list = await listArguments(fixture, order, rejections);
    const proofs = await settleArguments(fixture, order, rejections);
    const call = () =>
      action.byList ? corridor.settleWithList(...list) : corridor.settle(...proofs);
    expect(await accepted(run, call)).to.equal(model.settle(batch, rejected, now));
  } else if (action.kind === "expire") {
    const call = () => corridor.expire(order.quote, order.batch);
    expect(await accepted(run, call)).to.equal(model.expire(batch, now));
  } else {
    const index = action.index % order.instructions.length;
    const values = await returnArguments(fixture, { order, index });
    const call = () => corridor.returnTransfer(...values);
    for (let time = 1; time <= action.times; time += 1) {
      expect(await accepted(run, call)).to.equal(model.giveBack(batch, index, now));
    }
  }
}

async function withdraw(run: Run, { position, amount }: ActionOf<"withdraw">): Promise<void> {
  const { corridor, accounts, hkd, php } = run.fixture;
  const party = PARTIES.find((name) => position.startsWith(name)) ?? "bank";
  const token = position.endsWith("Hkd") ? hkd : php;
  const possible = run.model.positions[position] >= BigInt(amount);
  const call = () => corridor.connect(accounts[party]).withdraw(token, amount);
  expect(await accepted(run, call)).to.equal(possible);
  if (possible) run.model.positions[position] -= BigInt(amount);
}

async function stop({ fixture, model, now }: Run, { what }: ActionOf<"stop">): Promise<void> {
  const guardian = fixture.corridor.connect(fixture.accounts.guardian);
  await nextBlockAt(chain, now);
  if (what === "all" && !model.paused) {
    await guardian.pause();
    model.paused = true;
  } else if (what !== "all" && !model.inactive.has(what)) {
    await guardian.deactivate(fixture.accounts[what]);
    model.inactive.add(what);
  }
}

/** Takes every stop back, which the governor must announce: the clock moves on by its delay. */
async function reopen(run: Run): Promise<void> {
  const { fixture, model } = run;
  await nextBlockAt(chain, run.now);
  if (model.paused) await govern(fixture, { name: "unpause", values: [] });
  model.paused = false;
  for (const party of model.inactive) {
    await govern(fixture, { name: "reactivate", values: [fixture.accounts[party].address] });
  }
  model.inactive.clear();
  const latest = BigInt(await chain.networkHelpers.time.latest());
  run.now = latest > run.now ? latest : run.now;
}

async function perform(run: Run, action: Action): Promise<void> {
  const { fixture, model } = run;
  if (action.kind === "wait") run.now += BigInt(action.seconds);
  else if (action.kind === "reserve") await reserve(run, action);
  else if (action.kind === "withdraw") await withdraw(run, action);
  else if (action.kind === "stop") await stop(run, action);
  else if (action.kind === "reopen") await reopen(run);
  else if (action.kind === "stray") {
    await nextBlockAt(chain, run.now);
    await fixture.hkd.connect(fixture.accounts.payer).transfer(fixture.corridor, 7);
    model.stray.hkd += 7n;
  } else {
    const batch = model.batches.at(-1 - action.recent);
    if (batch !== undefined) await onBatch(run, action, batch);
  }
}

/** Positions, balances and quotes, after every single call. */
async function expectMoneyAgrees({ fixture, model, orders }: Run): Promise<void> {
  const { corridor, hkd, php } = fixture;
  expect(await positionsOf(fixture)).to.deep.equal(model.positions);
  const held = { hkd: await hkd.balanceOf(corridor), php: await php.balanceOf(corridor) };
  expect(held).to.deep.equal(model.balances());
  const quoteHash = orders.at(-1)?.batch.quoteHash;
  if (quoteHash !== undefined) {
    const used = await corridor.quoteUsed(quoteHash);
    expect(used).to.equal(model.quoteUsed.get(quoteHash) ?? 0n);
    expect(used <= MAX_SEND).to.equal(true);
  }
}

/** Every transfer's status, and the limits over all windows, at the end of a run. */
async function expectHistoryAgrees({ fixture, model }: Run): Promise<void> {
  for (const { order, transfers } of model.batches) {
    for (const [index, expected] of transfers.entries()) {
      const { instruction, siblings } = proofOf(order, index);
      const status = await fixture.corridor.statusOf(order.batch, index, instruction, siblings);
      expect(STATUSES[Number(status)]).to.equal(expected);
    }
  }
  expect(model.mostInAnyWindow() <= 2n * LIMITS.bucketCapacity).to.equal(true);
}

/** Nobody but an account sets its signer, and no account did during the run. */
async function expectSignersKept({ fixture }: Run): Promise<void> {
  for (const party of PARTIES) {
    const signer = await fixture.corridor.signerOf(fixture.accounts[party]);
    expect(signer).to.equal(computeAddress(KEYS[party]));
  }
}

describe("invariants", () => {
  it(`hold over ${RUNS} runs of up to ${CALLS_PER_RUN} random calls`, async () => {
    const reached = new Map<string, number>();
    let calls = 0;
    const property = fc.asyncProperty(
      fc.array(actions, { minLength: 10, maxLength: CALLS_PER_RUN, size: "max" }),
      async (sequence) => {
        const fixture = await chain.networkHelpers.loadFixture(tightFixture);
        const supplies = [await fixture.hkd.totalSupply(), await fixture.php.totalSupply()];
        const now = BigInt(await chain.networkHelpers.time.latest()) + 10n;
        const run = { fixture, model: new CorridorModel(LIMITS, FUNDS), now, orders: [], calls: 0 };
        for (const action of sequence) {
          await perform(run, action);
          await expectMoneyAgrees(run);
        }
        await expectHistoryAgrees(run);
        await expectSignersKept(run);
        calls += run.calls;
        const after = [await fixture.hkd.totalSupply(), await fixture.php.totalSupply()];
        expect(after).to.deep.equal(supplies);
        for (const state of run.model.batches.flatMap(({ transfers }) => transfers)) {
          reached.set(state, (reached.get(state) ?? 0) + 1);
        }
      },
    );
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true, examples: [[ONE_OF_EACH]] });
    process.stdout.write(`    ${calls} calls against the model\n`);
    // Runs that reach nothing prove nothing.
    for (const state of STATUSES.slice(1)) expect(reached.get(state), state).to.be.greaterThan(0);
  }).timeout(300_000);
});

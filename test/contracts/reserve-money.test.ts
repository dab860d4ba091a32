import { expect } from "chai";
import { MaxUint256 } from "ethers";
import {
  type CorridorFixture,
  connectChain,
  corridorFixture,
  START_POSITION,
} from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { govern } from "./governance.ts";
import {
  makeOrder,
  type Order,
  type OrderOptions,
  receiveTotalOf,
  reserveArguments,
  reserved,
} from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const SEND = 10_000n;
const RECEIVE = 70_500n;

async function refused(
  fixture: CorridorFixture,
  options: OrderOptions,
  refusal: { error: string; values: (order: Order) => readonly unknown[] },
): Promise<void> {
  const order = await makeOrder(fixture, options);
  const call = fixture.corridor.reserve(...reserveArguments(order));
  await expectRefusal(fixture, { call, error: refusal.error, values: refusal.values(order) });
}

async function expectHeld(fixture: CorridorFixture, options: OrderOptions = {}): Promise<void> {
  const order = await reserved(fixture, options);
  expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(1n);
}

/** Leaves the party with exactly this position in the token it pays. */
async function leavePosition(fixture: CorridorFixture, left: { payer?: bigint; bank?: bigint }) {
  const { corridor, accounts, hkd, php } = fixture;
  if (left.payer !== undefined) {
    await corridor.connect(accounts.payer).withdraw(hkd, START_POSITION - left.payer);
  }
  if (left.bank !== undefined) {
    await corridor.connect(accounts.bank).withdraw(php, START_POSITION - left.bank);
  }
}

const suite = describe("reserve: money", () => {
  for (const side of ["send", "receive"] as const) {
    describe(`when the ${side} token is not registered`, () => {
      it("reverts with TokenNotRegistered", async () => {
        const fixture = await load();
        const token = await chain.ethers.deployContract("HostileToken");
        const address = await token.getAddress();
        if (side === "send") {
          // Without a limit the unregistered token would not even be reached.
          const values = [address, fixture.accounts.payer.address, [SEND, SEND, 1]];
          await govern(fixture, { name: "raiseLimit", values });
        }
        await refused(
          fixture,
          { quote: { [`${side}Token`]: address } },
          { error: "TokenNotRegistered", values: () => [address] },
        );
      });
    });
  }

  describe("given the payer's position is one unit short", () => {
    it("reverts with InsufficientPosition", async () => {
      const fixture = await load();
      await leavePosition(fixture, { payer: SEND - 1n });
      const { hkd, accounts } = fixture;
      const values = [await hkd.getAddress(), accounts.payer.address, SEND, SEND - 1n];
      await refused(fixture, {}, { error: "InsufficientPosition", values: () => values });
    });
  });

  describe("given the payer's position is just enough", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      await leavePosition(fixture, { payer: SEND });
      await expectHeld(fixture);
    });
  });

  describe("given the bank's position is one unit short", () => {
    it("reverts with InsufficientPosition", async () => {
      const fixture = await load();
      await leavePosition(fixture, { bank: RECEIVE - 1n });
      const { php, accounts } = fixture;
      const values = [await php.getAddress(), accounts.bank.address, RECEIVE, RECEIVE - 1n];
      await refused(fixture, {}, { error: "InsufficientPosition", values: () => values });
    });
  });

  describe("given the payer is frozen beyond its balance", () => {
    it("reverts with CannotSend", async () => {
      const fixture = await load();
      const { hkd, accounts } = fixture;
      await hkd.connect(accounts.compliance).setFrozenTokens(accounts.payer, 1);
      const values = [await hkd.getAddress(), accounts.payer.address];
      await refused(fixture, {}, { error: "CannotSend", values: () => values });
    });
  });

  describe("given the payer's balance covers what is frozen", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      const { hkd, accounts, corridor } = fixture;
      await corridor.connect(accounts.payer).withdraw(hkd, 100);
      await hkd.connect(accounts.compliance).setFrozenTokens(accounts.payer, 100);
      await expectHeld(fixture);
    });
  });

  describe("given the payer's account is closed at the bank", () => {
    it("reverts with CannotSend", async () => {
      const fixture = await load();
      const { hkd, accounts } = fixture;
      await hkd.connect(accounts.compliance).closeAccount(accounts.payer);
      const values = [await hkd.getAddress(), accounts.payer.address];
      await refused(fixture, {}, { error: "CannotSend", values: () => values });
    });
  });

  describe("given the payee's account is closed at the bank", () => {
    it("reverts with CannotReceive", async () => {
      const fixture = await load();
      const { php, accounts } = fixture;
      await php.connect(accounts.compliance).closeAccount(accounts.payee);
      const values = [await php.getAddress(), accounts.payee.address];
      await refused(fixture, {}, { error: "CannotReceive", values: () => values });
    });
  });

  describe("given the payee is frozen", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      const { php, accounts } = fixture;
      await php.connect(accounts.compliance).setFrozenTokens(accounts.payee, MaxUint256);
      await expectHeld(fixture);
    });
  });

  describe("when everything is in order", () => {
    it("moves both legs from positions into the hold", async () => {
      const fixture = await load();
      const { corridor, accounts, hkd, php } = fixture;
      const order = await reserved(fixture, { count: 3 });
      const receiveTotal = receiveTotalOf(order.instructions);
      expect(receiveTotal).to.equal(3n * RECEIVE);
      expect(await corridor.batchStatusOf(order.batchId)).to.deep.equal([
        1n,
        order.quote.settleUntil,
        3n * SEND,
        receiveTotal,
      ]);
      expect(await corridor.positionOf(hkd, accounts.payer)).to.equal(START_POSITION - 3n * SEND);
      expect(await corridor.positionOf(php, accounts.bank)).to.equal(START_POSITION - receiveTotal);
    });

    it("counts the quote's use", async () => {
      const fixture = await load();
      const { batch, quote } = await reserved(fixture, { count: 3 });
      expect(await fixture.corridor.quoteUsed(batch.quoteHash)).to.equal(3n * SEND);
      await reserved(fixture, { count: 2, quote: { ...quote } });
      expect(await fixture.corridor.quoteUsed(batch.quoteHash)).to.equal(5n * SEND);
    });

    it("tells all instructions in BatchReserved", async () => {
      const fixture = await load();
      const { corridor, accounts } = fixture;
      const order = await reserved(fixture, { count: 3 });
      const [event] = await corridor.queryFilter(corridor.filters.BatchReserved(), "latest");
      const { payer, payee } = accounts;
      const instructions = order.instructions.map(({ commitment, amounts }) => [
        commitment,
        amounts,
      ]);
      expect([...(event?.args ?? [])]).to.deep.equal([
        order.batchId,
        payer.address,
        payee.address,
        order.batch.quoteHash,
        instructions,
      ]);
    });

    it("moves no token", async () => {
      const fixture = await load();
      await reserved(fixture);
      for (const token of [fixture.hkd, fixture.php]) {
        expect(await token.queryFilter(token.filters.Transfer(), "latest")).to.deep.equal([]);
      }
    });
  });
});

coversTree(suite, "reserve-money.tree");

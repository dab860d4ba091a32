import { expect } from "chai";
import { concat, toBeHex, zeroPadBytes } from "ethers";
import { nextBlockAt } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  listArguments,
  makeOrder,
  type Order,
  proofOf,
  reserveArguments,
  reserved,
  returnArguments,
  settleArguments,
} from "./orders.ts";
import { packed } from "./packed-calls.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const GAS = 250_000n;

/** A relay in front of a contract that misbehaves by the byte after the selector and the quote. */
async function failingFixture() {
  const { corridor } = await load();
  const target = await chain.ethers.deployContract("FailingTarget");
  const relay = await chain.ethers.deployContract("Relay", [target]);
  const { selector } = corridor.interface.getFunction("expire");
  const command = (byte: number, gasLimit = GAS) => ({
    gasLimit,
    data: concat([selector, zeroPadBytes("0x", 11 * 32), toBeHex(byte, 1)]),
  });
  return { target, relay, selector, command };
}

function reservation({ corridor }: CorridorFixture, order: Order) {
  const data = corridor.interface.encodeFunctionData("reserve", [...reserveArguments(order)]);
  return { gasLimit: GAS, data };
}

const suite = describe("Relay", () => {
  describe("when it is deployed for an address without code", () => {
    it("reverts with CorridorWithoutCode", async () => {
      const { relay, accounts } = await load();
      await expect(chain.ethers.deployContract("Relay", [accounts.stranger]))
        .to.be.revertedWithCustomError(relay, "CorridorWithoutCode")
        .withArgs(accounts.stranger.address);
    });
  });

  describe("when there is no call", () => {
    it("does nothing", async () => {
      const { relay } = await load();
      const receipt = await (await relay.relay([], [])).wait();
      expect(receipt?.logs).to.deep.equal([]);
    });
  });

  describe("when a call is to a function that is not listed", () => {
    it("reverts with SelectorNotAllowed and undoes the calls before it", async () => {
      const fixture = await load();
      const { corridor, relay, hkd } = fixture;
      const order = await makeOrder(fixture);
      const data = corridor.interface.encodeFunctionData("withdraw", [await hkd.getAddress(), 1]);
      const [quotes, calls] = packed([reservation(fixture, order)]);
      await expect(relay.relay(quotes, [...calls, { gasLimit: GAS, quote: 0, data }]))
        .to.be.revertedWithCustomError(relay, "SelectorNotAllowed")
        .withArgs(1, data.slice(0, 10));
      expect((await corridor.batchStatusOf(order.batchId)).status).to.equal(0n);
    });

    it("takes none of the corridor's other functions", async () => {
      const { corridor, relay } = await load();
      const listed = ["reserve", "settle", "settleWithList", "expire", "returnTransfer"];
      let refused = 0;
      const selectors: string[] = [];
      corridor.interface.forEachFunction(({ name, selector }) => {
        if (!listed.includes(name)) selectors.push(selector);
      });
      for (const selector of selectors) {
        await expect(relay.relay([], [{ gasLimit: 0, quote: 0, data: selector }]))
          .to.be.revertedWithCustomError(relay, "SelectorNotAllowed")
          .withArgs(0, selector);
        refused += 1;
      }
      expect(refused).to.be.greaterThan(20);
    });
  });

  describe("when a call has fewer than four bytes", () => {
    it("reverts with SelectorNotAllowed", async () => {
      const { relay } = await load();
      await expect(relay.relay([], [{ gasLimit: GAS, quote: 0, data: "0x010203" }]))
        .to.be.revertedWithCustomError(relay, "SelectorNotAllowed")
        .withArgs(0, "0x01020300");
    });
  });

  describe("when a call names a quote that is not supplied", () => {
    it("reverts with QuoteNotSupplied and undoes the calls before it", async () => {
      const fixture = await load();
      const { corridor, relay } = fixture;
      const order = await makeOrder(fixture);
      const [quotes, calls] = packed([reservation(fixture, order)]);
      const beyond = calls.map((call) => ({ ...call, quote: 1 }));
      await expect(relay.relay(quotes, [...calls, ...beyond]))
        .to.be.revertedWithCustomError(relay, "QuoteNotSupplied")
        .withArgs(1, 1, 1);
      expect((await corridor.batchStatusOf(order.batchId)).status).to.equal(0n);
    });
  });

  describe("when the gas left is less than a call states", () => {
    it("reverts with InsufficientGas", async () => {
      const { relay, target, command } = await failingFixture();
      const required = 1_000_000n + 5_000n;
      const call = relay.relay.staticCall(...packed([command(0, 1_000_000n)]), {
        gasLimit: 1_040_000n,
      });
      await expect(call)
        .to.be.revertedWithCustomError(relay, "InsufficientGas")
        .withArgs(0, (available: bigint) => available < required && available > 990_000n, required);
      await relay.relay(...packed([command(0, 1_000_000n)]), { gasLimit: 1_060_000n });
      expect(await target.calls()).to.equal(1n);
    });
  });

  describe("when a call burns all its gas", () => {
    it("goes on with the next", async () => {
      const { relay, target, selector, command } = await failingFixture();
      const sent = relay.relay(...packed([command(1), command(0), command(1), command(0)]));
      for (const index of [0, 2]) {
        await expect(sent).to.emit(relay, "CallFailed").withArgs(index, selector, "0x");
      }
      expect(await target.calls()).to.equal(2n);
    });
  });

  describe("when a call returns a million bytes", () => {
    it("tells the first 256", async () => {
      const { relay, target, selector, command } = await failingFixture();
      const sent = relay.relay(...packed([command(2, 4_000_000n), command(0)]));
      await expect(sent)
        .to.emit(relay, "CallFailed")
        .withArgs(0, selector, `0x${"ff".repeat(256)}`);
      expect(await target.calls()).to.equal(1n);
      // The megabyte was paid for out of the call's own gas, and not copied.
      expect((await (await sent).wait())?.gasUsed).to.be.lessThan(3_000_000n);
    });
  });

  describe("when a call returns 256 bytes", () => {
    it("tells them all", async () => {
      const { relay, selector, command } = await failingFixture();
      await expect(relay.relay(...packed([command(3)])))
        .to.emit(relay, "CallFailed")
        .withArgs(0, selector, `0x${"ff".repeat(256)}`);
    });
  });

  describe("when a call reverts without a word", () => {
    it("tells an empty reason", async () => {
      const { relay, selector, command } = await failingFixture();
      await expect(relay.relay(...packed([command(4)])))
        .to.emit(relay, "CallFailed")
        .withArgs(0, selector, "0x");
    });
  });

  describe("when a call succeeds", () => {
    it("gave it the gas it states", async () => {
      const { relay, target, command } = await failingFixture();
      await relay.relay(...packed([command(0, 123_456n)]));
      const seen = await target.gasSeen();
      expect(seen).to.be.lessThanOrEqual(123_456n);
      expect(seen).to.be.greaterThan(123_000n);
    });
  });

  describe("when one of three reservations fails", () => {
    it("makes the others and tells the corridor's error", async () => {
      const fixture = await load();
      const { corridor, relay } = fixture;
      const good = await makeOrder(fixture);
      const bad = await makeOrder(fixture, { batch: { sendTotal: 1n } });
      const last = await makeOrder(fixture);
      const calls = [good, bad, last].map((order) => reservation(fixture, order));
      await expect(relay.relay(...packed(calls)))
        .to.emit(relay, "CallFailed")
        .withArgs(
          1,
          corridor.interface.getFunction("reserve").selector,
          corridor.interface.encodeErrorResult("SendTotalMismatch", [1, 10_000]),
        );
      for (const [order, status] of [
        [good, 1n],
        [bad, 0n],
        [last, 1n],
      ] as const) {
        expect((await corridor.batchStatusOf(order.batchId)).status).to.equal(status);
      }
    });
  });

  describe("when the calls are for two quotes", () => {
    it("makes each under its own", async () => {
      const fixture = await load();
      const { corridor, relay } = fixture;
      const [one, two] = [await makeOrder(fixture), await makeOrder(fixture)];
      const more = await makeOrder(fixture, { quote: { ...one.quote } });
      const [quotes, calls] = packed([one, two, more].map((order) => reservation(fixture, order)));
      expect(quotes).to.have.length(2);
      await expect(relay.relay(quotes, calls)).not.to.emit(relay, "CallFailed");
      expect(await corridor.quoteUsed(one.batch.quoteHash)).to.equal(2n * one.batch.sendTotal);
      expect(await corridor.quoteUsed(two.batch.quoteHash)).to.equal(two.batch.sendTotal);
    });
  });

  describe("when an order is packed twice", () => {
    it("reserves once and tells that it is known", async () => {
      const fixture = await load();
      const { corridor, relay } = fixture;
      const order = await makeOrder(fixture);
      const call = reservation(fixture, order);
      await expect(relay.relay(...packed([call, call])))
        .to.emit(relay, "CallFailed")
        .withArgs(
          1,
          corridor.interface.getFunction("reserve").selector,
          corridor.interface.encodeErrorResult("BatchAlreadyReserved", [order.batchId, 1]),
        );
      expect(await corridor.quoteUsed(order.batch.quoteHash)).to.equal(order.batch.sendTotal);
    });
  });

  describe("when all five functions are packed", () => {
    it("makes them in order", async () => {
      const fixture = await load();
      const { corridor, relay } = fixture;
      const lapsing = await reserved(fixture, { send: 50n });
      const first = await makeOrder(fixture, { count: 2 });
      const second = await makeOrder(fixture);
      const { quote, batch } = lapsing;
      const encode = corridor.interface.encodeFunctionData.bind(corridor.interface);
      // The first order's quote must outlive the lapsing one by enough to be reserved in the same second.
      const late = { validUntil: quote.settleUntil + 60n, settleUntil: quote.settleUntil + 600n };
      const orders = await Promise.all(
        [first, second].map(async ({ instructions }) =>
          makeOrder(fixture, { instructions, quote: { ...late } }),
        ),
      );
      const [one, two] = orders as [Order, Order];
      const data = [
        encode("expire", [quote, batch]),
        encode("reserve", [...reserveArguments(one)]),
        encode("settle", [...(await settleArguments(fixture, one))]),
        encode("returnTransfer", [...(await returnArguments(fixture, { order: one, index: 1 }))]),
        encode("reserve", [...reserveArguments(two)]),
        encode("settleWithList", [...(await listArguments(fixture, two))]),
      ];
      await nextBlockAt(chain, quote.settleUntil);
      const sent = await relay.relay(
        ...packed(data.map((call) => ({ gasLimit: GAS, data: call }))),
      );
      await expect(sent).not.to.emit(relay, "CallFailed");
      const { instruction, siblings } = proofOf(one, 1);
      expect(await corridor.statusOf(one.batch, 1, instruction, siblings)).to.equal(4n);
      expect((await corridor.batchStatusOf(lapsing.batchId)).status).to.equal(3n);
      expect((await corridor.batchStatusOf(two.batchId)).status).to.equal(2n);
    });
  });
});

coversTree(suite, "relay.tree");

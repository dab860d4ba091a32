import { expect } from "chai";
import { connectChain, corridorFixture } from "./corridor-fixture.ts";
import { govern } from "./governance.ts";
import { hostilePosition, MODES } from "./hostile-token.ts";
import { makeOrder, reserveArguments } from "./orders.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

describe("given the send token looks at the corridor while it is asked", () => {
  /** An order in a hostile token, whose payer has a position and a limit in it. */
  async function hostileOrder(mode: number) {
    const fixture = await load();
    const { token, address } = await hostilePosition(fixture, MODES.honest);
    const limit = { maxPerTransfer: 500n, bucketCapacity: 500n, windowSeconds: 60 };
    const payer = fixture.accounts.payer.address;
    await govern(fixture, { name: "raiseLimit", values: [address, payer, limit] });
    const order = await makeOrder(fixture, { send: 100n, quote: { sendToken: address } });
    await token.setMode(mode);
    return { fixture, token, order };
  }

  it("sees the batch reserved already", async () => {
    const { fixture, token, order } = await hostileOrder(MODES.looksBack);
    const { corridor } = fixture;
    await token.setCallback(
      corridor,
      corridor.interface.encodeFunctionData("batchStatusOf", [order.batchId]),
    );
    const answer = [1, order.quote.settleUntil, 100, 705];
    await token.expectAnswer(corridor.interface.encodeFunctionResult("batchStatusOf", answer));
    await expect(corridor.reserve(...reserveArguments(order))).to.emit(corridor, "BatchReserved");
  });

  it("cannot call back into it", async () => {
    const { fixture, token, order } = await hostileOrder(MODES.looksBack);
    const { corridor } = fixture;
    const inner = corridor.interface.encodeFunctionData("reserve", [...reserveArguments(order)]);
    await token.setCallback(corridor, inner);
    const guard = corridor.interface.getError("ReentrancyGuardReentrantCall");
    await token.expectAnswer(guard?.selector ?? "");
    await corridor.reserve(...reserveArguments(order));
    expect(await corridor.quoteUsed(order.batch.quoteHash)).to.equal(100n);
  });
});

import { expect } from "chai";
import { createDeliveries } from "../../../server/wallet/sending/deliveries.ts";

describe("a wallet's deliveries", () => {
  it("keep nobody waiting longer than their patience, and go on by themselves", async () => {
    const deliveries = createDeliveries();
    const delivery = Promise.withResolvers<void>();
    await deliveries.waitFor("a", delivery.promise, 1);
    expect(deliveries.isUnderWay("a")).to.equal(true);
    delivery.resolve();
    await delivery.promise;
    await deliveries[Symbol.asyncDispose]();
    expect(deliveries.isUnderWay("a")).to.equal(false);
  });

  it("are told to end on disposal, which waits until they have", async () => {
    const deliveries = createDeliveries();
    let ended = false;
    const delivery = new Promise<void>((resolve) => {
      deliveries.signal.addEventListener("abort", () => setTimeout(resolve, 10));
    }).then(() => {
      ended = true;
    });
    await deliveries.waitFor("a", delivery, 1);
    await deliveries[Symbol.asyncDispose]();
    expect(ended).to.equal(true);
  });
});

import { expect } from "chai";
import { compareSums, type Facts } from "../../scripts/send/compare-sums.ts";
import type { ShownPayment } from "../../server/local/wallet-app.ts";

function payment(uetr: string, state: ShownPayment["state"]): ShownPayment {
  return {
    uetr,
    requestId: uetr,
    corridor: "HKD-PHP:harbour-wallet:island-wallet",
    state,
    sendAmount: { value: "10.00", currency: "HKD" },
    receiveAmount: { value: "70.01", currency: "PHP" },
    fee: { value: "5.00", currency: "HKD" },
    rate: "7.001",
    batchId: `0x${uetr}`,
    createdAt: "2018-06-25T08:00:00.000Z",
  };
}

/** Two settled, one rejected, one expired, one returned: as it must be. */
const agreed = (): Facts => ({
  payments: [
    payment("a", "settled"),
    payment("b", "settled"),
    payment("c", "rejected"),
    payment("d", "expired"),
    payment("e", "returned"),
  ],
  // The returned one's fee stays.
  sender: { debited: 3_500n, sent: 2_000n, fees: 1_500n },
  recipient: {
    received: 14_002n,
    held: 0,
    credits: new Map([
      ["a", 1],
      ["b", 1],
    ]),
  },
  bank: { sent: 2_000n, received: 14_002n },
  chain: {
    sent: 2_000n,
    received: 14_002n,
    settled: 3,
    reservations: 2,
    settlements: 2,
    days: ["2018-06-25"],
    block: 9,
  },
});

describe("the comparison of a file's sums", () => {
  it("agrees when four parties say the same of what was settled", () => {
    expect(compareSums(agreed())).to.deep.equal({
      sent: 2_000n,
      received: 14_002n,
      fees: 1_500n,
      creditedOnce: 2,
      differences: [],
    });
  });

  it("finds one cent too much or too little in any party's books", () => {
    for (const party of ["sender", "recipient", "bank", "chain"] as const) {
      const sums = Object.entries(agreed()[party]).filter(([, sum]) => typeof sum === "bigint");
      for (const [name, sum] of sums as [string, bigint][]) {
        for (const cent of [-1n, 1n]) {
          const facts = agreed();
          const changed = { ...facts, [party]: { ...facts[party], [name]: sum + cent } };
          expect(compareSums(changed).differences, `${party}.${name}`).to.have.lengthOf(1);
        }
      }
    }
  });

  it("finds a payment that was credited twice, or never, or that should not have been", () => {
    const withCredits = (...credits: [string, number][]) => {
      const facts = agreed();
      return compareSums({
        ...facts,
        recipient: { ...facts.recipient, credits: new Map(credits) },
      }).differences;
    };
    expect(withCredits(["a", 2], ["b", 1])).not.to.deep.equal([]);
    expect(withCredits(["a", 1])).not.to.deep.equal([]);
    expect(withCredits(["a", 1], ["b", 1], ["c", 1])).not.to.deep.equal([]);
  });
});

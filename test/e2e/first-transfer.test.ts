import { expect } from "chai";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { sharedCorridor } from "./shared-corridor.ts";

describe("the first transfer", () => {
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
  });

  it("is credited at the quoted amount, settled on chain, and every cent is found", async () => {
    const { payment, transfer } = await sendFirstTransfer(test.corridor);
    expect(transfer.state).to.equal("settled");
    expect(transfer.timeline.map(({ state }) => state)).to.deep.equal([
      "accepted",
      "reserved",
      "credited",
      "settled",
    ]);
    expect(payment.creditedAt, "the sender holds the payee's signature").to.be.a("string");
    const recipient = await test.receiving.account("+639171234567");
    expect(recipient.balance).to.deep.equal(transfer.receiveAmount);
    const sender = await test.sending.account("+85291234567");
    // 50,000.00 less 1,000.00 and the fee of 0.5 %, at least 5.00.
    expect(sender.balance).to.deep.equal({ value: "48995.00", currency: "HKD" });
    for (const wallet of [test.sending, test.receiving]) {
      expect((await wallet.totals()).sumMinor).to.equal("0");
    }
  });
});

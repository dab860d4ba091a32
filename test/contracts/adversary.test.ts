import { expect } from "chai";
import { computeAddress, id, parseEther, Wallet } from "ethers";
import { network } from "hardhat";
import type { Address } from "../../protocol/messages.ts";
import { quoteHashOf } from "../../protocol/messages.ts";
import { soon } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import {
  listArguments,
  makeOrder,
  reserveArguments,
  reserved,
  returnArguments,
  settleArguments,
  settled,
} from "./orders.ts";
import { packed } from "./packed-calls.ts";
import { movementsSince, positionsOf } from "./positions-of.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

/** Lets every signer's address carry code, as its key's EIP-7702 authorization can do at any time. */
async function delegateSigners({ accounts, relay }: CorridorFixture): Promise<void> {
  const { provider } = chain.ethers;
  const sponsor = new Wallet(id("sponsor"), provider);
  await accounts.stranger.sendTransaction({ to: sponsor.address, value: parseEther("1") });
  const address = await relay.getAddress();
  const authorizationList = (["bank", "payer", "payee"] as const).map((party) =>
    new Wallet(KEYS[party]).authorizeSync({ address, chainId: 31_337n, nonce: 0n }),
  );
  const sent = await sponsor.sendTransaction({ type: 4, to: sponsor.address, authorizationList });
  await sent.wait();
  for (const party of ["bank", "payer", "payee"] as const) {
    const code = await provider.getCode(computeAddress(KEYS[party]));
    expect(code).to.equal(`0xef0100${address.slice(2).toLowerCase()}`);
  }
}

async function closeAndFreeze(
  { accounts, hkd, php }: CorridorFixture,
  party: "bank" | "payer" | "payee",
) {
  for (const token of [hkd, php]) {
    await token.connect(accounts.compliance).setFrozenTokens(accounts[party], 10n ** 15n);
    await token.connect(accounts.compliance).closeAccount(accounts[party]);
  }
}

describe("an adversary", () => {
  describe("given all signers' addresses carry EIP-7702 code", () => {
    it("cannot make their signatures stop counting, at any step", async () => {
      const fixture = await load();
      await delegateSigners(fixture);
      const before = await positionsOf(fixture);
      const order = await settled(fixture, { count: 2 });
      await fixture.corridor.returnTransfer(
        ...(await returnArguments(fixture, { order, index: 0 })),
      );
      const { payerHkd, payeePhp } = await movementsSince(fixture, before);
      expect({ payerHkd, payeePhp }).to.deep.equal({ payerHkd: -10_000n, payeePhp: 70_500n });
    });
  });

  describe("given the chain splits and the other half takes another chain id", () => {
    it("cannot bring an order over, though the corridor's code and address are the same", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture);
      const code = await chain.ethers.provider.getCode(fixture.corridor);
      const other = await network.connect({ network: "default", override: { chainId: 1337 } });
      const address = (await fixture.corridor.getAddress()) as Address;
      await other.networkHelpers.setCode(address, code);
      const now = await chain.networkHelpers.time.latest();
      await other.networkHelpers.time.increaseTo(
        Math.max(now, (await other.networkHelpers.time.latest()) + 1),
      );
      const corridor = await other.ethers.getContractAt("Corridor", address);
      await expect(corridor.reserve.staticCall(...reserveArguments(order)))
        .to.be.revertedWithCustomError(corridor, "QuoteHashMismatch")
        .withArgs(
          order.batch.quoteHash,
          quoteHashOf({ chainId: 1337n, corridor: address }, order.quote),
        );
      await other.close();
    });
  });

  describe("when two batches in one block want the last room of a quote", () => {
    it("gets it for the first, and the second fails without a trace", async () => {
      const fixture = await load();
      const { corridor, accounts } = fixture;
      const validUntil = await soon(chain);
      const first = await makeOrder(fixture, { quote: { maxSend: 15_000n, validUntil } });
      const second = await makeOrder(fixture, { quote: { ...first.quote } });
      const before = await positionsOf(fixture);
      await chain.provider.request({ method: "evm_setAutomine", params: [false] });
      const sent = await Promise.all(
        [first, second].map(async (order, index) =>
          corridor
            .connect(index === 0 ? accounts.stranger : accounts.deployer)
            .reserve(...reserveArguments(order), {
              gasLimit: 500_000n,
              gasPrice: 10n ** 10n - BigInt(index),
            }),
        ),
      );
      await chain.networkHelpers.mine();
      await chain.provider.request({ method: "evm_setAutomine", params: [true] });
      const receipts = await Promise.all(
        sent.map(({ hash }) => chain.ethers.provider.getTransactionReceipt(hash)),
      );
      expect(receipts.map((receipt) => receipt?.status)).to.deep.equal([1, 0]);
      expect(receipts[0]?.blockNumber).to.equal(receipts[1]?.blockNumber);
      expect((await movementsSince(fixture, before)).payerHkd).to.equal(-10_000n);
      await expectRefusal(fixture, {
        call: corridor.reserve(...reserveArguments(second)),
        error: "QuoteExhausted",
        values: [second.batch.quoteHash, 10_000, 5_000],
      });
    });
  });

  describe("given a party's accounts are closed and frozen at the bank", () => {
    it("takes nothing back from the payee any more, so a return waits", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      await closeAndFreeze(fixture, "payee");
      const call = fixture.corridor.returnTransfer(
        ...(await returnArguments(fixture, { order, index: 0 })),
      );
      const values = [order.quote.receiveToken, order.quote.payee];
      await expectRefusal(fixture, { call, error: "CannotSend", values });
    });

    it("cannot keep a return from a payer or a bank in that state", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      await closeAndFreeze(fixture, "payer");
      await closeAndFreeze(fixture, "bank");
      const before = await positionsOf(fixture);
      await fixture.corridor.returnTransfer(
        ...(await returnArguments(fixture, { order, index: 0 })),
      );
      expect((await movementsSince(fixture, before)).payerHkd).to.equal(10_000n);
    });

    it("cannot deposit, nor take a position out to a closed account", async () => {
      const fixture = await load();
      const { corridor, accounts, hkd } = fixture;
      const payer = corridor.connect(accounts.payer);
      await payer.withdraw(hkd, 100);
      await hkd.connect(accounts.payer).approve(corridor, 100);
      await hkd.connect(accounts.compliance).setFrozenTokens(accounts.payer, 100);
      await expect(payer.deposit(hkd, 100))
        .to.be.revertedWithCustomError(hkd, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(accounts.payer.address, 100, 0);
      await hkd.connect(accounts.compliance).closeAccount(accounts.payer);
      await expect(payer.deposit(hkd, 100))
        .to.be.revertedWithCustomError(hkd, "ERC7943CannotSend")
        .withArgs(accounts.payer.address);
      await expect(payer.withdraw(hkd, 100))
        .to.be.revertedWithCustomError(hkd, "ERC7943CannotReceive")
        .withArgs(accounts.payer.address);
    });
  });

  describe("given signers are replaced and accounts deactivated while a batch is held", () => {
    it("cannot stop the payee's present key from settling", async () => {
      const fixture = await load();
      const { corridor, accounts } = fixture;
      const order = await reserved(fixture);
      for (const party of ["bank", "payer"] as const) {
        await corridor.connect(accounts[party]).setSigner(computeAddress(id(`new ${party}`)));
        await corridor.connect(accounts.guardian).deactivate(accounts[party]);
      }
      await corridor.settle(...(await settleArguments(fixture, order)));
      expect((await corridor.batchStatusOf(order.batchId)).status).to.equal(2n);
    });
  });

  describe("when very many transfers are rejected", () => {
    const rejectionsOf = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ index, reason: "AC04" }));

    it("is told by proof as long as it fits 120,000 bytes, within 16,000,000 gas", async () => {
      const fixture = await load();
      const order = await reserved(fixture, { count: 500 });
      const values = await settleArguments(fixture, order, rejectionsOf(260));
      const sent = await fixture.corridor.settle(...values);
      expect((sent.data.length - 2) / 2).to.be.within(110_000, 120_000);
      expect(Number((await sent.wait())?.gasUsed)).to.be.lessThan(16_000_000);
    });

    it("needs the list for 500: their proofs fit the gas and not the bytes", async () => {
      const fixture = await load();
      const { corridor } = fixture;
      const order = await reserved(fixture, { count: 500 });
      const proofs = await settleArguments(fixture, order, rejectionsOf(500));
      const data = corridor.interface.encodeFunctionData("settle", [...proofs]);
      expect((data.length - 2) / 2).to.be.greaterThan(131_072);
      expect(Number(await corridor.settle.estimateGas(...proofs))).to.be.lessThan(16_000_000);
      const list = await listArguments(fixture, order, rejectionsOf(500));
      const shown = corridor.interface.encodeFunctionData("settleWithList", [...list]);
      expect((shown.length - 2) / 2).to.be.lessThan(120_000);
    });
  });

  describe("when a call packed by Relay calls Relay again", () => {
    it("gains nothing, and the calls after it are made", async () => {
      const { corridor } = await load();
      const target = await chain.ethers.deployContract("FailingTarget");
      const relay = await chain.ethers.deployContract("Relay", [target]);
      const { selector } = corridor.interface.getFunction("expire");
      const call = (byte: string) => ({
        gasLimit: 200_000,
        data: `${selector}${"00".repeat(11 * 32)}${byte}`,
      });
      await expect(relay.relay(...packed([call("05"), call("00")]))).not.to.emit(
        relay,
        "CallFailed",
      );
      // The inner pack's call, the re-entering call itself, and the one after it.
      expect(await target.calls()).to.equal(3n);
    });
  });
});

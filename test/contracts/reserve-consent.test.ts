import { expect } from "chai";
import { computeAddress, concat, dataSlice, Signature, toBeHex, ZeroAddress } from "ethers";
import { type CorridorFixture, connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { govern } from "./governance.ts";
import { makeOrder, type Order, reserveArguments } from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const PARTIES = ["bank", "payer", "payee"] as const;

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const send = (fixture: CorridorFixture, order: Order) =>
  fixture.corridor.connect(fixture.accounts.stranger).reserve(...reserveArguments(order));

/** The malleable twin that ecrecover would take as well. */
function withHighS(signature: string): string {
  const { r, s, v } = Signature.from(signature);
  const high = toBeHex(SECP256K1_ORDER - BigInt(s), 32);
  return concat([r, high, v === 27 ? "0x1c" : "0x1b"]);
}

const MALFORMED = [
  { what: "0 bytes", malform: () => "0x" },
  { what: "64 bytes", malform: (signature: string) => dataSlice(signature, 0, 64) },
  { what: "66 bytes", malform: (signature: string) => concat([signature, "0x00"]) },
  { what: "a high s", malform: withHighS },
  {
    what: "a v of 0",
    malform: (signature: string) => concat([dataSlice(signature, 0, 64), "0x00"]),
  },
  {
    what: "an r of 0",
    malform: (signature: string) => concat([toBeHex(0, 32), dataSlice(signature, 32)]),
  },
];

const suite = describe("reserve: consent", () => {
  for (const party of PARTIES) {
    describe(`when the ${party} was never admitted`, () => {
      it("reverts with NotAdmitted", async () => {
        const fixture = await load();
        const { address } = fixture.accounts.stranger;
        const order = await makeOrder(fixture, { quote: { [party]: address } });
        const call = send(fixture, order);
        await expectRefusal(fixture, { call, error: "NotAdmitted", values: [address] });
      });
    });

    describe(`given the ${party} is deactivated`, () => {
      it("reverts with NotActive", async () => {
        const fixture = await load();
        const { corridor, accounts } = fixture;
        const { address } = accounts[party];
        await corridor.connect(accounts.guardian).deactivate(address);
        const call = send(fixture, await makeOrder(fixture));
        await expectRefusal(fixture, { call, error: "NotActive", values: [address] });
      });
    });
  }

  for (const { what, party } of [
    { what: "quote", party: "bank" },
    { what: "batch", party: "payer" },
  ] as const) {
    describe(`when the ${what} is signed by another key`, () => {
      it("reverts with SignatureInvalid", async () => {
        const fixture = await load();
        const order = await makeOrder(fixture, { [`${what}Key`]: KEYS.stranger });
        await expectRefusal(fixture, {
          call: send(fixture, order),
          error: "SignatureInvalid",
          values: [
            fixture.accounts[party].address,
            computeAddress(KEYS[party]),
            computeAddress(KEYS.stranger),
          ],
        });
      });
    });
  }

  describe("when the bank's signature is on another quote", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture);
      const { quoteSignature } = await makeOrder(fixture);
      const call = send(fixture, { ...order, quoteSignature });
      await expect(call).to.be.revertedWithCustomError(fixture.corridor, "SignatureInvalid");
    });
  });

  describe("given the bank has replaced its signer", () => {
    const replaced = async () => {
      const fixture = await load();
      const { corridor, accounts } = fixture;
      await corridor.connect(accounts.bank).setSigner(computeAddress(KEYS.stranger));
      return fixture;
    };

    it("refuses the old key with SignatureInvalid", async () => {
      const fixture = await replaced();
      await expectRefusal(fixture, {
        call: send(fixture, await makeOrder(fixture)),
        error: "SignatureInvalid",
        values: [
          fixture.accounts.bank.address,
          computeAddress(KEYS.stranger),
          computeAddress(KEYS.bank),
        ],
      });
    });

    it("takes the new key", async () => {
      const fixture = await replaced();
      const order = await makeOrder(fixture, { quoteKey: KEYS.stranger });
      await expect(send(fixture, order)).to.emit(fixture.corridor, "BatchReserved");
    });
  });

  describe("given the payer has set no signer", () => {
    /** A corridor whose admitted payer never called setSigner. */
    const withoutSigner = async () => {
      const fixture = await load();
      const { address } = fixture.accounts.stranger;
      await govern(fixture, { name: "admit", values: [address] });
      const order = await makeOrder(fixture, { quote: { payer: address } });
      return { fixture, order, address };
    };

    it("reverts with SignatureInvalid", async () => {
      const { fixture, order, address } = await withoutSigner();
      const values = [address, ZeroAddress, computeAddress(KEYS.payer)];
      const call = send(fixture, order);
      await expectRefusal(fixture, { call, error: "SignatureInvalid", values });
    });

    it("reverts with SignatureInvalid on bytes that recover to the zero address", async () => {
      const { fixture, order, address } = await withoutSigner();
      const values = [address, ZeroAddress, ZeroAddress];
      const call = send(fixture, { ...order, batchSignature: `0x${"00".repeat(65)}` });
      await expectRefusal(fixture, { call, error: "SignatureInvalid", values });
    });
  });

  describe("when a signature is no 65 bytes of low s", () => {
    for (const { what, malform } of MALFORMED) {
      it(`refuses ${what}`, async () => {
        const fixture = await load();
        const order = await makeOrder(fixture);
        const { bank, payer } = fixture.accounts;
        const quoteSignature = malform(order.quoteSignature);
        await expectRefusal(fixture, {
          call: send(fixture, { ...order, quoteSignature }),
          error: "SignatureInvalid",
          values: [bank.address, computeAddress(KEYS.bank), ZeroAddress],
        });
        const batchSignature = malform(order.batchSignature);
        await expectRefusal(fixture, {
          call: send(fixture, { ...order, batchSignature }),
          error: "SignatureInvalid",
          values: [payer.address, computeAddress(KEYS.payer), ZeroAddress],
        });
      });
    }
  });

  describe("when the order is for another deployment", () => {
    it("reverts with QuoteHashMismatch", async () => {
      const fixture = await load();
      const other = { ...fixture.deployment, corridor: fixture.deployment.relay };
      const foreign = await makeOrder({ ...fixture, deployment: other });
      const { batch: own } = await makeOrder(fixture, { quote: { ...foreign.quote } });
      await expectRefusal(fixture, {
        call: send(fixture, foreign),
        error: "QuoteHashMismatch",
        values: [foreign.batch.quoteHash, own.quoteHash],
      });
    });
  });

  for (const { what, change } of [
    { what: "deployment", change: { corridor: computeAddress(KEYS.stranger) } },
    { what: "chain", change: { chainId: 1 } },
  ]) {
    describe(`when only the signatures are for another ${what}`, () => {
      it("reverts with SignatureInvalid", async () => {
        const fixture = await load();
        const order = await makeOrder(fixture);
        const deployment = { ...fixture.deployment, ...change };
        const foreign = await makeOrder({ ...fixture, deployment }, { quote: { ...order.quote } });
        const { quoteSignature, batchSignature } = foreign;
        const calls = [
          () => send(fixture, { ...order, quoteSignature }),
          () => send(fixture, { ...order, batchSignature }),
        ];
        for (const call of calls) {
          await expect(call()).to.be.revertedWithCustomError(fixture.corridor, "SignatureInvalid");
        }
      });
    });
  }

  describe("when a stranger hands in a signed order", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture);
      await expect(send(fixture, order)).to.emit(fixture.corridor, "BatchReserved");
      expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(1n);
    });
  });
});

coversTree(suite, "reserve-consent.tree");

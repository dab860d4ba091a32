import { expect } from "chai";
import { nextBlockAt } from "./chain-clock.ts";
import {
  BUCKET_CAPACITY,
  connectChain,
  corridorFixture,
  MAX_PER_TRANSFER,
  WINDOW_SECONDS,
} from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { announce, govern, made } from "./governance.ts";
import { makeOrder, reserveArguments, reserved } from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();

const CURRENT = [MAX_PER_TRANSFER, BUCKET_CAPACITY, BigInt(WINDOW_SECONDS)] as const;
const asLimit = ([maxPerTransfer, bucketCapacity, windowSeconds]: readonly [
  bigint,
  bigint,
  bigint,
]) => ({ maxPerTransfer, bucketCapacity, windowSeconds });

async function load() {
  const fixture = await chain.networkHelpers.loadFixture(corridorFixture);
  const { corridor, accounts, deployment } = fixture;
  const token = deployment.tokens.HKD ?? "";
  const lower = (limit: readonly [bigint, bigint, bigint], payer = accounts.payer.address) =>
    corridor.connect(accounts.guardian).lowerLimit(token, payer, asLimit(limit));
  const raising = (limit: readonly bigint[]) => ({
    name: "raiseLimit",
    values: [token, accounts.payer.address, limit],
  });
  const available = async () => (await corridor.limitOf(token, accounts.payer)).available;
  return { fixture, corridor, accounts, token, lower, raising, available };
}

async function expectNotLowered(requested: readonly [bigint, bigint, bigint]): Promise<void> {
  const { fixture, lower } = await load();
  const values = [[...CURRENT], [...requested]];
  await expectRefusal(fixture, { call: lower(requested), error: "LimitNotLowered", values });
}

const suite = describe("limits", () => {
  describe("raiseLimit", () => {
    describe("when the caller is the guardian", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { fixture, corridor, accounts, token } = await load();
        const guardian = corridor.connect(accounts.guardian);
        const call = guardian.raiseLimit(token, accounts.payer, asLimit(CURRENT));
        const values = [accounts.guardian.address];
        await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
      });
    });

    describe("when the window is zero seconds", () => {
      it("reverts with LimitWindowZero", async () => {
        const { fixture, accounts, token, raising } = await load();
        await announce(fixture, raising([1n, 1n, 0n]));
        const call = made(fixture, raising([1n, 1n, 0n]));
        const values = [token, accounts.payer.address];
        await expectRefusal(fixture, { call, error: "LimitWindowZero", values });
      });
    });

    describe("when it was announced", () => {
      it("sets all three numbers", async () => {
        const { fixture, corridor, accounts, token, raising } = await load();
        const raised = [MAX_PER_TRANSFER * 2n, BUCKET_CAPACITY * 3n, 60n];
        const [event] = await (async () => {
          await govern(fixture, raising(raised));
          return await corridor.queryFilter(corridor.filters.LimitSet(), "latest");
        })();
        expect([...(event?.args ?? [])]).to.deep.equal([token, accounts.payer.address, raised]);
        const { limit } = await corridor.limitOf(token, accounts.payer);
        expect([...limit]).to.deep.equal(raised);
      });

      it("keeps what is used of the bucket", async () => {
        const { fixture, raising, available, lower } = await load();
        // So long a window that nothing refills meanwhile.
        await lower([MAX_PER_TRANSFER, 100_000n, 10n ** 12n]);
        await reserved(fixture, { send: 40_000n });
        await govern(fixture, raising([MAX_PER_TRANSFER, 150_000n, 10n ** 12n]));
        expect(await available()).to.equal(110_000n);
      });

      it("refills the time until now at the old rate", async () => {
        const { fixture, raising, available, lower } = await load();
        await lower([MAX_PER_TRANSFER, 864_000n, 86_400n]);
        await reserved(fixture, { send: 864_000n });
        const emptied = BigInt(await chain.networkHelpers.time.latest());
        const call = raising([MAX_PER_TRANSFER, 864_000_000n, 86_400n]);
        await announce(fixture, call);
        await nextBlockAt(chain, emptied + 7_200n);
        await made(fixture, call);
        // 7,200 s at 10 a second; at the new rate of 10,000 all 864,000 would be back.
        expect(await available()).to.equal(864_000_000n - 864_000n + 72_000n);
      });
    });
  });

  describe("lowerLimit", () => {
    describe("when the caller is the governor", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { fixture, corridor, accounts, token } = await load();
        const governor = corridor.connect(accounts.governor);
        const call = governor.lowerLimit(token, accounts.payer, asLimit(CURRENT));
        const values = [accounts.governor.address];
        await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
      });
    });

    describe("when the maximum would rise", () => {
      it("reverts with LimitNotLowered", async () => {
        await expectNotLowered([CURRENT[0] + 1n, 0n, CURRENT[2]]);
      });
    });

    describe("when the bucket would grow", () => {
      it("reverts with LimitNotLowered", async () => {
        await expectNotLowered([0n, CURRENT[1] + 1n, CURRENT[2]]);
      });
    });

    describe("when the window would shrink", () => {
      it("reverts with LimitNotLowered", async () => {
        await expectNotLowered([0n, 0n, CURRENT[2] - 1n]);
      });
    });

    describe("given the payer never had a limit", () => {
      it("reverts with LimitWindowZero", async () => {
        const { fixture, accounts, token, lower } = await load();
        const call = lower([0n, 0n, 0n], accounts.payee.address);
        const values = [token, accounts.payee.address];
        await expectRefusal(fixture, { call, error: "LimitWindowZero", values });
      });
    });

    describe("when nothing is loosened", () => {
      it("sets the limit at once", async () => {
        const { corridor, accounts, token, lower } = await load();
        const lowered = [MAX_PER_TRANSFER - 1n, BUCKET_CAPACITY - 1n, 100_000n] as const;
        await lower(lowered);
        const { limit } = await corridor.limitOf(token, accounts.payer);
        expect([...limit]).to.deep.equal([...lowered]);
      });
    });

    describe("when the bucket shrinks below what is used", () => {
      it("leaves nothing available until it has refilled", async () => {
        const { fixture, lower, available } = await load();
        await lower([MAX_PER_TRANSFER, 100_000n, 10n ** 12n]);
        await reserved(fixture, { send: 80_000n });
        await lower([MAX_PER_TRANSFER, 50_000n, 10n ** 12n]);
        expect(await available()).to.equal(0n);
        await chain.networkHelpers.time.increase(10n ** 12n);
        expect(await available()).to.equal(20_000n);
      });
    });

    describe("when the amounts are zero", () => {
      it("stops the payer", async () => {
        const { fixture, lower } = await load();
        await lower([0n, 0n, CURRENT[2]]);
        const order = await makeOrder(fixture);
        const call = fixture.corridor.reserve(...reserveArguments(order));
        const values = [0, 10_000, 0];
        await expectRefusal(fixture, { call, error: "AboveMaxPerTransfer", values });
      });
    });
  });
});

coversTree(suite, "limits.tree");

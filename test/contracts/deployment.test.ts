import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { NonceManager } from "ethers";
import { loadArtifact } from "../../deployment/artifacts.ts";
import { deployCorridor } from "../../deployment/deploy-corridor.ts";
import type { DeploymentConfig } from "../../deployment/deployment-config.ts";
import { verifyDeployment } from "../../deployment/verify-deployment.ts";
import { ADMIN_ROLE, GUARDIAN_ROLE, roleGrants } from "../../deployment/wiring.ts";
import { connectChain, DELAYS, deployedFixture, HOLDS, testConfig } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";

const chain = await connectChain();

async function load() {
  const fixture = await chain.networkHelpers.loadFixture(deployedFixture);
  return { ...fixture, config: testConfig(fixture.accounts) };
}

type Change = (config: DeploymentConfig) => Partial<DeploymentConfig>;

/** A limit like the configuration's own, for another token or payer. */
function limitWith(config: DeploymentConfig, change: { token?: string; payer?: string }) {
  return config.limits.map((limit) => ({ ...limit, ...change }));
}

const UNKNOWN = `0x${"99".repeat(20)}`;

const REFUSALS: readonly { when: string; change: Change; message: RegExp }[] = [
  {
    when: "a currency is configured twice",
    change: ({ tokens }) => ({ tokens: [...tokens, ...tokens] }),
    message: /currency HKD is configured twice/,
  },
  {
    when: "a participant is configured twice",
    change: ({ participants }) => ({ participants: [...participants, ...participants] }),
    message: /participant 0x[0-9a-f]{40} is configured twice/,
  },
  {
    when: "two participants have one signer",
    change: ({ participants }) => ({
      participants: participants.map(({ account }) => ({ account, signer: UNKNOWN })),
    }),
    message: /signer 0x9{40} is configured twice/,
  },
  {
    when: "a limit names no configured token",
    change: (config) => ({ limits: limitWith(config, { token: "JPY" }) }),
    message: /limit names JPY/,
  },
  {
    when: "a limit names no configured participant",
    change: (config) => ({ limits: limitWith(config, { payer: UNKNOWN }) }),
    message: /limit names 0x9{40}/,
  },
  {
    when: "governor and guardian are one address",
    change: ({ guardian }) => ({ governor: guardian }),
    message: /governor and the guardian/,
  },
];

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

async function expectRefused(config: DeploymentConfig, message: RegExp): Promise<void> {
  const { accounts } = await load();
  const before = await accounts.deployer.getNonce();
  expect(await refusalOf(deployCorridor(accounts.deployer, config))).to.match(message);
  expect(await accounts.deployer.getNonce()).to.equal(before);
}

const suite = describe("deployment", () => {
  for (const { when, change, message } of REFUSALS) {
    describe(`when ${when}`, () => {
      it("refuses before it sends anything", async () => {
        const { config } = await load();
        await expectRefused({ ...config, ...change(config) }, message);
      });
    });
  }

  describe("when the governor is the deployer", () => {
    it("refuses before it sends anything", async () => {
      const { config, accounts } = await load();
      await expectRefused({ ...config, governor: accounts.deployer.address }, /cannot be the gov/);
    });
  });

  describe("when the contracts are not built", () => {
    it("names the remedy", () => {
      const empty = pathToFileURL("/nowhere/");
      expect(() => loadArtifact("Corridor", empty)).to.throw(/Corridor is not built: run `npm run/);
    });
  });

  for (const { when, minHold, maxHold } of [
    { when: "is zero", minHold: 0, maxHold: 60 },
    { when: "exceeds the longest", minHold: 61, maxHold: 60 },
  ]) {
    describe(`when the shortest hold ${when}`, () => {
      it("reverts with HoldBoundsInvalid", async () => {
        const { corridor, manager } = await load();
        await expect(chain.ethers.deployContract("Corridor", [manager, minHold, maxHold, 0]))
          .to.be.revertedWithCustomError(corridor, "HoldBoundsInvalid")
          .withArgs(minHold, maxHold);
      });
    });
  }

  describe("given an interval-mining chain and a nonce manager", () => {
    it("deploys", async () => {
      const { accounts, config } = await load();
      await chain.provider.request({ method: "evm_setAutomine", params: [false] });
      const miner = setInterval(() => void chain.provider.request({ method: "evm_mine" }), 50);
      try {
        const deployment = await deployCorridor(new NonceManager(accounts.deployer), config);
        expect(Object.keys(deployment.tokens)).to.deep.equal(["HKD", "PHP"]);
      } finally {
        clearInterval(miner);
        await chain.provider.request({ method: "evm_setAutomine", params: [true] });
      }
    });
  });

  describe("given a limit for everybody and one for a payer", () => {
    it("gives the payer its own and the others the general one", async () => {
      const { accounts, config } = await load();
      const [own] = config.limits;
      const general = { token: "HKD", maxPerTransfer: 5n, bucketCapacity: 6n, windowSeconds: 7 };
      const limits = own === undefined ? [general] : [own, general];
      const deployment = await deployCorridor(accounts.deployer, { ...config, limits });
      const corridor = await chain.ethers.getContractAt("Corridor", deployment.corridor);
      const maximumOf = async (account: string) =>
        (await corridor.limitOf(deployment.tokens.HKD ?? "", account)).limit.maxPerTransfer;
      expect(await maximumOf(accounts.payer.address)).to.equal(own?.maxPerTransfer);
      expect(await maximumOf(accounts.bank.address)).to.equal(5n);
    });
  });

  describe("given eight tokens and eight participants", () => {
    it("deploys in chain transactions below the gas cap", async () => {
      const { accounts, config } = await load();
      const [token] = config.tokens;
      if (token === undefined) throw new Error("The configuration has no token.");
      const currencies = ["HKD", "PHP", "EUR", "JPY", "CNY", "THB", "KWD", "VND"];
      const before = await chain.ethers.provider.getBlockNumber();
      await deployCorridor(accounts.deployer, {
        ...config,
        tokens: currencies.map((currency) => ({ ...token, currency })),
        participants: currencies.map((_, index) => ({
          account: `0x${(index + 1).toString(16).padStart(40, "0")}`,
        })),
        limits: currencies.map((currency) => ({
          token: currency,
          maxPerTransfer: 1_000n,
          bucketCapacity: 10_000n,
          windowSeconds: 60,
        })),
      });
      const last = await chain.ethers.provider.getBlockNumber();
      for (let number = before + 1; number <= last; number += 1) {
        const block = await chain.ethers.provider.getBlock(number);
        expect(Number(block?.gasUsed)).to.be.lessThan(16_000_000);
      }
    });
  });

  describe("when it is done", () => {
    it("is plain JSON with a block before every event", async () => {
      const { deployment } = await load();
      expect(JSON.parse(JSON.stringify(deployment))).to.deep.equal(deployment);
      const events = await chain.ethers.provider.getLogs({ fromBlock: 0 });
      const first = Math.min(...events.map(({ blockNumber }) => blockNumber));
      expect(deployment.block).to.be.lessThanOrEqual(first).and.greaterThan(0);
      expect(deployment.chainId).to.equal(31_337);
    });

    it("leaves the deployer without any role", async () => {
      const { accounts, manager, corridor, hkd, config } = await load();
      const { deployer, stranger } = accounts;
      for (const { role } of roleGrants(config)) {
        expect([...(await manager.hasRole(role, deployer))]).to.deep.equal([false, 0n]);
      }
      const refused = [
        () => corridor.connect(deployer).admit(stranger),
        () => corridor.connect(deployer).pause(),
        () => hkd.connect(deployer).openAccount(stranger),
      ];
      for (const call of refused) {
        await expect(call()).to.be.revertedWithCustomError(corridor, "AccessManagedUnauthorized");
      }
      await expect(manager.connect(deployer).grantRole(GUARDIAN_ROLE, deployer, 0))
        .to.be.revertedWithCustomError(manager, "AccessManagerUnauthorizedAccount")
        .withArgs(deployer.address, ADMIN_ROLE);
    });

    it("has the admin wait before granting a role", async () => {
      const { accounts, manager } = await load();
      const { governor, stranger } = accounts;
      const admin = manager.connect(governor);
      const values = [GUARDIAN_ROLE, stranger.address, 0] as const;
      const data = manager.interface.encodeFunctionData("grantRole", [...values]);
      const operation = await manager.hashOperation(governor, manager, data);
      await expect(admin.grantRole(...values))
        .to.be.revertedWithCustomError(manager, "AccessManagerNotScheduled")
        .withArgs(operation);
      await admin.schedule(manager, data, 0);
      await chain.networkHelpers.time.increase(DELAYS.admin - 10);
      await expect(admin.grantRole(...values))
        .to.be.revertedWithCustomError(manager, "AccessManagerNotReady")
        .withArgs(operation);
      await chain.networkHelpers.time.increase(10);
      await admin.grantRole(...values);
      expect([...(await manager.hasRole(GUARDIAN_ROLE, stranger))]).to.deep.equal([true, 0n]);
    });

    it("tells who holds a role besides, even one granted later", async () => {
      const { accounts, manager, deployment, config } = await load();
      const { governor, stranger, deployer } = accounts;
      const values = [GUARDIAN_ROLE, stranger.address, 0] as const;
      const data = manager.interface.encodeFunctionData("grantRole", [...values]);
      await manager.connect(governor).schedule(manager, data, 0);
      await chain.networkHelpers.time.increase(DELAYS.admin);
      await manager.connect(governor).grantRole(...values);
      const verification = { config, deployment, deployer: deployer.address };
      const refusal = await refusalOf(verifyDeployment(chain.ethers.provider, verification));
      expect(refusal).to.contain(`role ${GUARDIAN_ROLE}: held by ${stranger.address}`);
    });

    it("tells every difference between chain and configuration", async () => {
      const { accounts, deployment, config } = await load();
      const verify = (changed: Partial<DeploymentConfig>) =>
        verifyDeployment(chain.ethers.provider, {
          config: { ...config, ...changed },
          deployment,
          deployer: accounts.deployer.address,
        });
      await verify({});
      const tampered = await refusalOf(
        verify({
          holds: { ...HOLDS, maxHold: 1 },
          delays: { ...DELAYS, governor: 0 },
          guardian: UNKNOWN,
          participants: [...config.participants, { account: UNKNOWN }],
          limits: config.limits.map((limit) => ({ ...limit, maxPerTransfer: 1n })),
          tokens: config.tokens.map((token) => ({ ...token, decimals: 3 })),
        }),
      );
      const named = ["maxHold", "GOVERNOR of", "GUARDIAN of", UNKNOWN, "limit of", "token HKD"];
      for (const name of named) expect(tampered).to.contain(name);
    });
  });
});

coversTree(suite, "deployment.tree");

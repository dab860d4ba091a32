import { expect } from "chai";
import { JsonRpcProvider, Transaction, toQuantity, Wallet } from "ethers";
import { sql } from "kysely";
import { callChain } from "../../server/local/chain-clock.ts";
import { relayerKey } from "../../server/local/keys.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";

const LANE = relayerKey().address;

describe("a lane of chain transactions", () => {
  let test: TestCorridor;
  beforeEach(async () => {
    const relayerSettings = { RESEND_MS: "300", RAISE_FEE_MS: "2000", RECHECK_MS: "1000" };
    test = await startTestCorridor({ relayerSettings });
  });
  afterEach(() => test[Symbol.asyncDispose]());

  const chain = (method: string, ...params: unknown[]) =>
    callChain(test.corridor.rpcUrl, method, params);
  const stopMining = async () => {
    await chain("evm_setAutomine", false);
    await chain("evm_setIntervalMining", 0);
  };
  const settled = (uetr: string) =>
    eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "settled",
    );
  const newest = async () => {
    const query = test.relayerDatabase().selectFrom("chain_transactions").selectAll();
    return query.orderBy("nonce", "desc").limit(1).executeTakeFirst();
  };

  it("sends what the node's pool has dropped again, with the same bytes", async () => {
    await stopMining();
    const { uetr } = await pay(test, await newPair(test));
    const sent = await eventually(newest, (row) => row !== undefined);
    await eventually(
      () => chain("hardhat_dropTransaction", sent?.hash),
      (dropped) => dropped === true,
    );
    await chain("evm_setAutomine", true);
    await settled(uetr);
    const mined = await chain("eth_getTransactionReceipt", sent?.hash);
    expect(mined, "the same chain transaction was mined").to.not.equal(null);
  });

  it("raises the fee of what blocks pass by, and takes the block of whichever form is mined", async () => {
    await stopMining();
    const { uetr } = await pay(test, await newPair(test));
    const first = await eventually(newest, (row) => row !== undefined);
    await chain("hardhat_setNextBlockBaseFeePerGas", "0xe8d4a51000");
    await chain("evm_setIntervalMining", 200);
    await settled(uetr);
    const old = await test
      .relayerDatabase()
      .selectFrom("replaced_transactions")
      .selectAll()
      .where("nonce", "=", first?.nonce ?? -1n)
      .execute();
    expect(old.map(({ hash }) => hash)).to.include(first?.hash);
  });

  it("never offers more for gas than its bound, however dear it is, and waits", async () => {
    const bound = 10_000n * 10n ** 9n;
    await stopMining();
    await chain("hardhat_setNextBlockBaseFeePerGas", toQuantity(4n * bound));
    await chain("evm_mine");
    // What it was told of fees before is no longer used.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { uetr } = await pay(test, await newPair(test));
    const sent = await eventually(newest, (row) => row !== undefined);
    expect(Transaction.from(sent?.raw).maxFeePerGas).to.equal(bound);
    await chain("hardhat_setNextBlockBaseFeePerGas", toQuantity(bound / 1_000n));
    await chain("evm_setIntervalMining", 200);
    await settled(uetr);
  });

  it("fills a nonce of which nothing is stored, so that those behind it can be mined", async () => {
    const { uetr: first } = await pay(test, await newPair(test));
    await settled(first);
    await sql`update nonce_lanes set next_nonce = next_nonce + 2`.execute(test.relayerDatabase());
    const { uetr } = await pay(test, await newPair(test));
    await settled(uetr);
    const query = test.relayerDatabase().selectFrom("chain_transactions").select("nonce");
    expect(await query.where("purpose", "=", "filler").execute()).to.have.lengthOf(2);
  });

  it("takes calls up again whose chain transaction reverted whole", async () => {
    await stopMining();
    const { uetr } = await pay(test, await newPair(test));
    const sent = await eventually(newest, (row) => row !== undefined);
    // A relay without code for one block: the call succeeds and does nothing; a reverting one reverts it whole.
    const relay = test.corridor.network.relay;
    const code = await chain("eth_getCode", relay, "latest");
    await chain("hardhat_setCode", relay, "0x60006000fd");
    await chain("evm_mine");
    await chain("hardhat_setCode", relay, code);
    const receipt = (await chain("eth_getTransactionReceipt", sent?.hash)) as { status: string };
    expect(receipt.status).to.equal("0x0");
    await chain("evm_setAutomine", true);
    await settled(uetr);
  });

  it("signs nothing more once somebody else has used its key, until the operator says so", async () => {
    const { uetr } = await pay(test, await newPair(test));
    await settled(uetr);
    const provider = new JsonRpcProvider(test.corridor.rpcUrl, undefined, { cacheTimeout: -1 });
    const thief = new Wallet(relayerKey().privateKey, provider);
    await (await thief.sendTransaction({ to: LANE, value: 0n })).wait();
    provider.destroy();
    const halts = () => test.relayerDatabase().selectFrom("halts").selectAll().execute();
    const [halt] = await eventually(halts, (rows) => rows.length === 1);
    expect(halt?.scope).to.equal(`lane:${LANE}`);
    const stuck = await pay(test, await newPair(test));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await test.sending.payment(stuck.uetr)).state).to.equal("sent");
  });
});

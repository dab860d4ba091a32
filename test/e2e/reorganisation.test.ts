import { expect } from "chai";
import { callChain } from "../../server/local/chain-clock.ts";
import type { Relayer } from "../../server/relayer/context.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";

describe("a chain that replaces blocks", () => {
  let test: TestCorridor;
  afterEach(() => test[Symbol.asyncDispose]());

  const start = async (depth: number) => {
    const relayerSettings = { RESEND_MS: "300", RECHECK_MS: "1000", CHAIN_DEPTH: `${depth}` };
    test = await startTestCorridor({ relayerSettings });
  };
  const chain = (method: string, ...params: unknown[]) =>
    callChain(test.corridor.rpcUrl, method, params);
  /** A transfer's state, or why there is none. */
  const stateOf = (uetr: string): Promise<string> =>
    test.relayer.transfer(uetr).then(
      ({ state }) => state,
      (error) => error.problem.code,
    );
  const settled = (uetr: string) =>
    eventually(
      () => stateOf(uetr),
      (state) => state === "settled",
    );
  const mine = async (blocks: number) => {
    for (let count = 0; count < blocks; count++) await chain("evm_mine");
  };
  const height = async () => Number(await chain("eth_blockNumber"));
  const halts = () => test.relayerDatabase().selectFrom("halts").selectAll().execute();
  const cases = () => test.relayerDatabase().selectFrom("cases").selectAll().execute();

  it("within the depth: nobody was told yet, and the same bytes go out again", async () => {
    await start(3);
    await chain("evm_setAutomine", false);
    await chain("evm_setIntervalMining", 0);
    const snapshot = await chain("evm_snapshot");
    const { uetr } = await pay(test, await newPair(test));
    await eventually(
      async () =>
        (await test.relayerDatabase().selectFrom("chain_transactions").select("hash").execute())
          .length,
      (count) => count > 0,
    );
    await mine(2);
    expect(await stateOf(uetr)).to.equal("accepted");
    expect(await chain("evm_revert", snapshot)).to.equal(true);
    await chain("evm_setIntervalMining", 100);
    await settled(uetr);
    expect(await halts()).to.deep.equal([]);
    expect(await cases()).to.deep.equal([]);
  });

  it("beyond the depth: disputed, sent again, settled, and nothing new until an operator has looked", async () => {
    await start(0);
    await chain("evm_setAutomine", false);
    await chain("evm_setIntervalMining", 0);
    const snapshot = await chain("evm_snapshot");
    const { uetr } = await pay(test, await newPair(test));
    await eventually(
      async () => {
        const state = await stateOf(uetr);
        // Not once it is reserved: its settlement, which would be final, is to wait for a block.
        if (state === "accepted") await chain("evm_mine");
        return state;
      },
      (state) => state === "credited",
    );
    const followed = await height();
    expect(await chain("evm_revert", snapshot)).to.equal(true);
    // A lower head alone contradicts nothing: other blocks must stand where those were that the relayer has followed.
    await mine(followed + 1 - (await height()));
    await eventually(
      async () => (await test.relayer.transfer(uetr)).timeline.map(({ state }) => state),
      (passed) => passed.includes("disputed"),
    );
    await chain("evm_setIntervalMining", 100);
    await settled(uetr);
    expect((await halts()).map(({ scope }) => scope)).to.deep.equal(["reservations"]);
    const [opened] = await cases();
    expect(opened?.kind).to.equal("reorganised");
    expect(opened?.facts).to.include({ unreservedCount: 1 });
    const { uetr: waiting } = await pay(test, await newPair(test));
    expect(await stateOf(waiting), "the wallet keeps the order").to.equal("not-found");
    const { halts: relayerHalts } = (test.corridor.relayer.inProcess as Relayer).services;
    expect(
      await relayerHalts.lift("reservations", { by: "operator", reason: "both nodes agree" }),
    ).to.equal(true);
    await settled(waiting);
  });
});

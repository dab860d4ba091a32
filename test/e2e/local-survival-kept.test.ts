import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RECIPIENT, sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { type Launcher, launchInProcess } from "../../server/local/launchers.ts";
import { planCorridor } from "../../server/local/plan.ts";
import { type StartOptions, startCorridor } from "../../server/local/start-corridor.ts";
import { createWalletApp } from "../../server/local/wallet-app.ts";
import { onPreparedDatabase } from "../fixtures/prepared-database.ts";

const PAYER = "harbour-wallet";

describe("a corridor that is kept", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kept-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** Starts on the directory, on other ports each time. */
  async function start(options: Partial<StartOptions> & { currency?: string } = {}) {
    const { fresh = false, launch = launchInProcess, currency = "HKD" } = options;
    const settings = { directory, keep: true, blockTimeMs: 0, logLevel: "silent" };
    const plan = await planCorridor({ ...settings, sendCurrencies: [currency] });
    return startCorridor(plan, { launch: onPreparedDatabase(launch), fresh });
  }
  const balanceIn = async (corridor: Awaited<ReturnType<typeof start>>) => {
    const payee = corridor.plan.corridors[0]?.payee ?? "";
    return createWalletApp(corridor.walletUrl(payee))
      .account(RECIPIENT.phone)
      .then(
        ({ balance }) => balance.value,
        () => undefined,
      );
  };

  it("goes on with the same contracts, keys and money, until it is begun anew", async () => {
    const first = await start();
    expect(first.resumed).to.equal(false);
    const { transfer } = await sendFirstTransfer(first);
    const { network, sandboxKeys } = first;
    const { keyId } = first.requestKeyOf(PAYER);
    await first[Symbol.asyncDispose]();

    const second = await start();
    expect(second.resumed).to.equal(true);
    expect(second.network).to.deep.equal(network);
    expect(second.sandboxKeys).to.deep.equal(sandboxKeys);
    expect(second.requestKeyOf(PAYER).keyId).to.equal(keyId);
    expect(await balanceIn(second)).to.equal(transfer.receiveAmount.value);
    expect((await sendFirstTransfer(second)).transfer.state).to.equal("settled");
    await second[Symbol.asyncDispose]();

    const refused = await start({ currency: "EUR" }).catch((error: Error) => error);
    expect(String(refused)).to.include("HKD-PHP").and.include("--fresh");
    const third = await start({ fresh: true });
    expect(third.resumed).to.equal(false);
    expect(third.sandboxKeys).not.to.deep.equal(sandboxKeys);
    expect(third.requestKeyOf(PAYER).keyId).not.to.equal(keyId);
    expect(await balanceIn(third)).to.equal(undefined);
    await third[Symbol.asyncDispose]();
  });

  it("goes on from a first start that ended before it was funded, and refuses books without a chain", async () => {
    const broken: Launcher = async (service, env) => {
      if (service === "relayer") throw new Error("the power went");
      return launchInProcess(service, env);
    };
    const failed = await start({ launch: broken }).catch((error: Error) => error);
    expect(String(failed)).to.include("the power went");
    const corridor = await start();
    expect(corridor.resumed).to.equal(true);
    expect((await sendFirstTransfer(corridor)).transfer.state).to.equal("settled");
    await corridor[Symbol.asyncDispose]();
    rmSync(join(directory, "chain"), { recursive: true });
    const refused = await start().catch((error: Error) => error);
    expect(String(refused)).to.include("no chain").and.include("--fresh");
  });
}).timeout(180_000);

import { expect } from "chai";
import { id } from "ethers";
import type { Address } from "../../../protocol/messages.ts";
import { type BankConfig, checkBankConfig } from "../../../server/bank/config/config.ts";
import { createBank } from "../../../server/bank/context.ts";
import { temporaryDirectory, testBankConfig } from "./bank-fixture.ts";
import { addressOf, KEYS, startTestChain, type TestChain } from "./chain-fixture.ts";

const chain = {
  rpcUrl: "http://127.0.0.1:1",
  network: {
    chainId: 31337n,
    deployedInBlock: 1,
    corridor: addressOf(id("corridor")),
    relay: addressOf(id("relay")),
    tokens: { HKD: addressOf(id("HKD")), PHP: addressOf(id("PHP")) } as Record<string, Address>,
    accounts: { "meridian-bank": addressOf(KEYS.bank) } as Record<string, Address>,
  },
} as unknown as TestChain;

describe("checkBankConfig", () => {
  const good = testBankConfig(chain, "/nowhere");

  it("takes a whole configuration", () => {
    checkBankConfig(good);
  });

  const treasury = good.treasury;
  const contradictions: [string, Partial<BankConfig>, string][] = [
    [
      "another account's key",
      { keys: { account: KEYS.payer, signer: KEYS.bankSigner } },
      "account",
    ],
    ["one key for both", { keys: { account: KEYS.bank, signer: KEYS.bank } }, "another key"],
    ["a day that is none", { rates: { ...good.rates, asOf: "25 June" } }, "ISO date"],
    ["no token", { network: { ...good.network, tokens: {} } }, "deposit token"],
    ["no targets", { treasury: { HKD: treasury["HKD"]! } }, "no targets for PHP"],
    [
      "a floor above the target",
      { treasury: { ...treasury, PHP: { capital: "1.00", floor: "2.00", target: "1.00" } } },
      "above its target",
    ],
  ];
  for (const [what, change, message] of contradictions) {
    it(`refuses ${what}`, () => {
      expect(() => checkBankConfig({ ...good, ...change })).to.throw(message);
    });
  }
});

describe("createBank", () => {
  it("refuses a directory that another bank uses, and another chain than configured", async () => {
    await using real = await startTestChain();
    using directory = temporaryDirectory();
    const config = testBankConfig(real, directory.path);
    await using _first = await createBank(config);
    const second = await createBank(config).catch((error: Error) => error.message);
    expect(second).to.include("in use by another process");

    using elsewhere = temporaryDirectory();
    const network = { ...real.network, chainId: 1n };
    const keys = { account: id("mainnet account"), signer: id("mainnet signer") };
    const accounts = { ...network.accounts, "meridian-bank": addressOf(keys.account) };
    const other = {
      ...testBankConfig(real, elsewhere.path),
      keys,
      network: { ...network, accounts },
    };
    const wrongChain = await createBank(other).catch((error: Error) => error.message);
    expect(wrongChain).to.include("serves chain 31337");
  });
});

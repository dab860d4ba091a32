import { type BaseContract, id, ZeroAddress } from "ethers";
import { type Chain, corridorFixture } from "./corridor-fixture.ts";
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

/** One function of a deployed contract with arguments that are good in the matrix's fixture. */
export interface MatrixCall {
  contract: BaseContract;
  contractName: string;
  name: string;
  values: readonly unknown[];
}

/** Seconds that outlast the governor's announcement and stay within the corridor's bounds. */
const LONG = { valid: 86_400n, settle: 100_000n, return: 200_000n };
/** A hold that is over at the end of the fixture. */
const SHORT_HOLD = 60n;

/**
 * A corridor in which every function has something to do: an order to reserve, batches to settle, expire and return
 * from, and money with every account that can hold it.
 */
export async function matrixFixture(chain: Chain) {
  const fixture = await corridorFixture(chain);
  const { accounts, corridor, hkd } = fixture;
  const now = BigInt(await chain.networkHelpers.time.latest());
  const long = {
    validUntil: now + LONG.valid,
    settleUntil: now + LONG.settle,
    returnUntil: now + LONG.return,
  };
  const toReserve = await makeOrder(fixture, { quote: long });
  const toSettle = await reserved(fixture, { quote: long });
  const toReturn = await settled(fixture, { quote: long });
  const toExpire = await reserved(fixture, {
    quote: { settleUntil: now + SHORT_HOLD, returnUntil: now + SHORT_HOLD },
  });
  await hkd.connect(accounts.compliance).openAccount(accounts.stranger);
  for (const name of ["payer", "payee", "bank", "stranger"] as const) {
    const account = accounts[name];
    await hkd.connect(accounts.issuer).issue(account, 1_000, id(`matrix ${name}`));
    await hkd.connect(account).approve(corridor, 1_000);
  }
  await hkd.connect(accounts.bank).approve(accounts.payer, 1_000);
  await corridor.connect(accounts.payee).deposit(hkd, 100);
  await chain.networkHelpers.time.increase(SHORT_HOLD);
  const spare = await chain.ethers.deployContract("HostileToken");
  return { ...fixture, spare, toReserve, toSettle, toReturn, toExpire };
}

export type MatrixFixture = Awaited<ReturnType<typeof matrixFixture>>;

/** Every function that changes something, in the order of the table, with its arguments. */
export async function matrixCalls(fixture: MatrixFixture): Promise<MatrixCall[]> {
  const { corridor, hkd, relay, accounts, deployment, spare } = fixture;
  const token = deployment.tokens.HKD ?? "";
  const newcomer = `0x${"77".repeat(20)}`;
  const limit = [1_000, 1_000, 86_400];
  const settle = await settleArguments(fixture, fixture.toSettle);
  const list = await listArguments(fixture, fixture.toSettle);
  const returned = await returnArguments(fixture, { order: fixture.toReturn, index: 0 });
  const expire = [fixture.toExpire.quote, fixture.toExpire.batch];
  const reservation = corridor.interface.encodeFunctionData("settle", [...settle]);
  const rows: Record<string, [BaseContract, Record<string, readonly unknown[]>]> = {
    Corridor: [
      corridor,
      {
        reserve: reserveArguments(fixture.toReserve),
        settle,
        settleWithList: list,
        expire,
        returnTransfer: returned,
        deposit: [token, 100],
        withdraw: [token, 100],
        setSigner: [newcomer],
        admit: [newcomer],
        registerToken: [await spare.getAddress()],
        raiseLimit: [token, accounts.payer.address, limit],
        unpause: [],
        reactivate: [accounts.payee.address],
        pause: [],
        lowerLimit: [token, accounts.payer.address, limit],
        deactivate: [accounts.payee.address],
        setAuthority: [deployment.relay],
      },
    ],
    TokenisedDeposit: [
      hkd,
      {
        issue: [accounts.payer.address, 1, id("one more funding")],
        redeem: [1, id("one redemption")],
        transfer: [accounts.payee.address, 1],
        approve: [accounts.payee.address, 1],
        transferFrom: [accounts.bank.address, accounts.payee.address, 1],
        openAccount: [newcomer],
        closeAccount: [accounts.payee.address],
        setFrozenTokens: [accounts.payee.address, 1],
        forcedTransfer: [accounts.bank.address, accounts.payee.address, 1],
        setAuthority: [ZeroAddress],
      },
    ],
    Relay: [relay, { relay: packed([{ gasLimit: 300_000, data: reservation }]) }],
  };
  return Object.entries(rows).flatMap(([contractName, [contract, functions]]) =>
    Object.entries(functions).map(([name, values]) => ({ contract, contractName, name, values })),
  );
}

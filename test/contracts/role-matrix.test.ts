import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { type Interface, isError } from "ethers";
import { type Account, type Chain, connectChain, DELAYS } from "./corridor-fixture.ts";
import {
  type MatrixCall,
  type MatrixFixture,
  matrixCalls,
  matrixFixture,
} from "./role-matrix-calls.ts";

const DOCUMENT = new URL("../../docs/role-matrix.md", import.meta.url);
/** In the order of the table. The governor's account holds the governor and the admin role. */
const CALLERS = [
  "stranger",
  "relayer",
  "payer",
  "payee",
  "bank",
  "issuer",
  "compliance",
  "guardian",
  "admin before delay",
  "admin after delay",
] as const;
type Caller = (typeof CALLERS)[number];
const NEEDS_PAUSE = "unpause";
const NEEDS_DEACTIVATION = "reactivate";

const chain = await connectChain();

function accountOf({ accounts }: MatrixFixture, relayer: Account, caller: Caller): Account {
  if (caller === "relayer") return relayer;
  return caller.startsWith("admin") ? accounts.governor : accounts[caller as "payer"];
}

/** "yes", or the name of the error that the chain answers with. */
async function answerTo(fixture: MatrixFixture, call: MatrixCall, from: Account): Promise<string> {
  try {
    await call.contract
      .connect(from)
      .getFunction(call.name)
      .staticCall(...call.values);
    return "yes";
  } catch (error) {
    if (!isError(error, "CALL_EXCEPTION") && !(error instanceof Error && "data" in error))
      throw error;
    const data = (error as { data?: unknown }).data;
    const errors = [fixture.corridor, fixture.hkd, fixture.manager].map((it) => it.interface);
    const known = errors
      .map((it) => parse(it as Interface, String(data)))
      .find((it) => it !== undefined);
    return known ?? `unknown ${String(data).slice(0, 10)}`;
  }
}

const parse = (contract: Interface, data: string) => contract.parseError(data)?.name;

async function measure(connection: Chain): Promise<Map<string, Record<Caller, string>>> {
  const fixture = await connection.networkHelpers.loadFixture(matrixFixture);
  const { accounts, manager, corridor } = fixture;
  const relayer = (await connection.ethers.getSigners())[12];
  if (relayer === undefined) throw new Error("The chain has no twelfth account.");
  const calls = await matrixCalls(fixture);
  const start = await connection.networkHelpers.takeSnapshot();
  const rows = new Map<string, Record<Caller, string>>();
  for (const call of calls) {
    await start.restore();
    if (call.name === NEEDS_PAUSE) await corridor.connect(accounts.guardian).pause();
    if (call.name === NEEDS_DEACTIVATION) {
      await corridor.connect(accounts.guardian).deactivate(accounts.payee);
    }
    const cells: Partial<Record<Caller, string>> = {};
    cells["admin before delay"] = await answerTo(fixture, call, accounts.governor);
    const data = call.contract.interface.encodeFunctionData(call.name, [...call.values]);
    // Refused where the governor's account has no role for the function: then there is nothing to wait for.
    await manager
      .connect(accounts.governor)
      .schedule(call.contract, data, 0)
      .catch(() => undefined);
    await connection.networkHelpers.time.increase(DELAYS.admin);
    for (const caller of CALLERS) {
      cells[caller] ??= await answerTo(fixture, call, accountOf(fixture, relayer, caller));
    }
    rows.set(`${call.contractName}.${call.name}`, cells as Record<Caller, string>);
  }
  return rows;
}

function documentOf(rows: Map<string, Record<Caller, string>>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[
    "# Who may call what",
    "",
    "Every function that changes something, called on a running corridor by everybody, with arguments that are good",
    "for somebody. A cell is what the chain answers: `yes`, or the name of the error. Generated and checked by",
    "`test/contracts/role-matrix.test.ts`; delete the file and run the test to make it anew.",
    "",
    "The admin is the account that holds the governor and the admin role; after the delay means announced with",
    "`schedule` and waited for. Where the answer after the delay is the one before it, the account could not announce",
    "the call either. Functions that only read answer everybody.",
    "",
    line(["function", ...CALLERS]),
    line(["---", ...CALLERS.map(() => "---")]),
    ...[...rows].map(([name, cells]) => line([name, ...CALLERS.map((caller) => cells[caller])])),
  ].join("\n")}\n`;
}

/** The committed table: cells by function and caller. */
function readDocument(): Map<string, string[]> {
  const lines = readFileSync(DOCUMENT, "utf8")
    .split("\n")
    .filter((line) => /^\| \w+\.\w+/.test(line));
  const cells = lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return new Map(cells.map(([name = "", ...answers]) => [name, answers]));
}

const rows = await measure(chain);
if (!existsSync(DOCUMENT)) writeFileSync(DOCUMENT, documentOf(rows));

describe("the role matrix", () => {
  const documented = readDocument();

  it("lists every function that changes something, once", async () => {
    const { corridor, hkd, relay } = await chain.networkHelpers.loadFixture(matrixFixture);
    const contracts = { Corridor: corridor, TokenisedDeposit: hkd, Relay: relay };
    const names = Object.entries(contracts).flatMap(([name, contract]) => {
      const changing: string[] = [];
      (contract.interface as Interface).forEachFunction((it) => {
        if (!it.constant) changing.push(`${name}.${it.name}`);
      });
      return changing;
    });
    expect([...documented.keys()].sort()).to.deep.equal(names.sort());
  });

  for (const [name, cells] of rows) {
    for (const [column, caller] of CALLERS.entries()) {
      it(`${name} answers the ${caller} as documented`, () => {
        expect(cells[caller]).to.equal(documented.get(name)?.[column]);
      });
    }
  }
});

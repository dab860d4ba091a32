import { expect } from "chai";
import pg from "pg";
import { relayerKey } from "../../server/local/keys.ts";
import type { Relayer } from "../../server/relayer/context.ts";
import { readHalts } from "../../server/relayer/services/read-oversight.ts";
import { startPostgres, type TestPostgres } from "../fixtures/postgres.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";

/** A copy of a database that nobody uses just now. */
async function copyOf(databaseUrl: string): Promise<string> {
  const server = new URL(databaseUrl);
  const name = server.pathname.slice(1);
  server.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: server.href });
  await admin.connect();
  await admin.query(`create database ${name}_copy template ${name}`);
  await admin.end();
  return Object.assign(new URL(databaseUrl), { pathname: `/${name}_copy` }).href;
}

describe("a relayer whose database was restored to an older state than the chain's", () => {
  let server: TestPostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server[Symbol.asyncDispose]());

  const settled = (test: TestCorridor, uetr: string) =>
    eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "settled",
    );

  it("says so and reserves nothing new; what it no longer knows is at its end with both wallets", async () => {
    const databaseUrl = await server.newDatabase();
    await using test = await startTestCorridor({ databaseUrl });
    const { corridor } = test;
    await settled(test, (await pay(test, await newPair(test))).uetr);
    await corridor.relayer[Symbol.asyncDispose]();
    const older = await copyOf(databaseUrl);
    const going = await corridor.restartRelayer(0);
    const forgotten = await pay(test, await newPair(test));
    await settled(test, forgotten.uetr);
    await going[Symbol.asyncDispose]();

    const restored = await corridor.restartRelayer(0, { DATABASE_URL: older });
    const { services } = restored.inProcess as Relayer;
    const { halts } = await eventually(
      () => readHalts(services),
      ({ halts: all }) => all.length === 2,
    );
    expect(halts.map(({ scope }) => scope)).to.have.members([
      "reservations",
      `lane:${relayerKey().address}`,
    ]);
    const refused = await pay(test, await newPair(test)).then(
      (payment) => test.relayer.transfer(payment.uetr).catch((error) => error.problem.code),
      (error) => error.problem.code,
    );
    expect(refused, "the wallet keeps it, or was told at once").to.be.oneOf([
      "not-found",
      "reservations-halted",
    ]);
    const known = await test.relayer.transfer(forgotten.uetr).catch((error) => error.problem.code);
    expect(known).to.equal("not-found");
    expect((await test.sending.payment(forgotten.uetr)).state).to.equal("settled");
  });
});

import { expect } from "chai";
import pg from "pg";
import { request } from "undici";
import { signRequest } from "../../sdk/keys/sign-request.ts";
import { createDirectPayer } from "../../server/local/direct-payer.ts";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { startPostgres, type TestPostgres } from "../fixtures/postgres.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";

/** A signature that one instance has taken is refused by the other one. */
async function expectOneUse({ corridor }: TestCorridor): Promise<void> {
  const url = `${corridor.relayerUrl}/v1/corridors`;
  const headers = await signRequest(corridor.requestKeyOf("harbour-wallet"), {
    method: "GET",
    url,
  });
  const host = new URL(corridor.relayerUrl).host;
  const use = (instance: number) =>
    request(`${corridor.relayerUrls(instance).api}/v1/corridors`, {
      headers: { ...headers, host },
    });
  const first = await use(0);
  expect(first.statusCode).to.equal(200);
  await first.body.dump();
  const second = await use(1);
  expect(second.statusCode).to.equal(401);
  expect(await second.body.json()).to.include({ code: "signature-replayed" });
}

/** Ends every connection to a database, and lets nobody in until the work is done. */
async function whileShut<T>(databaseUrl: string, work: () => Promise<T>): Promise<T> {
  const admin = new pg.Client({
    connectionString: Object.assign(new URL(databaseUrl), { pathname: "/postgres" }).href,
  });
  const name = new URL(databaseUrl).pathname.slice(1);
  await admin.connect();
  const allow = (whether: boolean) =>
    admin.query(`alter database ${name} with allow_connections ${whether}`);
  await allow(false);
  await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
    name,
  ]);
  try {
    return await work();
  } finally {
    await allow(true);
    await admin.end();
  }
}

/** Without its database a relayer says so, and when to come back; nothing is stored, and nothing is lost. */
async function expectHonestRefusal(test: TestCorridor, databaseUrl: string): Promise<void> {
  const payer = createDirectPayer(test.corridor);
  const wanted = { ...(await newPair(test)), amount: { value: "100.00", currency: "HKD" } };
  const quote = await payer.quote(wanted);
  const order = await payer.sign(quote, payer.detailsFor(wanted, quote));
  const send = () =>
    test.fetch(new URL("/v1/transfers", test.corridor.relayerUrl), {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": order.details.uetr },
      body: JSON.stringify(order),
    });
  const { operations } = test.corridor.relayerUrls(0);
  const [refused, toOperator] = await whileShut(databaseUrl, () =>
    Promise.all([send(), fetch(new URL("/ledger/entries", operations))]),
  );
  expect(await toOperator.json(), "the operator is told the same").to.include({
    code: "database-unavailable",
    status: 503,
  });
  expect(refused.status).to.equal(503);
  expect(Number(refused.headers.get("retry-after"))).to.be.above(0);
  expect(await refused.json()).to.include({ code: "database-unavailable", retryable: true });
  const again = await eventually(send, ({ status }) => status === 202);
  expect(again.headers.get("idempotency-replayed"), "nothing was stored").to.equal(null);
}

describe("a relayer on a PostgreSQL server", () => {
  let server: TestPostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server[Symbol.asyncDispose]());

  it("moves money like one on the embedded database, by nothing but a connection string, and takes no signature twice at two instances, nor an order without its database", async () => {
    const databaseUrl = await server.newDatabase();
    await using test = await startTestCorridor({ databaseUrl, relayers: 2 });
    const { transfer } = await sendFirstTransfer(test.corridor);
    expect(transfer.state).to.equal("settled");
    expect((await test.receiving.account("+639171234567")).balance).to.deep.equal(
      transfer.receiveAmount,
    );
    await expectOneUse(test);
    await expectHonestRefusal(test, databaseUrl);
  });
});

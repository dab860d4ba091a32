import { expect } from "chai";
import { request } from "undici";
import { signRequest } from "../../sdk/sign-request.ts";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { startPostgres, type TestPostgres } from "../fixtures/postgres.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";

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

describe("a relayer on a PostgreSQL server", () => {
  let server: TestPostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server[Symbol.asyncDispose]());

  it("moves money like one on the embedded database, by nothing but a connection string, and takes no signature twice at two instances", async () => {
    await using test = await startTestCorridor({
      databaseUrl: await server.newDatabase(),
      relayers: 2,
    });
    const { transfer } = await sendFirstTransfer(test.corridor);
    expect(transfer.state).to.equal("settled");
    expect((await test.receiving.account("+639171234567")).balance).to.deep.equal(
      transfer.receiveAmount,
    );
    await expectOneUse(test);
  });
});

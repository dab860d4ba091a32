import { expect } from "chai";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { startPostgres, type TestPostgres } from "../fixtures/postgres.ts";
import { startTestCorridor } from "./local-corridor.ts";

describe("a relayer on a PostgreSQL server", () => {
  let server: TestPostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server[Symbol.asyncDispose]());

  it("moves money like one on the embedded database, by nothing but a connection string", async () => {
    await using test = await startTestCorridor({ databaseUrl: await server.newDatabase() });
    const { transfer } = await sendFirstTransfer(test.corridor);
    expect(transfer.state).to.equal("settled");
    expect((await test.receiving.account("+639171234567")).balance).to.deep.equal(
      transfer.receiveAmount,
    );
  });
});

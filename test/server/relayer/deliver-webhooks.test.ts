import { randomBytes } from "node:crypto";
import { expect } from "chai";
import pino from "pino";
import { writeWebhookSecret } from "../../../protocol/webhook-signature.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { createMessenger } from "../../../server/relayer/services/deliver-webhooks.ts";
import { followAllSteps } from "../../../server/relayer/services/follow-steps.ts";
import { writeAudit } from "../../../server/relayer/services/write-audit.ts";
import type { OpenDatabase } from "../../../server/relayer/store/open-database.ts";
import { insertEndpoint } from "../../../server/relayer/store/webhook-endpoints.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { CORRIDOR, PARTICIPANT, storeBatches } from "./store-fixture.ts";

describe("a step of a transfer that was put away since", () => {
  let open: OpenDatabase;
  let context: ServiceContext;
  before(async () => {
    open = await openOwnDatabase();
    const corridor = { sendCurrency: "HKD", receiveCurrency: "PHP" };
    context = {
      db: open.db,
      log: pino({ level: "silent" }),
      signals: { wake: () => {} },
      corridors: new Map([[CORRIDOR, corridor]]),
      webhooks: { post: async () => ({ status: 204 }) },
    } as unknown as ServiceContext;
    const { db } = open;
    await insertEndpoint(db, {
      participantId: PARTICIPANT,
      url: "https://wallet.example/hook",
      secret: writeWebhookSecret(randomBytes(24)),
      most: 10,
    });
    const [first] = await storeBatches(db, 2);
    await writeAudit(context);
    await db.deleteFrom("transfers").where("batch_id", "=", first!).execute();
  });
  after(() => open[Symbol.asyncDispose]());

  it("is given up by itself: other steps are delivered", async () => {
    const messenger = createMessenger(context, () => {});
    await messenger.round();
    await messenger.round();
    await messenger[Symbol.asyncDispose]();
    const rows = open.db.selectFrom("webhook_deliveries").select("state").orderBy("seq");
    expect((await rows.execute()).map(({ state }) => state)).to.deep.equal(["dead", "delivered"]);
  });

  it("is passed over by a stream, which goes on behind it", async () => {
    const source = await followAllSteps(context, PARTICIPANT, 0n);
    const told = await source.after(0n);
    expect(told.map(({ place, event }) => [place, event?.type])).to.deep.equal([
      [1n, undefined],
      [2n, "transfer.accepted"],
    ]);
  });
});

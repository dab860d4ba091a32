import { createHash, createPrivateKey, randomUUID, sign } from "node:crypto";
import { expect } from "chai";
import { BANK } from "../../protocol/openapi/bank.ts";
import { keyOrder } from "../../protocol/openapi/examples.ts";
import type { Interface } from "../../protocol/openapi/interface.ts";
import { OPERATIONS } from "../../protocol/openapi/operations.ts";
import { PARTICIPANT } from "../../protocol/openapi/participant.ts";
import { RELAYER } from "../../protocol/openapi/relayer.ts";
import { proofKeyText } from "../../protocol/proof-key.ts";
import { requestKeyIdOf } from "../../protocol/request-signature.ts";
import { newKeyText } from "../../protocol/wire/request-keys.ts";
import { generateRequestJwk } from "../../sdk/keys/request-key.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { urlOf } from "../../server/local/plan.ts";
import { answersSeen, takeMismatches } from "../openapi/watch-answers.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const EXAMPLE_KEY = keyOrder.publicKey.x;
const AMOUNT = { value: "100.00", currency: "HKD" };
const RECIPIENT = { phone: "+639171234567", name: "María Peñaflor" };

/** Ids that operations of one interface are tried with. */
type Ids = Readonly<Record<string, string>>;

describe("the examples of the published descriptions", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  const sent = new Map<string, number>();
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    await test.receiving.openAccount(RECIPIENT).catch(() => undefined);
  });

  async function signedOrder() {
    const pair = await newPair(test);
    const quote = await payer.quote({ ...pair, amount: AMOUNT });
    return { quote, details: payer.detailsFor({ ...pair, amount: AMOUNT }, quote) };
  }
  async function settledOrder() {
    const { quote, details } = await signedOrder();
    const order = await payer.sign(quote, details);
    await payer.relayer.sendTransfer(order, { idempotencyKey: details.uetr });
    return eventually(
      () => payer.relayer.transfer(details.uetr),
      ({ state }) => state === "settled",
    );
  }
  async function newKey(): Promise<object> {
    const jwk = await generateRequestJwk();
    const { d: _, ...publicKey } = jwk;
    const text = Buffer.from(newKeyText("harbour-wallet", requestKeyIdOf(publicKey)));
    const proof = sign(null, text, createPrivateKey({ key: jwk, format: "jwk" }));
    return { publicKey, proof: proof.toString("base64url") };
  }

  /** Carries out one operation as it is described, with its example unless another body is given. */
  async function tryOperation(
    { operations }: Interface,
    base: string,
    id: string,
    given: { readonly ids?: Ids; readonly body?: unknown; readonly accept?: string } = {},
  ): Promise<number> {
    const operation = operations.find((each) => each.id === id);
    if (!operation) throw new Error(`there is no operation ${id}`);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => given.ids?.[name] ?? name);
    const body = operation.body && JSON.stringify(given.body ?? operation.body.example);
    const keyed = operation.headers?.includes("Idempotency-Key");
    const response = await test.fetch(`${base}${path}`, {
      method: operation.method.toUpperCase(),
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(keyed && { "idempotency-key": `"${randomUUID()}"` }),
        ...(given.accept !== undefined && { accept: given.accept }),
      },
      ...(body !== undefined && { body }),
    });
    const { status } = response;
    const told = `${id} answered ${status}`;
    if (!/event-stream/.test(response.headers.get("content-type") ?? "")) {
      expect(
        Object.keys(operation.answers).map(Number),
        `${told} ${await response.text()}`,
      ).to.include(status);
    } else await response.body?.cancel();
    sent.set(id, status);
    return status;
  }

  // The example's key is nobody's: no other test is to find it.
  after(() =>
    test
      .relayerDatabase()
      .deleteFrom("request_keys")
      .where("public_key", "=", EXAMPLE_KEY)
      .execute(),
  );

  const untried = ({ operations }: Interface) =>
    operations.map(({ id }) => id).filter((id) => !sent.has(id));

  it("are taken by the relayer, one for each of its operations", async () => {
    const base = test.corridor.relayerUrl;
    const go = (id: string, given?: Parameters<typeof tryOperation>[3]) =>
      tryOperation(RELAYER, base, id, given);
    const json = async (path: string) => (await test.fetch(`${base}${path}`)).json();
    await go("createQuote");
    await go("createBatchQuotes");
    const [single, batched] = [await signedOrder(), await signedOrder()];
    await go("readQuote", { ids: { id: single.quote.id } });
    const order = await payer.sign(single.quote, single.details);
    await go("sendTransfer", { body: order });
    const proof = createHash("sha256").update(proofKeyText(single.details.uetr, order.salt));
    await go("findProof", { ids: { proofKey: proof.digest("hex") } });
    await go("sendBatch", { body: await payer.signMany([batched]) });
    const { uetr } = await settledOrder();
    for (const id of ["readTransfer", "readReceipt", "followTransfer", "recallTransfer"]) {
      await go(id, { ids: { uetr } });
    }
    for (const id of ["listTransfers", "followEvents", "listCorridors", "listParticipants"]) {
      await go(id);
    }
    for (const id of ["listPositions", "listRates", "readJournal", "readBalances"]) await go(id);
    for (const id of ["readAudit", "readAuditHead", "createWebhookEndpoint"]) await go(id);
    await go("listWebhookEndpoints");
    const { endpoints } = await json("/v1/webhook-endpoints");
    const id = endpoints.at(-1).id;
    await go("rotateWebhookSecret", { ids: { id } });
    await go("replayWebhooks", { ids: { id } });
    await go("listDeliveries", { ids: { id } });
    const { deliveries } = await json(`/v1/webhook-endpoints/${id}/deliveries`);
    await go("redeliverWebhook", { ids: { id, delivery: deliveries[0].id } });
    await go("removeWebhookEndpoint", { ids: { id } });
    await go("registerKey", { body: await newKey() });
    await go("listKeys");
    const { keys } = await json("/v1/keys");
    await go("revokeKey", { ids: { keyId: keys[0].keyId } });
    // A queue that is never empty is needed to cancel: tests of orders do that.
    expect(untried(RELAYER)).to.deep.equal(["cancelTransfer"]);
  });

  it("are taken by the receiving wallet and the bank, but for instructions of nobody", async () => {
    const wallet = test.corridor.walletUrl("island-wallet");
    const bank = urlOf(test.corridor.plan, test.corridor.plan.bank);
    const { uetr, batchId } = await settledOrder();
    const date = new Date().toISOString().slice(0, 10);
    await tryOperation(PARTICIPANT, wallet, "lookUpAccount");
    await tryOperation(PARTICIPANT, wallet, "lookUpAccounts");
    await tryOperation(PARTICIPANT, wallet, "readCredit", { ids: { batchId } });
    await tryOperation(PARTICIPANT, wallet, "creditBatches");
    await tryOperation(PARTICIPANT, wallet, "recall", { ids: { uetr } });
    await tryOperation(PARTICIPANT, wallet, "readStatement", { ids: { date } });
    expect(untried(PARTICIPANT)).to.deep.equal(["creditBatch"]);
    const accounts = test.corridor.network.accounts;
    const [payerAccount, payee] = [accounts["harbour-wallet"], accounts["island-wallet"]];
    await tryOperation(BANK, bank, "quote", {
      body: { corridor: test.id, payer: payerAccount, payee },
    });
    const fundingId = `0x${"5a".repeat(32)}`;
    await tryOperation(BANK, bank, "fund");
    await tryOperation(BANK, bank, "readFunding", { ids: { fundingId } });
    await tryOperation(BANK, bank, "listAccounts");
    const ids = { account: "cash:HKD", date };
    for (const id of ["readAccount", "readStatement", "readStatementItems"]) {
      await tryOperation(BANK, bank, id, { ids });
    }
    await tryOperation(BANK, bank, "readHealth");
  });

  it("are taken by the operators' port", async () => {
    const base = urlOf(test.corridor.plan, { port: test.corridor.plan.ports.operations });
    const go = (id: string, ids?: Ids) => tryOperation(OPERATIONS, base, id, ids ? { ids } : {});
    for (const id of ["readHealth", "readReadiness", "readMetrics", "halt", "listHalts"])
      await go(id);
    for (const id of ["liftHalt", "setLimit", "listLimits", "listCases"]) await go(id);
    const { batchId } = await settledOrder();
    await go("readBatch", { batchId });
    await go("addKey", { id: "island-wallet" });
    await go("listKeys", { id: "island-wallet" });
    await fetch(`${base}/limits`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ corridor: test.id, dailyMaximum: null, by: "test", reason: "done" }),
    });
  });

  it("were each answered as described, as was everything else in this process", () => {
    expect(takeMismatches()).to.deep.equal([]);
    for (const name of ["relayer", "participant", "bank", "operations"] as const) {
      expect(answersSeen().get(name), name).to.be.above(3);
    }
  });
});

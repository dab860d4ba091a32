import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import type { Relayer } from "../../server/relayer/context.ts";
import { exportTransfers } from "../../server/relayer/services/export-transfers.ts";
import { findTransfers, type SearchOrder } from "../../server/relayer/services/search-transfers.ts";
import { actsBy, type SignedIn, signedIn } from "./console-client.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const AMOUNT = { value: "100.00", currency: "HKD" };
const EVIL = `<img src=x onerror="alert('paid')">`;
const FORMULA = `=HYPERLINK("http://x.example")`;

describe("an operator at the console", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  let operator: SignedIn;
  let services: Relayer["services"];
  const sent: { uetr: string; batchId: string }[] = [];
  const reference = `INVOICE ${randomUUID().slice(0, 8)}`;
  let from: Date;

  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    services = (test.corridor.relayer.inProcess as Relayer).services;
    operator = await signedIn(test, { operator: "olga", role: "operator" });
    from = new Date();
    const pair = await newPair(test);
    const wanted = { ...pair, sender: { ...pair.sender, name: EVIL }, amount: AMOUNT };
    for (const endToEndId of [FORMULA, reference, "NOTPROVIDED"]) {
      const quote = await payer.quote(wanted);
      const signed = await payer.sign(quote, { ...payer.detailsFor(wanted, quote), endToEndId });
      const { uetr } = signed.details;
      const { batchId } = await payer.relayer.sendTransfer(signed, { idempotencyKey: uetr });
      sent.push({ uetr, batchId });
    }
    for (const { uetr } of sent) {
      await eventually(
        () => payer.relayer.transfer(uetr),
        ({ state }) => state === "settled",
      );
    }
  });

  const actsAbout = (subject: string) => actsBy(test, "olga", subject);
  const find = (order: SearchOrder) => findTransfers(services, order, { limit: 50 });
  const uetrsOf = async (order: SearchOrder) =>
    (await find(order)).transfers.map(({ uetr }) => uetr);

  it("pauses a corridor with a reason, sees it paused, and resumes it", async () => {
    const scope = `corridor:${test.id}`;
    const silent = await operator.post("/halts", { scope, reason: "  ", back: "/corridors" });
    expect(silent.status, "no reason, no act").to.equal(422);
    const paused = await operator.post("/halts", { scope, reason: "a drill", back: "/corridors" });
    expect(paused.headers.location).to.equal("/console/corridors?done=halted");
    const page = await operator.get("/corridors?done=halted");
    expect(page.text).to.contain("a drill").and.contain("Resume").and.contain("Halted.");
    const overview = await operator.get("");
    expect(overview.text).to.contain(`Halted: corridor ${test.id}`).and.contain("a drill");
    const refused = await payer.quote({ ...(await newPair(test)), amount: AMOUNT }).then(
      () => undefined,
      (error) => error.problem,
    );
    expect(refused).to.include({ code: "corridor-closed" });
    await operator.post("/halts/lift", { scope, reason: "the drill is over" });
    expect((await operator.get("")).text).not.to.contain("Halted: corridor");
    await eventually(
      () => actsAbout(scope),
      (acts) => acts.length === 2,
    );
    expect(await actsAbout(scope)).to.deep.equal([
      { act: "halt", reason: "a drill" },
      { act: "lift-halt", reason: "the drill is over" },
    ]);
  });

  it("bounds what a corridor sends in a day, and lifts the bound", async () => {
    const wrong = await operator.post("/limits", {
      corridor: test.id,
      maximum: "1e6",
      reason: "why",
    });
    expect(wrong.status).to.equal(422);
    await operator.post("/limits", { corridor: test.id, maximum: "900000.00", reason: "caution" });
    expect((await operator.get("/corridors")).text).to.contain("of 900,000.00 HKD");
    await operator.post("/limits", { corridor: test.id, maximum: "", reason: "enough caution" });
    expect((await operator.get("/corridors")).text).not.to.contain("900,000.00");
    expect(await actsAbout(`corridor:${test.id} none`)).to.deep.equal([
      { act: "set-send-limit", reason: "enough caution" },
    ]);
  });

  it("finds a transfer by each of its names, its payer, its state and its time", async () => {
    const [, wanted] = sent;
    const { uetr, batchId } = wanted!;
    for (const text of [uetr, uetr.toUpperCase(), batchId, reference]) {
      expect(await uetrsOf({ text }), text).to.deep.equal([uetr]);
    }
    expect(await uetrsOf({ text: "INVOICE" }), "no part of a reference").to.deep.equal([]);
    const window = { from, to: new Date() };
    const all = sent.map((each) => each.uetr).reverse();
    expect(
      await uetrsOf({ ...window, participant: "harbour-wallet", state: "settled" }),
    ).to.deep.equal(all);
    expect(await uetrsOf({ ...window, participant: "island-wallet" })).to.deep.equal([]);
    expect(await uetrsOf({ ...window, state: "expired" })).to.deep.equal([]);
    const page = await operator.get(`/transfers?q=${encodeURIComponent(reference)}`);
    expect(page.text).to.contain(`/console/transfers/harbour-wallet/${uetr}`);
    expect((await operator.get("/transfers?cursor=harbour-wallet.made-up")).status).to.equal(400);
  });

  it("goes through what it finds page by page, each transfer once", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await findTransfers(services, { from }, { limit: 2, cursor });
      seen.push(...page.transfers.map(({ uetr }) => uetr));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(new Set(seen).size).to.equal(seen.length);
    expect(seen).to.include.members(sent.map(({ uetr }) => uetr));
  });

  it("takes a search away as a file in which nothing is a formula", async () => {
    const window = `from=${from.toISOString().slice(0, 19)}`;
    const file = await operator.get(`/transfers.csv?participant=harbour-wallet&${window}`);
    expect(file.headers["content-type"]).to.equal("text/csv; charset=utf-8");
    expect(file.headers["content-disposition"]).to.equal("attachment; filename=transfers.csv");
    const rows = parse(file.text, { columns: true }) as Record<string, string>[];
    const row = rows.find((each) => each["uetr"] === sent[0]?.uetr);
    expect(row).to.include({ reference: `'${FORMULA}`, send_amount: "100.00", state: "settled" });
    for (const cell of rows.flatMap((each) => Object.values(each))) {
      expect(cell).not.to.match(/^[=+\-@\t\r]/);
    }
    expect(file.text).not.to.contain("onerror");
    let text = "";
    for await (const part of exportTransfers(services, { text: reference })) text += part;
    expect(text.trim().split("\r\n")).to.have.lengthOf(2);
  });

  it("keeps searches of its own", async () => {
    const query = `participant=harbour-wallet&q=${encodeURIComponent(reference)}`;
    await operator.post("/searches", { name: "that invoice", query });
    expect((await operator.get("/transfers")).text).to.contain("that invoice");
    const other = await signedIn(test, { operator: "otto", role: "viewer" });
    expect((await other.get("/transfers")).text).not.to.contain("that invoice");
    expect((await other.post("/searches/forget", { name: "that invoice" })).status).to.equal(404);
    await operator.post("/searches/forget", { name: "that invoice" });
    expect((await operator.get("/transfers")).text).not.to.contain("that invoice");
  });

  it("sees a transfer whole, and of people what is masked", async () => {
    const { uetr, batchId } = sent[0]!;
    const { text } = await operator.get(`/transfers/harbour-wallet/${uetr}`);
    for (const expected of [
      batchId,
      "harbour-wallet/position",
      "rail/held",
      "settled",
      "mobile •••",
    ]) {
      expect(text, expected).to.contain(expected);
    }
    expect(text).not.to.contain("onerror");
    const evidence = await operator.get(`/transfers/harbour-wallet/${uetr}/evidence`);
    expect(evidence.text).not.to.contain("onerror");
    expect((await operator.get(`/transfers/island-wallet/${uetr}`)).status).to.equal(404);
  });

  it("is shown who is behind a transfer when it says why, as text, and that is on record", async () => {
    const { uetr } = sent[0]!;
    const path = `/transfers/harbour-wallet/${uetr}/details`;
    expect((await operator.post(path, { reason: "" })).status).to.equal(422);
    const shown = await operator.post(path, { reason: "the wallet asked about this payment" });
    expect(shown.status).to.equal(200);
    expect(shown.text).to.contain("&lt;img src=x onerror=").and.not.contain("<img src=x");
    expect(await actsAbout(`harbour-wallet ${uetr}`)).to.deep.equal([
      { act: "reveal-details", reason: "the wallet asked about this payment" },
    ]);
    const page = await eventually(
      () => operator.get(`/transfers/harbour-wallet/${uetr}`),
      ({ text }) => text.includes("reveal-details"),
    );
    expect(page.text).to.contain("olga: the wallet asked about this payment");
  });
});

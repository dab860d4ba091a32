import { expect } from "chai";
import type { Page } from "playwright-core";
import { createDirectPayer } from "../../server/local/direct-payer.ts";
import { pathIn, urlOf } from "../../server/local/plan.ts";
import { makeCode } from "../../server/relayer/sign-in/code-files.ts";
import { eventually } from "../e2e/eventually.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { newPair } from "../e2e/people.ts";
import { startReceiver, type WebhookReceiver } from "../e2e/webhook-receiver.ts";
import { assertFits, judgePage } from "./judge-page.ts";
import { LOOKS, type Look, nameOfLook, openPage, takeShot } from "./open-page.ts";
import { pagesCorridor } from "./pages-corridor.ts";
import { weighPage } from "./weigh-page.ts";

const DESK: Look = { width: 1440, scheme: "light" };
const MOST_BYTES = 100_000;
/** A page that asks for a code is answered 401: Chromium says so. */
const expected = /status of 401/;
/** Axe takes a second for each page: both widths and both schemes in two looks, and in the others what has most on it. */
const JUDGED_WHOLE = new Set(["360-light", "1440-dark"]);
const ROOMS = {
  overview: "",
  transfers: "/transfers",
  positions: "/positions",
  corridors: "/corridors",
  participants: "/participants",
  cycles: "/cycles",
  performance: "/performance",
} as const;

describe("the console's pages", () => {
  let test: TestCorridor;
  let console_: string;
  let receiver: WebhookReceiver;
  const received = () => receiver.calls.map(({ headers }) => String(headers["webhook-id"]));
  let transfer: { uetr: string; reference: string };

  before(async () => {
    test = await pagesCorridor();
    const { plan, relayerUrl } = test.corridor;
    console_ = `${urlOf(plan, { port: plan.ports.operations })}/console`;
    receiver = await startReceiver();
    const made = await test.fetch(`${relayerUrl}/v1/webhook-endpoints`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url: receiver.url }),
    });
    expect(made.status).to.equal(201);
    const payer = createDirectPayer(test.corridor);
    const wanted = { ...(await newPair(test)), amount: { value: "250.00", currency: "HKD" } };
    const quote = await payer.quote(wanted);
    const reference = "INVOICE 2047";
    const details = { ...payer.detailsFor(wanted, quote), endToEndId: reference };
    const signed = await payer.sign(quote, details);
    transfer = { uetr: signed.details.uetr, reference };
    await payer.relayer.sendTransfer(signed, { idempotencyKey: transfer.uetr });
    await eventually(
      () => payer.relayer.transfer(transfer.uetr),
      ({ state }) => state === "settled",
    );
    await eventually(
      async () => received().length,
      (count) => count >= 4,
    );
  });
  after(() => receiver[Symbol.asyncDispose]());

  async function signIn(page: Page, role: "viewer" | "operator" = "operator"): Promise<void> {
    const data = pathIn(test.corridor.plan, "relayer");
    await page.goto(console_);
    // The page gives the focus some moments after it is loaded: keys before that are nobody's.
    await page.locator("input[name=code]:focus").waitFor();
    await page.keyboard.type(makeCode(data, { operator: "alice", role }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  }
  /** Says why in the one form that is open, and sends it, with the keyboard. */
  async function sayWhy(page: Page, reason: string): Promise<void> {
    await page.locator("details.act[open] input[name=reason]:focus").waitFor();
    await page.keyboard.type(reason);
    await page.keyboard.press("Enter");
  }
  const transferPage = () => `${console_}/transfers/harbour-wallet/${transfer.uetr}`;

  for (const look of LOOKS) {
    it(`fit, and keep nobody out, at ${nameOfLook(look)}`, async () => {
      await using page = await openPage(look, { expected, reducedMotion: true });
      await page.goto(console_);
      await judgePage(page, "console sign-in", look);
      await takeShot(page, `console-sign-in-${nameOfLook(look)}`);
      await signIn(page);
      const rooms = { ...ROOMS, transfer: transferPage().slice(console_.length) };
      for (const [room, path] of Object.entries(rooms)) {
        await page.goto(`${console_}${path}`);
        await assertFits(page);
        if (JUDGED_WHOLE.has(nameOfLook(look)) || room === "transfer") {
          await judgePage(page, `console ${room}`, look);
        }
        await takeShot(page, `console-${room}-${nameOfLook(look)}`);
      }
      await page.goto(`${console_}/corridors`);
      await page.locator("summary", { hasText: "Pause" }).click();
      await assertFits(page);
      await judgePage(page, "console act", look);
      await takeShot(page, `console-act-${nameOfLook(look)}`);
    });
  }

  it("weigh little when they are first seen", async () => {
    for (const path of [ROOMS.overview, transferPage().slice(console_.length)]) {
      await using page = await openPage(DESK, { expected });
      await signIn(page);
      const { cookies } = await page.context().storageState();
      await using fresh = await openPage(DESK);
      await fresh.context().addCookies(cookies);
      await fresh.goto(`${console_}${path}`);
      const weight = await weighPage(fresh, `console${path === "" ? "" : " transfer"}`);
      expect(weight.inAll).to.be.within(1_000, MOST_BYTES);
    }
  });

  it("find a transfer, and check each of its messages and signatures in the page itself", async () => {
    await using page = await openPage(DESK, { expected });
    await signIn(page);
    await page.getByRole("link", { name: "Transfers" }).click();
    await page.getByLabel("UETR, batch id or the payer's reference").fill(transfer.reference);
    await page.getByRole("button", { name: "Search" }).click();
    await page.locator(`tbody a[title="${transfer.uetr}"]`).click();
    await page.getByRole("button", { name: "Check them" }).click();
    await page.getByText("All 7 hold.").waitFor();
    const checks = await page.locator("[data-checks] li").allTextContents();
    expect(checks).to.have.lengthOf(7);
    expect(checks.join()).to.contain("holds The payee signed the outcome");
  });

  it("say which message does not hold when the relayer shows another than was signed", async () => {
    await using page = await openPage(DESK, { expected });
    await signIn(page);
    await page.route("**/evidence", async (route) => {
      const answer = await route.fetch();
      const evidence = await answer.json();
      evidence.receipt.index = 1;
      await route.fulfill({ response: answer, json: evidence });
    });
    await page.goto(transferPage());
    await page.getByRole("button", { name: "Check them" }).click();
    await page.getByText("of 7 fail.").waitFor();
    const failed = await page.locator("[data-checks] li:has([data-state=bad])").allTextContents();
    expect(failed.join()).to.contain("The transfer stands at its place in the batch");
  });

  it("send a webhook again with a reason, and the receiver has it once more under its id", async () => {
    await using page = await openPage(DESK, { expected });
    await signIn(page);
    await page.goto(transferPage());
    const before = received().length;
    const row = page.locator("section:has(#webhooks) tbody tr").first();
    await row.locator("summary").click();
    await sayWhy(page, "the wallet has lost it");
    await page.getByText("Sent again, under the same id.").waitFor();
    await eventually(
      async () => received().length,
      (count) => count > before,
    );
    expect(received().slice(0, before)).to.include(received().at(-1));
  });

  it("pause a corridor and resume it, with the keyboard alone", async () => {
    await using page = await openPage(DESK, { expected });
    await signIn(page);
    const focused = () =>
      page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')");
    async function tabTo(text: string): Promise<void> {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press("Tab");
        if ((await focused()) === text) return;
      }
      throw new Error(`no way to ${text} with the Tab key`);
    }
    await tabTo("Corridors");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Corridors", exact: true }).waitFor();
    await tabTo("Pause");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    expect(await page.locator("details.act[open]").count(), "Escape closes it").to.equal(0);
    await page.keyboard.press("Enter");
    await sayWhy(page, "maintenance at the payee");
    await page.getByText("Halted. It stands in the audit log.").waitFor();
    const look: Look = { width: 1440, scheme: "light" };
    await page.goto(console_);
    await page.getByText("maintenance at the payee").waitFor();
    await takeShot(page, "console-attention");
    await judgePage(page, "console attention", look);
    await tabTo("Lift the halt");
    await page.keyboard.press("Enter");
    await sayWhy(page, "maintenance is over");
    await page.getByText("Lifted. It stands in the audit log.").waitFor();
    expect(await page.getByText("maintenance at the payee").count()).to.equal(0);
  });

  it("show what is so just now, and take nothing from under somebody's hands", async () => {
    await using page = await openPage(DESK, { expected });
    await signIn(page);
    const { plan } = test.corridor;
    const halt = async (path: string, reason: string) =>
      fetch(new URL(path, urlOf(plan, { port: plan.ports.operations })), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ scope: "participant:island-wallet", by: "somebody", reason }),
      });
    await halt("/halts", "seen without loading the page again");
    await page.getByText("seen without loading the page again").waitFor();
    await page.locator("summary", { hasText: "Lift the halt" }).click();
    await page.locator("details.act[open] input[name=reason]:focus").waitFor();
    await page.keyboard.type("half a reas");
    await halt("/halts/lift", "lifted by somebody else");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.waitForTimeout(6_000);
    expect(asked, "it waits for the hands").to.deep.equal([]);
    await page.keyboard.press("Escape");
    await page.locator("h1").click();
    await page.evaluate("document.activeElement.blur()");
    await page.getByText("seen without loading the page again").waitFor({ state: "detached" });
  });

  it("let nobody back in after signing out", async () => {
    await using page = await openPage(DESK, { expected });
    await signIn(page, "viewer");
    await page.goto(`${console_}/corridors`);
    expect(await page.locator("details.act").count(), "a viewer has no forms").to.equal(0);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("One-time code").waitFor();
    await page.goBack();
    await page.getByLabel("One-time code").waitFor();
    const { cookies } = await page.context().storageState();
    expect(cookies).to.deep.equal([]);
  });
});

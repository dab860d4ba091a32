import { expect } from "chai";
import type { RunningServer } from "../../server/foundation/http/serve.ts";
import { eventually } from "../e2e/eventually.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { assertFits, judgePage } from "./judge-page.ts";
import { LOOKS, nameOfLook, openPage, takeShot } from "./open-page.ts";
import { bookedOf, ended, priced, startDemo } from "./pages-demo.ts";
import { weighPage } from "./weigh-page.ts";

const WIDE = { width: 1440, scheme: "light" } as const;
const SMALL = { width: 360, scheme: "dark" } as const;

describe("two phones", () => {
  let test: TestCorridor;
  let demo: RunningServer;
  before(async () => {
    ({ test, demo } = await startDemo());
  });
  after(() => demo[Symbol.asyncDispose]());
  const address = (language = "en") => `${demo.url}/demo?lang=${language}`;

  for (const look of LOOKS) {
    it(`fit ${nameOfLook(look)}, and keep nobody out`, async () => {
      await using page = await openPage(look);
      await page.goto(address());
      await priced(page);
      await assertFits(page);
      await judgePage(page, "two phones", look);
      await takeShot(page, `phones-${nameOfLook(look)}`);
    });
  }

  it("send an amount by a few clicks, and show what both wallets have booked", async () => {
    const before = await bookedOf(test);
    await using page = await openPage(WIDE);
    await page.goto(address());
    await page.locator("#send-amount").fill("250");
    // The price of what stood there before may still be on its way.
    await eventually(
      () => priced(page),
      (total) => total === "HK$255.00",
    );
    expect(await page.locator("#masked-name").innerText()).to.match(/^M\*\*\* P\*\*\*$/);
    await page.locator("#review").click();
    await page.locator("#confirm").click();
    await ended(page);
    const after = await bookedOf(test);
    expect(before.sender - after.sender).to.equal(25_500n);
    const received = await page.locator("#arrivals li").innerText();
    expect(received).to.match(/^₱[\d,]+\.\d\d from Grace$/);
    const pesos = BigInt(received.replace(/\D/g, ""));
    expect(after.recipient - before.recipient).to.equal(pesos);
    expect(await page.locator("#sender-balance").innerText()).to.equal(after.shown.sender);
    expect(await page.locator("#recipient-balance").innerText()).to.equal(after.shown.recipient);
    expect(await page.locator("#sender-before").innerText()).to.equal(before.shown.sender);
    expect(await page.locator("#recipient-after").innerText()).to.equal(after.shown.recipient);
    const steps = await page.locator("#steps [data-ms]").allInnerTexts();
    const ms = steps.map((text) => Number(/^(\d+) ms$/.exec(text)?.[1]));
    expect(ms[0]).to.equal(0);
    expect(ms).to.deep.equal([...ms].sort((a, b) => a - b));
    const [payment] = (await test.sending.payments()).slice(-1);
    const seconds = ((payment?.confirmationMs ?? 0) / 1_000).toFixed(2);
    expect(await page.locator("#race-now-text").innerText()).to.equal(`${seconds} s`);
  });

  it("pay a bill to the cent when the other side is typed", async () => {
    const before = await bookedOf(test);
    await using page = await openPage(SMALL);
    await page.goto(address());
    await priced(page);
    await page.locator("#receive-amount").fill("10,000.00");
    const total = await priced(page);
    await page.locator("#review").click();
    expect(await page.locator('#screen-confirm [data-price="receive"]').innerText()).to.equal(
      "₱10,000.00",
    );
    await page.locator("#confirm").click();
    await ended(page);
    const after = await bookedOf(test);
    expect(after.recipient - before.recipient).to.equal(1_000_000n);
    expect(before.sender - after.sender).to.equal(BigInt(total.replace(/\D/g, "")));
  });

  it("do it all from the keyboard, in Filipino", async () => {
    const before = await bookedOf(test);
    await using page = await openPage(WIDE);
    await page.goto(address("fil"));
    await priced(page);
    const focused = () =>
      page.evaluate("document.activeElement.id || document.activeElement.tagName");
    const press = (key: string) => page.keyboard.press(key);
    await press("Tab");
    await press("Enter");
    expect(await focused(), "the skip link leads to the phones").to.equal("phones");
    await press("Tab");
    expect(await focused()).to.equal("send-amount");
    await press("Control+A");
    await page.keyboard.type("100");
    await priced(page);
    await press("Enter");
    await page.locator("#screen-confirm").waitFor();
    expect(await focused(), "the new screen's heading").to.equal("H2");
    await press("Tab");
    expect(await focused()).to.equal("confirm");
    await press("Enter");
    await ended(page);
    expect(await focused()).to.equal("outcome-title");
    expect(await page.locator("#outcome-title").innerText()).to.equal("Nasa kay María na ang pera");
    expect(await page.locator("#spoken").innerText()).to.match(/^Naayos na ng mga wallet, \d+ ms$/);
    expect(before.sender - (await bookedOf(test)).sender).to.equal(10_500n);
  });

  it("speak another language at a click, also of what may be wrong", async () => {
    await using page = await openPage(SMALL, { expected: /status of 422/ });
    await page.goto(address());
    await page.getByRole("link", { name: "繁體中文" }).click();
    await page.locator("html[lang='zh-Hant']").waitFor();
    expect(await page.locator("h1").innerText()).to.equal("兩部手機，一筆匯款");
    await page.locator("#send-amount").fill("8000");
    await page.locator("#price-problem:visible").waitFor();
    expect(await page.locator("#price-problem").innerText()).to.equal(
      "金額超出可匯款範圍，請輸入其他金額。",
    );
    expect(await page.locator("#review").isDisabled()).to.equal(true);
    const text = await page.locator("main").innerText();
    expect(
      text.replace(/Grace|María|M\*+|P\*+|Harbour Wallet|Island Wallet|HKD|PHP|ECB|HK\$/g, ""),
    ).not.to.match(/[A-Za-z]{3}/);
  });

  it("ask for a new price when the one shown has run out", async () => {
    await using page = await openPage(WIDE);
    await page.goto(address());
    await priced(page);
    await page.locator("#review").click();
    const renewed = page.waitForResponse((answer) => answer.url().endsWith("/demo/prices"));
    const left = () => page.locator('#screen-confirm [data-price="left"]').innerText();
    const first = Number(/\d+/.exec(await left()));
    expect((await renewed).status()).to.equal(201);
    await page.locator("#price-renewed:visible").waitFor();
    expect(first).to.be.within(0, 11);
    expect(Number(/\d+/.exec(await left()))).to.be.greaterThan(7);
  });

  it("let nothing fly about for people who want less motion", async () => {
    await using page = await openPage(WIDE, { reducedMotion: true });
    await page.goto(address());
    const duration = await page.evaluate(
      "(() => { const phone = document.getElementById('receiving-phone'); phone.setAttribute('data-arrived', ''); return getComputedStyle(phone.querySelector('.burst')).animationDuration; })()",
    );
    expect(duration).to.equal("0.001s");
  });

  it("say that they have lost sight of a payment, and not that nothing was sent", async () => {
    const before = await bookedOf(test);
    await using page = await openPage(WIDE, { expected: /status of 404/ });
    await page.route("**/demo/payments/*/events", (route) => route.fulfill({ status: 404 }));
    await page.goto(address());
    await priced(page);
    await page.locator("#review").click();
    await page.locator("#confirm").click();
    await ended(page);
    const shown = await page.locator("#outcome").innerText();
    expect(shown).to.contain("This page has lost sight of it");
    expect(shown).to.contain("it goes on without this page");
    const arrived = ({ recipient }: { recipient: bigint }) => recipient > before.recipient;
    await eventually(() => bookedOf(test), arrived);
  });

  it("are light, and are for pages of this machine alone", async () => {
    await using page = await openPage(WIDE);
    await page.goto(address());
    const { inAll } = await weighPage(page, "two phones");
    expect(inAll).to.be.lessThan(60_000);
    const foreign: Record<string, string>[] = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      const answer = await fetch(`${demo.url}/demo/prices`, { method: "POST", headers });
      expect(answer.status).to.equal(404);
    }
  });
});

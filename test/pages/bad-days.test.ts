import { expect } from "chai";
import type { RunningServer } from "../../server/foundation/http/serve.ts";
import type { ToldName } from "../../server/local/demo/run-events.ts";
import { TOLD_WORDS } from "../../server/local/demo/words/told-words.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { assertFits, judgePage } from "./judge-page.ts";
import { LOOKS, nameOfLook, openPage, takeShot } from "./open-page.ts";
import { bookedOf, ended, priced, startDemo } from "./pages-demo.ts";

interface BadDay {
  readonly day: string;
  readonly title: string;
  /** Who has the money in the end. */
  readonly whole: "sender" | "recipient";
  /** What is told, in this order. */
  readonly told: readonly ToldName[];
  /** What may be told earlier, as the blocks come. */
  readonly early?: readonly ToldName[];
}

const DAYS: readonly BadDay[] = [
  {
    day: "closed-account",
    title: "the account is closed: the sender has everything back",
    whole: "sender",
    told: ["account-closed", "debited", "reserved", "refused", "refunded"],
  },
  {
    day: "bank-slow",
    title: "the bank is slow: the recipient has the money before it answers",
    whole: "recipient",
    told: ["bank-slowed", "debited", "reserved", "credited", "settled", "bank-answered"],
  },
  {
    day: "wallet-silent",
    title: "the other wallet is silent: the chain's clock gives everything back",
    whole: "sender",
    told: [
      "wallet-silenced",
      "debited",
      "reserved",
      "waits-for-clock",
      "clock-moved",
      "released",
      "refunded",
    ],
  },
  {
    day: "chain-stalled",
    title: "the chain stalls: the recipient has the money once it goes on",
    whole: "recipient",
    told: [
      "chain-stopped",
      "debited",
      "chain-still",
      "chain-goes-on",
      "reserved",
      "credited",
      "settled",
    ],
  },
  {
    day: "relayer-killed",
    title: "the relayer is killed: it comes back, and the recipient has the money",
    whole: "recipient",
    told: ["debited", "relayer-killed", "chain-holds", "relayer-back", "settled"],
    early: ["reserved", "credited"],
  },
];

describe("a bad day on two phones", () => {
  let test: TestCorridor;
  let demo: RunningServer;
  before(async () => {
    ({ test, demo } = await startDemo());
  });
  after(() => demo[Symbol.asyncDispose]());

  for (const { day, title, whole, told, early = [] } of DAYS) {
    it(`when ${title}`, async () => {
      const before = await bookedOf(test);
      const look = LOOKS[DAYS.findIndex((each) => each.day === day) % LOOKS.length]!;
      await using page = await openPage(look);
      await page.goto(`${demo.url}/demo`);
      await priced(page);
      await page.locator(`[data-day="${day}"]`).click();
      if (day === "wallet-silent") {
        await page.locator("#clock:visible").waitFor();
        expect(await page.locator("#clock-text").innerText()).to.match(
          /in \d+ s, by its own clock/,
        );
        expect((await bookedOf(test)).sender, "set aside meanwhile").to.equal(
          before.sender - 100_500n,
        );
        await page.locator("#hurry").click();
      }
      await ended(page);
      const after = await bookedOf(test);
      const moved = {
        sender: after.sender - before.sender,
        received: after.recipient > before.recipient,
      };
      expect(moved).to.deep.equal(
        whole === "sender"
          ? { sender: 0n, received: false }
          : { sender: -100_500n, received: true },
      );
      for (const app of [test.sending, test.receiving]) {
        expect((await app.totals()).sumMinor, "the books add up").to.equal("0");
      }
      const cells = ["sender-before", "sender-after", "recipient-before", "recipient-after"];
      const shown = await Promise.all(cells.map((id) => page.locator(`#${id}`).innerText()));
      expect(shown).to.deep.equal([
        before.shown.sender,
        after.shown.sender,
        before.shown.recipient,
        after.shown.recipient,
      ]);
      const lines = page.locator("#told li");
      const names = await lines.evaluateAll((all) =>
        all.map((line) => line.getAttribute("data-told")),
      );
      const others = names.filter((each) => !early.some((name) => name === each));
      expect(others).to.deep.equal(told);
      expect(names).to.include.members([...early]);
      const [name] = told;
      expect(await lines.first().innerText()).to.contain(TOLD_WORDS[name!].en.why);
      expect(await page.locator("#track").getAttribute("data-place")).to.equal(whole);
      await assertFits(page);
      await judgePage(page, `two phones, ${day}`, look);
      await takeShot(page, `phones-${day}-${nameOfLook(look)}`);
    });
  }

  it("is over when it is over: the next payment arrives as on any day", async () => {
    const before = await bookedOf(test);
    await using page = await openPage(LOOKS[0]!);
    await page.goto(`${demo.url}/demo`);
    await priced(page);
    await page.locator("#review").click();
    await page.locator("#confirm").click();
    await ended(page);
    expect((await bookedOf(test)).sender).to.equal(before.sender - 100_500n);
  });
});

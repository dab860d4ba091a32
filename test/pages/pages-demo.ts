import type { Page } from "playwright-core";
import type { RunningServer } from "../../server/foundation/http/serve.ts";
import { formatMoney } from "../../server/local/demo/browser/parts/format.ts";
import { serveDemo } from "../../server/local/demo/serve-demo.ts";
import { RECIPIENT, SENDER } from "../../server/local/first-transfer.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { pagesCorridor } from "./pages-corridor.ts";

/** The two phones' page over the shared corridor. */
export async function startDemo(): Promise<{ test: TestCorridor; demo: RunningServer }> {
  const test = await pagesCorridor();
  const { plan } = test.corridor;
  return { test, demo: await serveDemo(test.corridor, { host: plan.host, port: plan.ports.demo }) };
}

/** What both wallets' books say, in minor units. */
export async function bookedOf({ sending, receiving }: TestCorridor) {
  const [sender, recipient] = await Promise.all([
    sending.account(SENDER.phone),
    receiving.account(RECIPIENT.phone),
  ]);
  const minor = (value: string) => BigInt(value.replace(".", ""));
  return {
    sender: minor(sender.balance.value),
    recipient: minor(recipient.balance.value),
    shown: {
      sender: formatMoney(sender.balance, "en"),
      recipient: formatMoney(recipient.balance, "en"),
    },
  };
}

/** Waits until the phone has a price, and answers what it says in all. */
export async function priced(page: Page): Promise<string> {
  await page.locator("#review:enabled").waitFor();
  return page.locator('#screen-amount [data-price="total"]').innerText();
}

/** Waits until a payment has ended, and its proof is linked. */
export async function ended(page: Page): Promise<void> {
  await page.locator("#again").waitFor({ timeout: 60_000 });
}

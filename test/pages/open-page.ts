import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { sharedBrowser } from "./chromium.ts";

/** How somebody looks at a page. */
export interface Look {
  /** CSS pixels: a small phone's 360, or a desk's 1,440. */
  readonly width: 360 | 1440;
  readonly scheme: "light" | "dark";
}

export const LOOKS: readonly Look[] = ([360, 1440] as const).flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
);

const HEIGHTS = { 360: 800, 1440: 900 } as const;
const SHOTS = fileURLToPath(new URL("../../results/pages/", import.meta.url));

/** What pages complained of since the last look: errors, failed requests, breaches of their policy. */
const complaints: string[] = [];

// Whatever a test was about: it has failed when the page's policy was breached, or a script of it failed.
afterEach("no page complains", () => {
  const [first] = complaints.splice(0);
  if (first !== undefined) throw new Error(`a page complained: ${first}`);
});

/** Takes note of everything that a page writes to its console as an error, and of every error that nobody catches. */
function listen(page: Page, expected: RegExp | undefined): void {
  const note = (text: string) => {
    if (!expected?.test(text)) complaints.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      note(`${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => note(error.message));
}

/**
 * A new page in a context of its own: cookies and all. A complaint of the page fails the test, but for those that the test
 * expects. Close it with `await using`.
 */
export async function openPage(
  look: Look,
  options: { readonly expected?: RegExp; readonly reducedMotion?: boolean } = {},
): Promise<Page & AsyncDisposable> {
  const browser = await sharedBrowser();
  const context = await browser.newContext({
    viewport: { width: look.width, height: HEIGHTS[look.width] },
    colorScheme: look.scheme,
    reducedMotion: options.reducedMotion ? "reduce" : "no-preference",
  });
  const page = await context.newPage();
  listen(page, options.expected);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

/** Leaves a picture of a page in results/pages/. */
export async function takeShot(page: Page, name: string, fullPage = true): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png`, fullPage });
}

export const nameOfLook = ({ width, scheme }: Look): string => `${width}-${scheme}`;

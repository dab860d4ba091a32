import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../fixtures/find-chromium.ts";

/** Nothing of what a browser does for its user by itself: no updates, no reports, no first run. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let shared: Promise<Browser> | undefined;

/** One headless Chromium for all tests of a process. @throws when there is none; pages are never left untested. */
export function sharedBrowser(): Promise<Browser> {
  shared ??= chromium.launch({ executablePath: findChromium(), args: QUIET });
  return shared;
}

after(async () => {
  const started = await shared;
  await started?.close();
});

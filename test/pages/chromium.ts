import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { environment } from "../fixtures/environment.ts";

const USUAL = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

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

function findChromium(): string {
  const named = environment.chromium;
  const found = (named === undefined ? USUAL : [named]).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const places = named ?? USUAL.join(", ");
  throw new Error(
    `there is no Chromium at ${places}: apt-get install chromium, or say where it is with CHROMIUM=/path`,
  );
}

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

/**
 * Before the tests: a browser for those of the pages. Where none is found, Debian's is installed, if this is a machine on
 * which that can be done; elsewhere the tests of the pages fail and say what is missing.
 */
import { spawnSync } from "node:child_process";
import { findChromium } from "../test/fixtures/find-chromium.ts";

const hasChromium = () => {
  try {
    return findChromium() !== "";
  } catch {
    return false;
  }
};

function apt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdio: ["ignore", "ignore", "inherit"] as const };
  return (
    spawnSync("apt-get", ["-qq", ...args], { ...options, stdio: [...options.stdio] }).status === 0
  );
}

if (!hasChromium() && process.getuid?.() === 0) {
  console.log("the pages are tested in Chromium, which is not here: installing Debian's");
  const done = apt("update") && apt("install", "-y", "--no-install-recommends", "chromium");
  if (!done) console.error("Chromium could not be installed: the tests of the pages will fail");
}

/**
 * Completes package-lock.json with the optional packages of other platforms.
 *
 * A registry that serves only this platform's binaries leaves the others out of the lock file, and
 * `npm ci` then refuses it ("Missing: … from lock file") on every machine. Run after each install.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { missingOptionalPackages } from "./lock-file.ts";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const missing = missingOptionalPackages(lock);
for (const { location, entry } of missing) lock.packages[location] = entry;
const root = lock.packages[""];
const sorted = Object.entries(lock.packages).filter(([location]) => location !== "");
sorted.sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = { "": root, ...Object.fromEntries(sorted) };
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${missing.length} optional packages added`);

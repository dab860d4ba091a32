/** `npm run build:sdk`: the SDK as a package in generated/sdk, to be packed or published; nothing when it is up to date. */
import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashFiles, makeOnce } from "./build/make-once.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE = join(ROOT, "generated/sdk");
const CARRIED = ["sdk/package.json", "sdk/README.md", "LICENSE"];

/**
 * What the package's one entry offers, by module. A module that is only a part of another is left out; readers of Node's
 * files are an entry of their own.
 */
const PUBLIC = [
  "sdk/keys/browser-signer",
  "sdk/send/build-receipt",
  "sdk/chain/chain-reader",
  "sdk/chain/chain-sender",
  "sdk/receive/check-credit-item",
  "sdk/errors/corridor-error",
  "sdk/send/create-client",
  "sdk/keys/kms-signer",
  "sdk/send/payment",
  "sdk/send/payment-commitment",
  "sdk/send/prove-sent",
  "sdk/api/relayer-client",
  "sdk/keys/request-key",
  "sdk/receive/settle-credited",
  "sdk/send/sign-order",
  "sdk/receive/sign-outcome",
  "sdk/keys/sign-request",
  "sdk/keys/signed-fetch",
  "sdk/keys/signer",
  "sdk/errors/user-messages",
  "sdk/verify/verify-outcome",
  "sdk/verify/verify-receipt",
  "sdk/receive/verify-reservation",
  "sdk/verify/verify-webhook",
  "sdk/chain/without-relayer",
  "protocol/curve",
  "protocol/messages",
  "protocol/money",
  "protocol/network",
  "protocol/reason-codes",
  "protocol/signature",
  "protocol/wire/participant",
  "protocol/wire/payment-details",
  "protocol/wire/problem-catalogue",
  "protocol/wire/receipt",
  "protocol/wire/relayer",
  "protocol/wire/webhooks",
];

const ENTRY = PUBLIC.map((name) => `export * from "./${name}.js";\n`).join("");

function compile(outDir: string): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const options = { cwd: ROOT, encoding: "utf8" } as const;
  const args = [tsc, "-p", "sdk/tsconfig.json", "--outDir", outDir];
  const build = spawnSync(process.execPath, args, options);
  if (build.status === 0) return;
  console.error(build.error?.message ?? build.stdout + build.stderr);
  process.exit(build.status ?? 1);
}

const files = globSync(["sdk/**/*", "protocol/**/*.ts", "tsconfig.json"], { cwd: ROOT });
const sources = files.filter((name) => /\.(ts|json|md)$/.test(name));

await makeOnce(PACKAGE, hashFiles(ROOT, sources, ENTRY), (made) => {
  compile(join(made, "dist"));
  for (const type of ["js", "d.ts"]) writeFileSync(join(made, `dist/index.${type}`), ENTRY);
  for (const file of CARRIED) {
    copyFileSync(join(ROOT, file), join(made, file.split("/").at(-1) ?? file));
  }
});

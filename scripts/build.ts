/** `npm run build:contracts`: compiles the contracts. Says nothing unless something is wrong: libraries' warnings are not ours. */
import { spawnSync } from "node:child_process";

const build = spawnSync("hardhat", ["build", "--no-tests", "--quiet"], { encoding: "utf8" });
if (build.status !== 0) {
  console.error(build.error?.message ?? build.stdout + build.stderr);
  process.exit(build.status ?? 1);
}

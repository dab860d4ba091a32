import { launchProcess } from "../../server/local/launchers.ts";
import { startTestCorridor, type TestCorridor } from "../e2e/local-corridor.ts";

let shared: Promise<TestCorridor> | undefined;

/**
 * One corridor for all tests of pages in a process, as `npm start` runs it: processes of their own, a block each second.
 * It starts with the first test that asks for it and ends after the last one.
 */
export function pagesCorridor(): Promise<TestCorridor> {
  shared ??= startTestCorridor({ launch: launchProcess, blockTimeMs: 1_000 });
  return shared;
}

after(async () => {
  const started = await shared;
  await started?.[Symbol.asyncDispose]();
});

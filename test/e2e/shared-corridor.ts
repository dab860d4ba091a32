import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";

let shared: Promise<TestCorridor> | undefined;

/**
 * One corridor for all tests that change nothing but their own people's accounts. It starts with the first test that
 * asks for it and ends after the last one.
 */
export function sharedCorridor(): Promise<TestCorridor> {
  shared ??= startTestCorridor();
  return shared;
}

after(async () => {
  const started = await shared;
  await started?.[Symbol.asyncDispose]();
});

import { untilAtRest } from "./at-rest.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";

/** What the relayer's console is called by a proxy with TLS. */
export const TLS_ORIGIN = "https://console.example";

let shared: Promise<TestCorridor> | undefined;

/**
 * One corridor for all tests that change nothing but their own people's accounts. It starts with the first test that
 * asks for it and ends after the last one. Whoever asks for it finds it at rest: what others have ordered is over.
 */
export async function sharedCorridor(): Promise<TestCorridor> {
  shared ??= startTestCorridor({ relayerSettings: { CONSOLE_ORIGINS: TLS_ORIGIN } });
  const test = await shared;
  await untilAtRest(test);
  return test;
}

after(async () => {
  const started = await shared;
  await started?.[Symbol.asyncDispose]();
});

import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";

/** What the relayer's console is called by a proxy with TLS. */
export const TLS_ORIGIN = "https://console.example";

let shared: Promise<TestCorridor> | undefined;

/**
 * One corridor for all tests that change nothing but their own people's accounts. It starts with the first test that
 * asks for it and ends after the last one.
 */
export function sharedCorridor(): Promise<TestCorridor> {
  shared ??= startTestCorridor({ relayerSettings: { CONSOLE_ORIGINS: TLS_ORIGIN } });
  return shared;
}

after(async () => {
  const started = await shared;
  await started?.[Symbol.asyncDispose]();
});

/** Sanctions screening; throws when it cannot answer, so that nothing passes unscreened. */
export interface ScreeningPort {
  screen(
    names: readonly string[],
  ): Promise<{ readonly clear: boolean; readonly listVersion: string }>;
}

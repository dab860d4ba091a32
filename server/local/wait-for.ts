const PATIENCE_MS = 20_000;
const LOOK_MS = 40;

/** Looks until a condition holds or patience ends; answers what was seen last, either way. */
export async function waitFor<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (holds(seen) || performance.now() > deadline) return seen;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

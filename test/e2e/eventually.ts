const shown = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

/** Looks until a condition holds, or fails with what was seen last. */
export async function eventually<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  patienceMs = 40_000,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`it did not come to that: last seen ${JSON.stringify(seen, shown)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

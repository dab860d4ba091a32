/**
 * For `satisfy`: whether a number is another one, but for a tolerance. Chai's own closeTo takes whole numbers alone in a
 * process in which the contracts' matchers are loaded.
 */
export const near = (expected: number, tolerance: number) => (value: unknown) =>
  typeof value === "number" && Math.abs(value - expected) <= tolerance;

import { expect } from "chai";
import type { CorridorFixture } from "./corridor-fixture.ts";

/** Expects a call of the corridor to revert with this custom error and exactly these values. */
export async function expectRefusal(
  { corridor }: CorridorFixture,
  refused: { call: Promise<unknown>; error: string; values: readonly unknown[] },
): Promise<void> {
  await expect(refused.call)
    .to.be.revertedWithCustomError(corridor, refused.error)
    .withArgs(...refused.values);
}

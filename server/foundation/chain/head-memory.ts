import type { Block } from "./block.ts";

/** For so long an announced head is taken for the newest: less than deadlines leave beside them, and than blocks are apart. */
const GOOD_FOR_MS = 1_000;

/** The newest head that a party's own node has announced, so that it need not be asked for what it has just said. */
export interface HeadMemory {
  note(head: Block): void;
  /** Announcements may be missing from now on. */
  forget(): void;
  /** The head announced last, if that was just now. */
  newest(): Block | undefined;
}

/** @param now Milliseconds of a clock that never goes back. */
export function createHeadMemory(now: () => number = () => performance.now()): HeadMemory {
  let held: { readonly head: Block; readonly at: number } | undefined;
  return {
    note(head) {
      held = { head, at: now() };
    },
    forget() {
      held = undefined;
    },
    newest: () => (held && now() - held.at <= GOOD_FOR_MS ? held.head : undefined),
  };
}

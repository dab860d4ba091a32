/** Tells those who wait in this process that a transfer has an outcome. Hints only: the database is the truth. */
export class ChangeNotice {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves when a transfer has an outcome, or after `timeoutMs`. */
  next(uetr: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(uetr) ?? new Set();
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(uetr);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      waiting.add(done);
      this.#waiting.set(uetr, waiting);
    });
  }

  /** Wakes whoever waits for these transfers. */
  announce(uetrs: readonly string[]): void {
    for (const uetr of uetrs) for (const done of this.#waiting.get(uetr) ?? []) done();
  }
}

/** When a reading is made again, in milliseconds. */
export interface Freshness {
  /** It is made again once it is so old. */
  readonly againAfterMs: number;
  /** Until it is so old, nobody waits for the one being made. */
  readonly goodForMs: number;
}

/**
 * What `read` answers, read again as it is asked for and never twice at a time. Between the two ages whoever asks is answered by
 * the last reading while the next one is made; nobody hears then that this one fails. Whoever finds none that is good waits
 * for it, and hears.
 *
 * @param now Milliseconds of a clock that never goes back.
 */
export function createRefreshed<T>(
  read: () => Promise<T>,
  { againAfterMs, goodForMs }: Freshness,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let known: { readonly at: number; readonly value: T } | undefined;
  let reading: Promise<T> | undefined;
  async function readAgain(at: number): Promise<T> {
    try {
      const value = await read();
      known = { at, value };
      return value;
    } finally {
      reading = undefined;
    }
  }
  return async () => {
    const at = now();
    if (known && at - known.at < againAfterMs) return known.value;
    reading ??= readAgain(at);
    if (!known || at - known.at >= goodForMs) return reading;
    reading.catch(() => undefined);
    return known.value;
  };
}

/** Calls `act` once, so many milliseconds after the first of several calls. */
export function gather(ms: number, act: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      act();
    }, ms).unref();
  };
}

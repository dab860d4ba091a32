/** A value by key that is read again once it is older than `ms`; a failed reading is not kept. */
export function cached<T>(
  ms: number,
  read: (key: string) => Promise<T>,
): (key: string) => Promise<T> {
  const kept = new Map<string, { at: number; value: Promise<T> }>();
  return (key) => {
    const held = kept.get(key);
    if (held && performance.now() - held.at < ms) return held.value;
    const value = read(key);
    kept.set(key, { at: performance.now(), value });
    value.catch(() => kept.delete(key));
    return value;
  };
}

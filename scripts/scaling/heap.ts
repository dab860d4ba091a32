/** The smallest of some things first; of two alike, the one that came first. */
export interface Heap<T> {
  readonly size: number;
  push(key: number, value: T): void;
  /** The smallest key, or infinity when there is nothing. */
  peekKey(): number;
  pop(): T | undefined;
}

interface Entry<T> {
  readonly key: number;
  readonly turn: number;
  readonly value: T;
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>) =>
  a.key < b.key || (a.key === b.key && a.turn < b.turn);

/** Makes an empty binary heap. Its order depends on nothing but what was pushed, so that a run can be repeated. */
export function createHeap<T>(): Heap<T> {
  const entries: Entry<T>[] = [];
  let turns = 0;
  const at = (index: number) => entries[index] as Entry<T>;
  function swap(a: number, b: number): void {
    const kept = at(a);
    entries[a] = at(b);
    entries[b] = kept;
  }
  function rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (isBefore(at(parent), at(index))) return;
      swap(parent, index);
      index = parent;
    }
  }
  function sink(): void {
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      if (left >= entries.length) return;
      const right = left + 1;
      const child = right < entries.length && isBefore(at(right), at(left)) ? right : left;
      if (isBefore(at(index), at(child))) return;
      swap(index, child);
      index = child;
    }
  }
  return {
    get size() {
      return entries.length;
    },
    push(key, value) {
      entries.push({ key, turn: turns++, value });
      rise(entries.length - 1);
    },
    peekKey: () => entries[0]?.key ?? Number.POSITIVE_INFINITY,
    pop() {
      const first = entries[0];
      const last = entries.pop();
      if (first && last && first !== last) {
        entries[0] = last;
        sink();
      }
      return first?.value;
    },
  };
}

/** When calls leave together. */
export interface GatheringOptions {
  /** The longest that a call waits for others, in milliseconds, while one is under way. */
  readonly maxDelayMs: number;
  /** As many leave at once without waiting any longer; at most 500. */
  readonly maxBatch: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue<Item, Result> {
  readonly waiting: Waiting<Item, Result>[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Gathers calls into batches by the rule of group commit: a call that finds nothing under way leaves at once, so that an
 * idle wallet's transfer waits for nobody; while one is under way the next ones gather, until it has ended, `maxBatch`
 * are there or the first has waited for `maxDelayMs`. Only items of one `key` go together. A batch that fails fails for
 * each call in it.
 */
export function gatherSends<Item, Result>(
  options: GatheringOptions & {
    readonly key: (item: Item) => string;
    /** Carries one batch out; answers a result for each item, in order. */
    readonly deliver: (items: readonly Item[]) => Promise<readonly Result[]>;
  },
): (item: Item) => Promise<Result> {
  const queues = new Map<string, Queue<Item, Result>>();
  let underWay = 0;

  async function carryOut(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    underWay++;
    try {
      const results = await options.deliver(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined)
          reject(new Error("a batch was answered without one of its items"));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      underWay--;
      for (const key of [...queues.keys()]) leave(key);
    }
  }

  function leave(key: string): void {
    const queue = queues.get(key);
    if (!queue) return;
    clearTimeout(queue.timer);
    queues.delete(key);
    void carryOut(queue.waiting);
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const key = options.key(item);
      const queue = queues.get(key) ?? { waiting: [], timer: undefined };
      queues.set(key, queue);
      queue.waiting.push({ item, resolve, reject });
      if (underWay === 0 || queue.waiting.length >= options.maxBatch) leave(key);
      else queue.timer ??= setTimeout(() => leave(key), options.maxDelayMs);
    });
}

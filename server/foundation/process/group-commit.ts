interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits together what comes together. An item that finds nothing under way is committed at once and alone, so that
 * nothing waits when idle; those that come while a commit is under way form the next one. `commit` answers one result
 * for each item, in order; when it throws, every item of that group is rejected.
 */
export function createGroupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  limit: number,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, limit);
      waiting = waiting.slice(limit);
      try {
        const results = await commit(group.map(({ item }) => item));
        for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
}

/** What became of one item of a group. */
export type End<Result> = PromiseSettledResult<Result>;

/**
 * Commits items together or, where that fails, each by itself: nobody's failure is another's. `commit` answers undefined for
 * several that cannot be committed together, and always a result for one alone. A failure that `isFutile` is everybody's.
 */
export async function commitOrEach<Item, Result>(
  items: readonly Item[],
  commit: (items: readonly Item[]) => Promise<readonly Result[] | undefined>,
  isFutile: (error: unknown) => boolean,
): Promise<End<Result>[]> {
  try {
    const results = await commit(items);
    if (results) return results.map((value) => ({ status: "fulfilled", value }));
    if (items.length === 1) throw new Error("one item alone has a result");
  } catch (reason) {
    if (items.length === 1 || isFutile(reason)) {
      return items.map(() => ({ status: "rejected", reason }));
    }
  }
  const ends: End<Result>[] = [];
  for (const item of items) ends.push(...(await commitOrEach([item], commit, isFutile)));
  return ends;
}

/** The result of an end; throws what it failed with. */
export function resultOf<Result>(end: End<Result>): Result {
  if (end.status === "rejected") throw end.reason;
  return end.value;
}

import { expect } from "chai";
import { gatherSends } from "../../sdk/send/gather-sends.ts";

/** A line that ends each batch when it is told to, and remembers what went out with what. */
function line(options: { maxDelayMs: number; maxBatch: number }) {
  const batches: string[][] = [];
  const ends: ((failure?: Error) => void)[] = [];
  const send = gatherSends<string, string>({
    ...options,
    key: (item) => item.slice(0, 1),
    deliver: (items) => {
      batches.push([...items]);
      return new Promise((resolve, reject) => {
        ends.push((failure) =>
          failure ? reject(failure) : resolve(items.map((item) => `${item} done`)),
        );
      });
    },
  });
  return { send, batches, end: (index: number, failure?: Error) => ends[index]?.(failure) };
}

const NEVER = { maxDelayMs: 60_000, maxBatch: 500 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("gathered sends", () => {
  it("leave at once when nothing is under way", () => {
    const { send, batches } = line(NEVER);
    void send("a1");
    expect(batches, "before anything else can run").to.deep.equal([["a1"]]);
  });

  it("gather while one is under way, leave together when it ends, and each gets its own answer", async () => {
    const { send, batches, end } = line(NEVER);
    const first = send("a1");
    const others = [send("a2"), send("a3"), send("a4")];
    expect(batches).to.deep.equal([["a1"]]);
    end(0);
    expect(await first).to.equal("a1 done");
    await turn();
    expect(batches.slice(1)).to.deep.equal([["a2", "a3", "a4"]]);
    end(1);
    expect(await Promise.all(others)).to.deep.equal(["a2 done", "a3 done", "a4 done"]);
    void send("a5");
    expect(batches.at(-1), "idle again").to.deep.equal(["a5"]);
  });

  it("leave when so many are there, and no more than that together", () => {
    const { send, batches } = line({ ...NEVER, maxBatch: 2 });
    for (const item of ["a1", "a2", "a3", "a4"]) void send(item);
    expect(batches).to.deep.equal([["a1"], ["a2", "a3"]]);
  });

  it("leave when the first has waited long enough, whatever is under way", async () => {
    const { send, batches } = line({ ...NEVER, maxDelayMs: 5 });
    void send("a1");
    void send("a2");
    const began = performance.now();
    while (batches.length < 2 && performance.now() - began < 5_000) await turn();
    expect(batches).to.deep.equal([["a1"], ["a2"]]);
  });

  it("go together only under one bank quote", async () => {
    const { send, batches, end } = line(NEVER);
    void send("a1");
    for (const item of ["b1", "a2", "b2"]) void send(item);
    end(0);
    await turn();
    expect(batches.slice(1)).to.deep.equal([["b1", "b2"], ["a2"]]);
  });

  it("fail for each call of a batch that failed, and for no other", async () => {
    const { send, end } = line(NEVER);
    const first = send("a1");
    const others = [send("a2"), send("a3")].map((sent) =>
      sent.catch((error: Error) => error.message),
    );
    end(0);
    await first;
    await turn();
    end(1, new Error("refused"));
    expect(await Promise.all(others)).to.deep.equal(["refused", "refused"]);
  });
});

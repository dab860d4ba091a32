import { expect } from "chai";
import { createRefreshed } from "../../../server/relayer/services/refreshed.ts";

/** What is asked for is answered by hand, on a clock set by hand: read again after 200 ms, good for 1,000. */
function start() {
  const clock = { ms: 0 };
  const asked: PromiseWithResolvers<string>[] = [];
  const read = () => {
    const next = Promise.withResolvers<string>();
    asked.push(next);
    return next.promise;
  };
  const freshness = { againAfterMs: 200, goodForMs: 1_000 };
  return { clock, asked, get: createRefreshed(read, freshness, () => clock.ms) };
}

/** One whose first reading has been made at the time nil. */
async function startRead() {
  const started = start();
  const first = started.get();
  started.asked[0]?.resolve("first");
  await first;
  return started;
}

describe("a reading that is made again", () => {
  it("is made once for all who ask while there is none", async () => {
    const { asked, get } = start();
    const answers = [get(), get(), get()];
    expect(asked).to.have.lengthOf(1);
    asked[0]?.resolve("first");
    expect(await Promise.all(answers)).to.deep.equal(["first", "first", "first"]);
  });

  it("is not made again while it is young", async () => {
    const { asked, clock, get } = await startRead();
    clock.ms = 199;
    expect(await get()).to.equal("first");
    expect(asked).to.have.lengthOf(1);
  });

  it("answers at once while the next one is made, which is what counts from then on", async () => {
    const { asked, clock, get } = await startRead();
    clock.ms = 200;
    expect(await get()).to.equal("first");
    clock.ms = 999;
    expect(await get()).to.equal("first");
    expect(asked, "one at a time").to.have.lengthOf(2);
    asked[1]?.resolve("second");
    await new Promise(setImmediate);
    expect(await get()).to.equal("second");
  });

  it("is waited for once the last one is too old, and is as old as when it was begun", async () => {
    const { asked, clock, get } = await startRead();
    clock.ms = 1_000;
    const waited = get();
    asked[1]?.resolve("second");
    expect(await waited).to.equal("second");
    clock.ms = 1_199;
    expect(await get()).to.equal("second");
    expect(asked).to.have.lengthOf(2);
    clock.ms = 1_200;
    expect(await get()).to.equal("second");
    expect(asked).to.have.lengthOf(3);
  });

  it("fails for those who wait for it, unheard by those who do not, and is made anew", async () => {
    const { asked, clock, get } = await startRead();
    clock.ms = 500;
    expect(await get()).to.equal("first");
    clock.ms = 1_000;
    const waited = get();
    asked[1]?.reject(new Error("no database"));
    await waited.then(expect.fail, ({ message }) => expect(message).to.equal("no database"));
    const anew = get();
    asked[2]?.resolve("third");
    expect(await anew).to.equal("third");
  });
});

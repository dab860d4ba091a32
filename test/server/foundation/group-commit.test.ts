import { expect } from "chai";
import { createGroupCommit } from "../../../server/foundation/process/group-commit.ts";

describe("createGroupCommit", () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

  it("commits one alone at once, and together what comes while it is busy", async () => {
    const groups: number[][] = [];
    const commit = createGroupCommit(async (items: readonly number[]) => {
      groups.push([...items]);
      await pause();
      return items.map((item) => item * 10);
    }, 3);
    const results = await Promise.all([1, 2, 3, 4, 5].map(commit));
    expect(results).to.deep.equal([10, 20, 30, 40, 50]);
    expect(groups).to.deep.equal([[1], [2, 3, 4], [5]]);
    expect(await commit(6)).to.equal(60);
  });

  it("rejects the items of a group that fails, and goes on with the next", async () => {
    const commit = createGroupCommit(async (items: readonly number[]) => {
      await pause();
      if (items.includes(2)) throw new Error("this group fails");
      return items;
    }, 2);
    const ends = await Promise.allSettled([1, 2, 3, 4].map(commit));
    const statuses = ends.map(({ status }) => status);
    expect(statuses).to.deep.equal(["fulfilled", "rejected", "rejected", "fulfilled"]);
  });
});

import { expect } from "chai";
import { openDesk } from "../../scripts/demo/desk.ts";
import { formatTold } from "../../scripts/demo/format-told.ts";
import { STORIES } from "../../scripts/demo/stories.ts";
import { tellStory } from "../../scripts/demo/tell-story.ts";
import { startTestCorridor, type TestCorridor } from "../e2e/local-corridor.ts";

describe("a story of the demo", () => {
  let test: TestCorridor;
  before(async () => {
    test = await startTestCorridor();
  });
  after(() => test[Symbol.asyncDispose]());

  it("that ends otherwise than it must is not ok, and says what is wrong", async () => {
    await using desk = await openDesk(test.corridor);
    const closed = STORIES.find(({ name }) => name === "closed-account")!;
    const told = await tellStory(desk, { ...closed, ends: { state: "settled" } });
    expect(told.transfer.state).to.equal("rejected");
    expect(told.ok).to.equal(false);
    const text = formatTold(desk, told);
    expect(text).to.include("NOT SO: it ended rejected (AC04) at the wallet");
    expect(text).to.include("NOT SO: the recipient got the amount: 0 instead of");
    expect(text).not.to.include("every cent adds up");
  });

  it("that ends for another reason than it must is not ok, although every cent is found", async () => {
    await using desk = await openDesk(test.corridor);
    const closed = STORIES.find(({ name }) => name === "closed-account")!;
    const recipient = { name: "Rosa Ibáñez", phone: "+639180010009" };
    const ends = { state: "rejected" as const, reason: "AC06" };
    const told = await tellStory(desk, { ...closed, recipient, ends });
    expect(told.checks.every(({ holds }) => holds)).to.equal(true);
    expect(told.ok).to.equal(false);
    expect(formatTold(desk, told)).to.include("not rejected (AC06)");
  });
});

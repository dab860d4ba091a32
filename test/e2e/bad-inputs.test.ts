import { expect } from "chai";
import { problemSchema } from "../../protocol/wire/problem.ts";
import { PROBLEMS } from "../../protocol/wire/problem-catalogue.ts";
import { bodyRows, SURFACES } from "./bad-inputs/body-rows.ts";
import { HTTP_ROWS } from "./bad-inputs/http-rows.ts";
import { ORDER_ROWS } from "./bad-inputs/order-rows.ts";
import { QUOTE_ROWS } from "./bad-inputs/quote-rows.ts";
import type { RawAnswer } from "./bad-inputs/raw-http.ts";
import { type BadInput, openWorld, type World } from "./bad-inputs/world.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

/** A refusal is a problem document that helps, in every case. */
function expectProblem(answer: RawAnswer, { status, code }: BadInput): void {
  const told = `${answer.status} ${answer.text}`;
  expect(list(status), told).to.include(answer.status);
  expect(answer.headers["content-type"], told).to.match(/^application\/problem\+json/);
  const problem = problemSchema.parse(JSON.parse(answer.text));
  if (code !== undefined) expect(list(code), told).to.include(problem.code);
  expect(problem.status).to.equal(answer.status);
  expect(problem.instance).to.equal(answer.headers["x-request-id"]);
  const { retryable } = PROBLEMS[problem.code as keyof typeof PROBLEMS];
  expect(answer.headers["retry-after"] !== undefined, told).to.equal(retryable);
  expect(answer.headers["allow"] !== undefined, told).to.equal(answer.status === 405);
  expect(answer.text).not.to.match(/node_modules|\.ts:|<html|<!doctype/i);
}

describe("bad inputs", () => {
  let world: World;
  before(async () => {
    world = await openWorld(await sharedCorridor());
    await world.payer.quote({ ...world.pair, amount: { value: "10.00", currency: "HKD" } });
  });

  const check = (each: BadInput) => {
    const { input, status, code } = each;
    it(`${input}: ${list(status).join(" or ")} ${code === undefined ? "" : list(code).join(" or ")}`, async () => {
      const send = await each.prepare(world);
      const before = await world.snapshot();
      expectProblem(await send(), each);
      expect(await world.snapshot(), "nothing is stored").to.equal(before);
    });
  };
  for (const surface of SURFACES) {
    describe(`as a body to ${surface.name}`, () => {
      let others = "";
      before(async () => {
        others = await world.snapshotOfOthers();
      });
      bodyRows(surface).forEach(check);
      it("leave nothing at the bank and the receiving wallet", async () => {
        expect(await world.snapshotOfOthers()).to.equal(others);
      });
    });
  }
  describe("to the relayer, in a request for a quote", () => QUOTE_ROWS.forEach(check));
  describe("to the relayer, in an order or an id", () => ORDER_ROWS.forEach(check));
  describe("to the relayer, in the request around it", () => HTTP_ROWS.forEach(check));

  it("are refused in one text for unknown, closed and blocked recipients", async () => {
    const rows = QUOTE_ROWS.filter(({ code }) => code === "payee-unavailable");
    const texts = new Set<string>();
    for (const each of rows) {
      const { instance: _, ...rest } = JSON.parse((await (await each.prepare(world))()).text);
      texts.add(JSON.stringify(rest));
    }
    expect(rows).to.have.lengthOf(3);
    expect(texts.size).to.equal(1);
  });

  it("in twenty parallel orders that pass a limit only together: as many as fit are taken", async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => world.signedOrder()));
    const by = { by: "test", reason: "a limit for twenty orders" };
    const setLimit = (dailyMaximum: unknown) =>
      fetch(`${world.operationsUrl}/limits`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ corridor: world.test.id, dailyMaximum, ...by }),
      });
    expect((await setLimit({ value: "750.00", currency: "HKD" })).status).to.equal(200);
    const answers = await Promise.all(orders.map((order) => world.order(order)));
    const { limits } = await (await fetch(`${world.operationsUrl}/limits`)).json();
    await setLimit(null);
    // On a slow machine the first of them has its outcome before its answer is written.
    const isTaken = ({ status }: { status: number }) => status === 202 || status === 200;
    const taken = answers.filter(isTaken);
    expect(taken, "of HK$100 each").to.have.lengthOf(7);
    for (const answer of answers) {
      if (isTaken(answer)) continue;
      expectProblem(answer, { status: 422, code: "limit-exceeded" } as BadInput);
    }
    expect(limits[0].sentToday).to.deep.equal({ value: "700.00", currency: "HKD" });
  });
});

import { expect } from "chai";
import { creditManyLineSchema } from "../../../protocol/wire/participant.ts";
import { advanceChainTime, callChain } from "../../../server/local/chain-clock.ts";
import { eventually } from "../../e2e/eventually.ts";
import { startTestCorridor, type TestCorridor } from "../../e2e/local-corridor.ts";
import { newPair } from "../../e2e/people.ts";
import { createOwnRelayer, type OwnRelayer, type ReservedBatch } from "./own-relayer.ts";

describe("a receiving wallet, which trusts nothing that a relayer says", () => {
  let test: TestCorridor;
  let relayer: OwnRelayer;
  let phone: string;

  before(async () => {
    // It must not settle by itself while a test looks at what is reserved.
    test = await startTestCorridor({ settleWithinMs: 600_000 });
    relayer = await createOwnRelayer(test);
  });
  after(async () => {
    relayer[Symbol.dispose]();
    await test[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    phone = (await newPair(test)).recipient.phone;
  });

  const balance = async () => (await test.receiving.account(phone)).balance.value;

  async function reserved(changes = {}): Promise<ReservedBatch> {
    const quote = await relayer.askBank();
    const details = relayer.detailsFor(quote, phone, changes);
    return relayer.reserve(await relayer.prepare(quote, [details]));
  }

  /** Refused outright: no answer is signed and nothing is credited. */
  async function expectRefused(answer: { status: number; body: object }, code: string) {
    expect(answer.body).to.include({ code });
    expect(answer.status).to.be.at.least(400);
    expect(answer.body).not.to.have.property("outcomeSignature");
    expect(await balance()).to.equal("0.00");
  }

  it("answers many instructions on a line each, a good one and a bad one beside it", async () => {
    const [good, bad] = [await reserved(), await reserved()];
    const changed = { ...bad.instruction, items: good.instruction.items };
    const response = await fetch(`${test.corridor.walletUrl("island-wallet")}/credits`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        credits: [
          { batchId: good.batchId, instruction: good.instruction },
          { batchId: bad.batchId, instruction: changed },
        ],
      }),
    });
    expect(response.headers.get("content-type")).to.match(/^application\/x-ndjson/);
    const lines = (await response.text()).trimEnd().split("\n");
    const told = lines.map((line) => creditManyLineSchema.parse(JSON.parse(line)));
    const ofGood = told.find(({ batchId }) => batchId === good.batchId);
    const ofBad = told.find(({ batchId }) => batchId === bad.batchId);
    expect(ofGood).to.have.nested.property("answer.answers[0].status", "ACCC");
    expect(ofBad).to.have.nested.property("problem.code", "tree");
    const again = await relayer.credit(good.batchId, good.instruction);
    expect(again.body, "the same batch is answered the same").to.deep.equal(
      ofGood && "answer" in ofGood ? ofGood.answer : undefined,
    );
    expect(await balance()).to.equal("733.66");
  });

  it("credits what its own node shows reserved, and answers the same batch the same for ever", async () => {
    const { batchId, instruction, quote } = await reserved();
    const answers = await Promise.all([1, 2, 3].map(() => relayer.credit(batchId, instruction)));
    for (const { status, body } of answers) {
      expect(status).to.equal(200);
      expect(body).to.deep.equal(answers[0]?.body);
    }
    expect(answers[0]?.body.answers[0]?.status).to.equal("ACCC");
    expect(await balance()).to.equal(relayer.detailsFor(quote, phone).creditedAmount.value);
  });

  it("credits nothing that is not reserved on chain, whatever signatures it comes with", async () => {
    const quote = await relayer.askBank();
    const { batchId, instruction } = await relayer.prepare(quote, [
      relayer.detailsFor(quote, phone),
    ]);
    await expectRefused(await relayer.credit(batchId, instruction), "batch-not-reserved");
  });

  it("credits nothing under another id, other amounts, other details or another salt", async () => {
    const { batchId, instruction } = await reserved();
    const [item] = instruction.items;
    if (!item) throw new Error("a batch of one");
    const receiveMinor = (BigInt(item.receiveMinor) + 1n).toString();
    const elsewhere = { type: "mobile" as const, value: "+639170000009" };
    const lies = [
      [`0x${"ab".repeat(32)}`, instruction],
      [batchId, { ...instruction, items: [{ ...item, receiveMinor }] }],
      [batchId, { ...instruction, items: [{ ...item, salt: `0x${"00".repeat(32)}` }] }],
      [batchId, { ...instruction, items: [item, item] }],
      [
        batchId,
        {
          ...instruction,
          items: [
            {
              ...item,
              details: {
                ...item.details,
                creditor: { ...item.details.creditor, account: elsewhere },
              },
            },
          ],
        },
      ],
      [batchId, { ...instruction, quote: { ...instruction.quote, settleUntil: "99999999999" } }],
      [batchId, { ...instruction, batch: { ...instruction.batch, sendTotal: "1" } }],
    ] as const;
    for (const [id, lie] of lies) await expectRefused(await relayer.credit(id, lie), "tree");
  });

  const contradictions = [
    ["AM09", "another amount", { creditedAmount: { value: "999.00", currency: "PHP" } }],
    ["AM03", "another currency", { creditedAmount: { value: "100.00", currency: "HKD" } }],
    ["RC01", "another agent", { creditorAgent: "OTHRPHM0XXX" }],
    [
      "AC01",
      "an unknown account",
      { creditor: { name: "Nobody", account: { type: "mobile", value: "+639990000000" } } },
    ],
  ] as const;
  for (const [reason, what, changes] of contradictions) {
    it(`rejects details that name ${what} than the chain holds for it (${reason})`, async () => {
      const { batchId, instruction } = await reserved(changes);
      const { body } = await relayer.credit(batchId, instruction);
      expect(body.answers[0]).to.include({ status: "RJCT", reason });
      expect(body.rejections).to.equal(`0x0000${Buffer.from(reason).toString("hex")}`);
      expect(await balance()).to.equal("0.00");
    });
  }

  const statuses = [
    ["closed", "AC04"],
    ["blocked", "AC06"],
    ["over-limit", "AM02"],
  ] as const;
  for (const [status, reason] of statuses) {
    it(`rejects money for an account that is ${status} (${reason})`, async () => {
      await test.receiving.setStatus(phone, status);
      const { batchId, instruction } = await reserved();
      const { body } = await relayer.credit(batchId, instruction);
      expect(body.answers[0]).to.include({ status: "RJCT", reason });
      expect(await balance()).to.equal("0.00");
    });
  }

  it("answers for each item of a batch on its own", async () => {
    const quote = await relayer.askBank();
    const good = relayer.detailsFor(quote, phone);
    const unknown = relayer.detailsFor(quote, "+639990000000");
    const { batchId, instruction } = await relayer.reserve(
      await relayer.prepare(quote, [unknown, good, good]),
    );
    const { body } = await relayer.credit(batchId, instruction);
    const decided = body.answers.map(({ status, reason }) => reason ?? status);
    expect(decided, "the same UETR twice in one batch is a duplicate").to.deep.equal([
      "AC01",
      "ACCC",
      "AM05",
    ]);
    expect(await balance()).to.equal(good.creditedAmount.value);
  });

  it("credits a UETR once for ever: a second batch of it is a duplicate (AM05)", async () => {
    const first = await reserved();
    const [item] = first.instruction.items;
    const { body } = await relayer.credit(first.batchId, first.instruction);
    await relayer.settle(first, body);
    const once = await balance();
    const again = await reserved({ uetr: item?.details.uetr });
    const second = await relayer.credit(again.batchId, again.instruction);
    expect(second.body.answers[0]).to.include({ status: "RJCT", reason: "AM05" });
    expect(await balance()).to.equal(once);
  });

  it("settles a UETR again, once and without crediting again, when its first batch expired: make-good", async () => {
    const first = await reserved();
    const uetr = first.instruction.items[0]?.details.uetr;
    await relayer.credit(first.batchId, first.instruction);
    const once = await balance();
    await advanceChainTime(test.corridor.rpcUrl, 600);
    await relayer.expire(first);
    const again = [await reserved({ uetr }), await reserved({ uetr }), await reserved({ uetr })];
    const answers = await Promise.all(
      again.map(({ batchId, instruction }) => relayer.credit(batchId, instruction)),
    );
    const decided = answers.map(
      ({
        body: {
          answers: [only],
        },
      }) => only?.reason ?? only?.status,
    );
    expect(decided.toSorted(), "all at once").to.deep.equal(["ACCC", "AM05", "AM05"]);
    expect(await balance(), "credited once").to.equal(once);
    const made = decided.indexOf("ACCC");
    await relayer.settle(again[made]!, answers[made]!.body);
  });

  it("credits nothing when too little of the hold is left to settle in", async () => {
    const { batchId, instruction, quote } = await reserved();
    const block = (await callChain(test.corridor.rpcUrl, "eth_getBlockByNumber", [
      "latest",
      false,
    ])) as {
      timestamp: string;
    };
    const left = Number(quote.quote.settleUntil - BigInt(block.timestamp));
    await advanceChainTime(test.corridor.rpcUrl, left - 10);
    await expectRefused(await relayer.credit(batchId, instruction), "too-late");
  });

  it("settles what nobody settles, whatever is wrong with a batch that waits before it", async () => {
    const [broken, good] = [await reserved(), await reserved()];
    for (const each of [broken, good]) await relayer.credit(each.batchId, each.instruction);
    using db = relayer.openPayeesDatabase();
    const change = db.prepare(
      "update credit_batches set settle_due_ms = ?, instruction = ? where batch_id = ?",
    );
    db.exec("begin immediate");
    change.run(0, "{}", broken.batchId);
    change.run(1, JSON.stringify(good.instruction), good.batchId);
    db.exec("commit");
    const state = db.prepare("select chain_state as now from credit_batches where batch_id = ?");
    const settled = async () => state.get(good.batchId)?.["now"];
    await eventually(settled, (now) => now === "settled");
    expect(state.get(broken.batchId)).to.include({ now: "reserved" });
    change.run(Number.MAX_SAFE_INTEGER, JSON.stringify(broken.instruction), broken.batchId);
  });

  const recall = async (batch: ReservedBatch) => {
    const uetr = batch.instruction.items[0]?.details.uetr ?? "";
    const response = await fetch(`${test.corridor.walletUrl("island-wallet")}/recalls/${uetr}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ payer: batch.quote.quote.payer, reason: "CUST" }),
    });
    return response.json();
  };

  it("takes nothing from the recipient for a batch that expired, which nobody could return", async () => {
    const batch = await reserved();
    await relayer.credit(batch.batchId, batch.instruction);
    const credited = await balance();
    await advanceChainTime(test.corridor.rpcUrl, 600);
    await relayer.expire(batch);
    expect(await recall(batch)).to.deep.equal({ accepted: false, reason: "AGNT" });
    expect(await balance()).to.equal(credited);
  });

  it("takes nothing from the recipient when it is too late for the chain to return it", async () => {
    const batch = await reserved();
    const answer = await relayer.credit(batch.batchId, batch.instruction);
    await relayer.settle(batch, answer.body);
    const credited = await balance();
    const month = Number(batch.quote.quote.returnUntil - batch.quote.quote.settleUntil);
    await advanceChainTime(test.corridor.rpcUrl, month);
    expect(await recall(batch)).to.deep.equal({ accepted: false, reason: "AGNT" });
    expect(await balance()).to.equal(credited);
  });
});

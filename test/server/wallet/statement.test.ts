import { expect } from "chai";
import { eventually } from "../../e2e/eventually.ts";
import { startTestCorridor, type TestCorridor } from "../../e2e/local-corridor.ts";
import { newPair, pay } from "../../e2e/people.ts";

interface Statement {
  readonly opening: { readonly value: string; readonly currency: string };
  readonly closing: { readonly value: string };
  readonly items: readonly {
    readonly kind: string;
    readonly uetr: string;
    readonly batchId: string;
    readonly index: number;
    readonly amount: { readonly value: string; readonly currency: string };
    readonly bookedAt: string;
  }[];
}

const cents = ({ value }: { readonly value: string }) => BigInt(value.replace(".", ""));
const today = () => new Date().toISOString().slice(0, 10);

describe("a wallet's statement of the day", () => {
  let test: TestCorridor;
  before(async () => {
    test = await startTestCorridor();
  });
  after(() => test[Symbol.asyncDispose]());

  async function statement(side: "payer" | "payee", date = today()): Promise<Statement> {
    const id = test.corridor.plan.corridors[0]?.[side] ?? "";
    const response = await fetch(new URL(`/statements/${date}`, test.corridor.walletUrl(id)));
    return (await response.json()) as Statement;
  }

  it("names each transfer as both wallets, the relayer and the chain do, and adds up", async () => {
    const { uetr } = await pay(test, await newPair(test));
    const payment = await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "settled",
    );
    const sent = (await statement("payer")).items.filter((item) => item.uetr === uetr);
    const received = (await statement("payee")).items.filter((item) => item.uetr === uetr);
    expect(sent).to.have.length(1);
    expect(received).to.have.length(1);
    const { batchId } = payment;
    expect(sent[0]).to.deep.include({ kind: "payment", batchId, index: 0 });
    expect(sent[0]?.amount).to.deep.equal({ value: "1000.00", currency: "HKD" });
    expect(received[0]).to.deep.include({ kind: "credit", batchId, index: 0 });
    const { value, currency } = payment.receiveAmount;
    expect(received[0]?.amount).to.deep.equal({ value: `-${value}`, currency });
    for (const side of ["payer", "payee"] as const) {
      const { opening, items, closing } = await statement(side);
      const sum = items.reduce((total, { amount }) => total + cents(amount), 0n);
      expect(cents(opening) + sum).to.equal(cents(closing));
    }
  });

  it("shows what came back beside what was sent", async () => {
    const pair = await newPair(test);
    await test.receiving.misbehave({ staleDirectory: true });
    await test.receiving.setStatus(pair.recipient.phone, "closed");
    const { uetr } = await pay(test, pair);
    await test.receiving.misbehave({});
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "rejected",
    );
    const items = (await statement("payer")).items.filter((item) => item.uetr === uetr);
    expect(items.map(({ kind, amount }) => [kind, amount.value])).to.deep.equal([
      ["payment", "1000.00"],
      ["refund", "-1000.00"],
    ]);
    expect(new Set(items.map(({ batchId }) => batchId)).size).to.equal(1);
  });

  it("opens with what the day before closed with, and is empty on a day of nothing", async () => {
    const { closing } = await statement("payer");
    const later = await statement("payer", "2999-01-01");
    expect([later.opening.value, later.items]).to.deep.equal([closing.value, []]);
    expect((await statement("payer", "2001-01-01")).closing.value).to.equal("0.00");
  });

  it("refuses days that are none, other parameters and other methods", async () => {
    const url = test.corridor.walletUrl(test.corridor.plan.corridors[0]?.payer ?? "");
    const statusOf = async (path: string, method = "GET") => {
      const response = await fetch(`${url}${path}`, { method });
      return [response.status, response.headers.get("allow")];
    };
    expect(await statusOf("/statements/2024-13-01")).to.deep.equal([400, null]);
    expect(await statusOf(`/statements/${today()}?limit=1`)).to.deep.equal([400, null]);
    expect(await statusOf("/statements/2024-01-01", "DELETE")).to.deep.equal([405, "GET, HEAD"]);
    expect(await statusOf("/app/payments", "DELETE")).to.deep.equal([405, "GET, HEAD, POST"]);
    expect(await statusOf("/app/accounts", "GET")).to.deep.equal([405, "POST"]);
  });
});

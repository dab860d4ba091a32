import { readFileSync } from "node:fs";
import { expect } from "chai";
import { type CorridorId, loadCorridors } from "../../protocol/corridor.ts";
import { FileUnreadable, readRows } from "../../scripts/send/read-rows.ts";
import { createScreening } from "../../server/relayer/screening/create-screening.ts";

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const corridors = loadCorridors(JSON.parse(file("config/corridors.json").toString()));
const corridor = corridors.get("HKD-PHP:harbour-wallet:island-wallet" as CorridorId)!;
const HEADER = "recipient,name,amount,currency,side,reference";
const read = (...lines: string[]) => readRows(Buffer.from(lines.join("\n")), corridor);
const row = (cells: Partial<Record<string, string>> = {}) => {
  const good = {
    recipient: "+639171234567",
    name: "María Peñaflor",
    amount: "1000.00",
    currency: "HKD",
    side: "send",
    reference: "R-1",
  };
  return Object.values({ ...good, ...cells }).join(",");
};

describe("a remittance file", () => {
  it("is read with its line numbers, in UTF-8, with or without a byte order mark and carriage returns", () => {
    const { rows, bad } = read(
      `\uFEFF${HEADER}\r`,
      `${row()}\r`,
      "\r",
      `${row({ name: "陳美玲" })}\r`,
      "",
    );
    expect(bad).to.deep.equal([]);
    expect(rows.map(({ line, content }) => [line, content.name])).to.deep.equal([
      [2, "María Peñaflor"],
      [4, "陳美玲"],
    ]);
  });

  it("knows a row again by what it says, wherever it stands", () => {
    const [first] = read(HEADER, row()).rows;
    const later = read(HEADER, row({ reference: "R-0" }), row()).rows[1];
    expect(later?.requestId).to.equal(first?.requestId);
  });

  it("takes a row that stands twice as two payments", () => {
    const { rows } = read(HEADER, row(), row());
    expect(new Set(rows.map(({ requestId }) => requestId)).size).to.equal(2);
    expect(rows.map(({ occurrence }) => occurrence)).to.deep.equal([1, 2]);
  });

  it("takes rows that differ in any column as different payments", () => {
    const header = `${HEADER},message,purpose`;
    const changes = [
      {},
      { recipient: "+639171234568" },
      { name: "Maria Peñaflor" },
      { amount: "1000.01" },
      { currency: "PHP", side: "receive" },
      { reference: "R-2" },
    ].map((change) => `${row(change)},,`);
    const { rows } = read(header, ...changes, `${row()},Salamat,`, `${row()},,GIFT`);
    expect(new Set(rows.map(({ requestId }) => requestId)).size).to.equal(8);
  });

  it("reports each mistake with its line, its column and a code, and reads the rest", () => {
    const cases: [string, string, string | undefined][] = [
      [row({ recipient: "+85291234567" }), "account-format", "recipient"],
      [row({ name: "" }), "field-missing", "name"],
      [row({ name: "Ana\u202eoñeP" }), "invalid-string", "name"],
      [row({ name: "Ine\u0301s" }), "invalid-string", "name"],
      [row({ amount: "1000" }), "amount-scale", "amount"],
      [row({ amount: "1000.001" }), "amount-scale", "amount"],
      [row({ amount: "0.00" }), "amount-range", "amount"],
      [row({ amount: "-5.00" }), "amount-range", "amount"],
      [row({ amount: "1e3" }), "amount-format", "amount"],
      [row({ currency: "PHP" }), "currency", "currency"],
      [row({ side: "Send" }), "field-format", "side"],
      [row({ reference: "" }), "field-missing", "reference"],
      [row({ reference: "x".repeat(36) }), "invalid-string", "reference"],
      [`${row()},too many`, "field-format", undefined],
      ['+639171234567,"Zoë "Dizon,500.00,HKD,send,R-2', "field-format", undefined],
    ];
    const { rows, bad } = read(HEADER, ...cases.map(([line]) => line), row());
    expect(bad.map(({ line, code, column }) => [line, code, column])).to.deep.equal(
      cases.map(([, code, column], index) => [index + 2, code, column]),
    );
    expect(rows.map(({ line }) => line)).to.deep.equal([cases.length + 2]);
  });

  it("names the columns that are missing, unknown or twice", () => {
    const refuse = (header: string) => () => read(header, row());
    expect(refuse("recipient;name;amount")).to.throw(FileUnreadable, "recipient is missing");
    expect(refuse(`${HEADER},note`)).to.throw(FileUnreadable, '"note" is not known');
    expect(refuse(`${HEADER},name`)).to.throw(FileUnreadable, "name stands twice");
  });

  it("is refused as a whole when it is not UTF-8", () => {
    const latin1 = Buffer.from(`${HEADER}\n${row()}`, "latin1");
    expect(() => readRows(latin1, corridor)).to.throw(FileUnreadable, "UTF-8");
  });
});

describe("the example files", () => {
  it("hold 1,000 good rows: unique references, nobody on the sanctions list, names of many scripts", async () => {
    const { rows, bad } = readRows(file("examples/remittances.csv"), corridor);
    expect(bad).to.deep.equal([]);
    expect(rows).to.have.lengthOf(1_000);
    expect(new Set(rows.map(({ content }) => content.reference)).size).to.equal(1_000);
    const names = new Set(rows.map(({ content }) => content.name));
    const sdn = new URL("../../data/ofac/ofac_sdn.csv", import.meta.url);
    const alternatives = new URL("../../data/ofac/ofac_alt.csv", import.meta.url);
    const { clear } = await createScreening({ sdn, alternatives }).screen([...names]);
    expect(clear).to.equal(true);
    for (const script of [/ñ/, /é/, /\p{Script=Han}/u]) {
      expect(
        [...names].some((name) => script.test(name)),
        `${script}`,
      ).to.equal(true);
    }
    const received = rows.filter(({ content }) => content.side === "receive");
    expect(received.length).to.be.within(50, 200);
  });

  it("hold every kind of mistake that is found before anybody is asked", () => {
    const { rows, bad } = readRows(file("examples/with-mistakes.csv"), corridor);
    expect(rows.length + bad.length).to.equal(20);
    const codes = new Set(bad.map(({ code }) => code));
    expect([...codes].sort()).to.deep.equal([
      "account-format",
      "amount-format",
      "amount-range",
      "amount-scale",
      "currency",
      "field-format",
      "field-missing",
      "invalid-string",
      "purpose",
    ]);
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { eventually } from "../e2e/eventually.ts";
import { startTestCorridor, type TestCorridor } from "../e2e/local-corridor.ts";

const SEND = fileURLToPath(new URL("../../scripts/send.ts", import.meta.url));
const HEADER = "recipient,name,amount,currency,side,reference,message";
const NAMES = ["María Peñaflor", "José Núñez", "陳美玲", "Renée de Guzmán", '"Cruz, Ana"'];

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [SEND, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function run(...args: string[]): Promise<Ran> {
  const child = start(...args);
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
  const [code] = await once(child, "close");
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
  return { code, out: text(out), err: text(err) };
}

/** A good row, most with the send side fixed. */
function goodRow(prefix: string, index: number): string {
  const phone = `+63917555${String(index % 40).padStart(4, "0")}`;
  const name = NAMES[index % NAMES.length];
  const sum = index % 7 === 0 ? `${5_000 + index}.37,PHP,receive` : `${100 + index}.19,HKD,send`;
  return `${phone},${name},${sum},${prefix}-${index},Salamat po ñ`;
}

const goodRows = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => goodRow(prefix, index));

describe("npm run send", () => {
  let test: TestCorridor;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "send-test-"));
    test = await startTestCorridor({ blockTimeMs: 300 });
  });
  after(async () => {
    await test[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, lines: readonly string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${[HEADER, ...lines].join("\n")}\n`);
    return path;
  };
  const send = (path: string, ...args: string[]) =>
    run(path, "--directory", test.corridor.plan.directory, ...args);
  const resultsOf = (path: string): Record<string, string>[] =>
    parse(readFileSync(path.replace(".csv", ".results.csv")), { columns: true });

  it("sends each good row once, reports each bad one, and finds every sum equal", async () => {
    const rows = goodRows("FILE", 56);
    rows.splice(
      10,
      0,
      "+639175550000,Ana,12.345,HKD,send,BAD-1,",
      "+639175550000,Ana,1.00,HKD,send,BAD-2,",
    );
    rows.splice(30, 0, "+1555,Ana,12.00,HKD,send,BAD-3,", "+639175550000,Ana,12.00,HKD");
    const path = write("file.csv", rows);
    const { code, out, err } = await send(path);
    expect(err).to.equal("");
    expect(out).to.include("60 rows: 56 sent now");
    expect(out).to.include("0 had been sent before; 4 bad");
    expect(out).to.include("line 12: amount: HKD has 2 decimals");
    expect(out).to.match(/line 13: amount: .*between 10\.00 and 7999\.00 HKD.*\(limit-exceeded\)/);
    expect(out).to.match(/line 32: recipient: .*\(account-format\)/);
    expect(out).to.include("line 33: the line has 4 fields");
    expect(out).to.include("every good row credited exactly once (56 of 56)");
    expect(out).to.include("every sum equal to the cent in both currencies");
    expect(code).to.equal(0);
    const results = resultsOf(path);
    expect(results.map(({ line }) => line)).to.deep.equal(rows.map((_, index) => `${index + 2}`));
    const settled = results.filter(({ state }) => state === "settled");
    expect(new Set(settled.map(({ uetr }) => uetr)).size).to.equal(56);
    expect(
      results.filter(({ state }) => state === "refused").map(({ reason }) => reason),
    ).to.deep.equal(["amount-scale", "limit-exceeded", "account-format", "field-format"]);
    for (const { rate, confirmation_ms } of settled) {
      expect(rate).to.match(/^7\.3366/);
      expect(Number(confirmation_ms)).to.be.greaterThan(0);
    }
    const [bill, gift] = settled;
    expect(bill).to.include({
      receive_amount: "5000.37",
      receive_currency: "PHP",
      reference: "FILE-0",
    });
    expect(gift).to.include({ send_amount: "101.19", send_currency: "HKD", name: "José Núñez" });
    const { name } = await test.receiving.account("+639175550002");
    expect(name).to.equal("陳美玲");
  }).timeout(120_000);

  it("sends nothing twice when the file is run again, and only what was added", async () => {
    const rows = goodRows("AGAIN", 12);
    await send(write("again.csv", rows));
    const before = (await test.sending.payments()).length;
    const second = await send(write("again.csv", rows));
    expect(second.out).to.include("12 rows: 0 sent now; 12 had been sent before; 0 bad");
    expect(second.code).to.equal(0);
    expect(await test.sending.payments()).to.have.lengthOf(before);
    const third = await send(write("again.csv", [goodRow("ADDED", 1), ...rows]));
    expect(third.out).to.match(/13 rows: 1 sent now .*; 12 had been sent before/);
    expect(await test.sending.payments()).to.have.lengthOf(before + 1);
  }).timeout(120_000);

  it("is completed by the next run after it was killed in the middle", async () => {
    const path = write("killed.csv", goodRows("KILLED", 40));
    const before = (await test.sending.payments()).length;
    const child = start(path, "--directory", test.corridor.plan.directory, "--concurrency", "4");
    child.stdout?.resume();
    await eventually(
      () => test.sending.payments(),
      (payments) => payments.length >= before + 6,
      60_000,
    );
    child.kill("SIGKILL");
    await once(child, "close");
    expect(existsSync(join(folder, "killed.results.csv"))).to.equal(false);
    const { code, out } = await send(path);
    const [, now, earlier] =
      /40 rows: (\d+) sent now .*; (\d+) had been sent before; 0 bad/.exec(out) ?? [];
    expect(Number(earlier)).to.be.within(6, 39);
    expect(Number(now) + Number(earlier)).to.equal(40);
    expect(out).to.include("every good row credited exactly once (40 of 40)");
    expect(code).to.equal(0);
    expect(await test.sending.payments()).to.have.lengthOf(before + 40);
  }).timeout(120_000);

  it("refuses a file that it cannot read, and says why, with code 2", async () => {
    const missing = await send(join(folder, "nowhere.csv"));
    expect(missing).to.include({ code: 2, out: "" });
    const path = join(folder, "columns.csv");
    writeFileSync(path, "phone,amount\n+639175550000,12.00\n");
    const columns = await send(path);
    expect(columns.code).to.equal(2);
    expect(columns.err).to.include("recipient is missing");
  });
});

describe("npm run send where no corridor runs", () => {
  it("says how to start one, in one message, with code 2", async () => {
    const folder = mkdtempSync(join(tmpdir(), "send-test-"));
    const path = join(folder, "file.csv");
    writeFileSync(path, `${HEADER}\n`);
    const { code, out, err } = await run(path, "--directory", folder);
    rmSync(folder, { recursive: true });
    expect(code).to.equal(2);
    expect(out).to.equal("");
    expect(err).to.include("no corridor is running").and.to.include("npm start");
    expect(err).not.to.include("at ");
  });
});

import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
  type Corridor,
  CorridorFileError,
  type CorridorId,
  loadCorridors,
  loadParticipants,
  openCorridor,
  sendLimits,
} from "../../protocol/corridor.ts";
import { currencyOf } from "../../protocol/currency.ts";
import { parseAmount } from "../../protocol/money.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

const text = readFileSync(new URL("../../config/corridors.json", import.meta.url), "utf8");
const HKD_PHP = "HKD-PHP:harbour-wallet:island-wallet";

/** The shipped file with its first corridor changed. */
function changed(change: object): unknown {
  const file = JSON.parse(text);
  Object.assign(file.corridors[0], change);
  return file;
}

function corridor(id: string): Corridor {
  return openCorridor(loadCorridors(JSON.parse(text)), id);
}

describe("the shipped corridors", () => {
  it("join pairs of different scales, each between wallets of its own", () => {
    const corridors = [...loadCorridors(JSON.parse(text)).values()];
    const pairs = corridors.map((one) => `${one.sendCurrency}-${one.receiveCurrency}`);
    expect(pairs).to.include.members(["HKD-PHP", "EUR-JPY", "CNY-THB", "JPY-KRW"]);
    const scales = corridors.map((one) =>
      [one.sendCurrency, one.receiveCurrency].map((code) => currencyOf(code).scale).join(),
    );
    expect(scales).to.include.members(["2,2", "2,0", "0,0"]);
    const wallets = corridors.flatMap((one) => [one.payer, one.payee]);
    expect(new Set(wallets).size).to.equal(wallets.length);
  });

  it("keep Hong Kong's transfers below the sum from which remitters are identified", () => {
    const { maximum } = sendLimits(corridor(HKD_PHP));
    expect(maximum).to.equal(parseAmount("7999.00", "HKD"));
    expect(corridor(HKD_PHP).limits.basis).to.include("AMLO");
  });

  it("take mobile numbers of the receiving country and no others", () => {
    const form = new RegExp(corridor(HKD_PHP).payeeAccount.pattern);
    expect(form.test("+639171234567")).to.equal(true);
    const others = [
      "09171234567",
      "+85251234567",
      "+63917123456",
      "+6391712345678",
      "+639171234567\n",
    ];
    for (const other of others) expect(form.test(other)).to.equal(false);
  });

  it("name a wallet and a bank for each id", () => {
    const participants = loadParticipants(JSON.parse(text));
    const { payer, payee, banks } = corridor(HKD_PHP);
    expect(participants.get(payer)?.name).to.equal("Harbour Wallet");
    expect(participants.get(payee)?.country).to.equal("PH");
    expect(banks.map((bank) => participants.get(bank)?.kind)).to.deep.equal(["bank"]);
  });
});

describe("loadCorridors", () => {
  const contradictions: readonly [string, object, string][] = [
    ["an id that does not say the pair", { id: "HKD-PHP" }, `id must be ${HKD_PHP}`],
    ["a historic currency", { sendCurrency: "DEM" }, "historic"],
    ["one currency on both sides", { receiveCurrency: "HKD" }, "must differ"],
    ["a payer that is its own payee", { payee: "harbour-wallet" }, "must differ"],
    ["an unknown bank", { banks: ["other-bank"] }, "other-bank is no bank"],
    ["a bank as wallet", { banks: ["harbour-wallet"] }, "a wallet is no bank"],
    ["quotes that outlive the bank's", { wholesaleLifeSeconds: 30 }, "wholesaleLifeSeconds"],
    ["an unknown purpose", { purposes: ["FAMI"] }, "ISO 20022 purpose"],
    ["an unknown field", { feePercent: 1 }, "feePercent"],
    [
      "limits of another scale",
      { limits: { minimum: "1", maximum: "2", basis: "x" } },
      "limits must be",
    ],
    [
      "limits in the wrong order",
      { limits: { minimum: "2.00", maximum: "1.00", basis: "x" } },
      "limits must be",
    ],
    [
      "a broken account pattern",
      { payeeAccount: { proxyType: "mobile", countryPrefix: "+63", pattern: "^\\+63(" } },
      "regular expression",
    ],
    [
      "a pattern of another country",
      { payeeAccount: { proxyType: "mobile", countryPrefix: "+63", pattern: "^\\+84[0-9]{9}$" } },
      "country prefix",
    ],
  ];
  for (const [what, change, message] of contradictions) {
    it(`refuses ${what}`, () => {
      expect(() => loadCorridors(changed(change))).to.throw(CorridorFileError, message);
    });
  }

  it("refuses the same corridor or participant twice", () => {
    const file = JSON.parse(text);
    const twice = { ...file, corridors: [...file.corridors, file.corridors[0]] };
    expect(() => loadCorridors(twice)).to.throw(CorridorFileError, "two entries");
    const participants = [...file.participants, file.participants[0]];
    expect(() => loadCorridors({ ...file, participants })).to.throw(CorridorFileError, "two");
  });
});

describe("openCorridor", () => {
  it("lets nothing through an unknown or a closed corridor", () => {
    const closed = loadCorridors(changed({ status: "closed" }));
    expect(closed.get(HKD_PHP as CorridorId)?.status).to.equal("closed");
    expectProtocolError(() => openCorridor(closed, HKD_PHP), "corridor-closed");
    expectProtocolError(() => openCorridor(closed, "HKD-VND"), "corridor-closed");
  });
});

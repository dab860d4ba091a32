import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
  isCancellationReason,
  isCancellationRejection,
  isReturnReason,
  isStatusReason,
  reasonFromBytes4,
  reasonText,
  reasonToBytes4,
  returnReason,
  statusReason,
} from "../../protocol/reason-codes.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

function officialCodes(file: string): string[] {
  const url = new URL(`../../data/iso20022-codes/${file}.json`, import.meta.url);
  return Object.keys(JSON.parse(readFileSync(url, "utf8")).codes);
}

describe("reason codes", () => {
  it("reject with status reasons and return with return reasons, as the official sets list them", () => {
    const status = officialCodes("external_status_reason_code");
    const returns = officialCodes("external_return_reason_code");
    expect([status.length, returns.length]).to.deep.equal([301, 104]);
    expect(status.every(isStatusReason)).to.equal(true);
    expect(returns.every(isReturnReason)).to.equal(true);
    const both = status.filter(isReturnReason);
    expect(both).to.have.length(92);
  });

  it("refuse reasons to reject as reasons to return", () => {
    for (const code of ["FRAD", "AM13", "AM14", "AB05", "CH20", "AB03", "DU04", "BE22"]) {
      expect(statusReason(code)).to.equal(code);
      expect(isReturnReason(code)).to.equal(false);
      expectProtocolError(() => returnReason(code), "reason-code");
    }
    for (const code of ["FR01", "FOCR", "RR04", "AC04", "CUST"]) {
      expect(returnReason(code)).to.equal(code);
    }
  });

  it("keep requests for money back apart from their refusals", () => {
    expect(isCancellationReason("DUPL")).to.equal(true);
    expect(isCancellationRejection("LEGL")).to.equal(true);
    expect(isCancellationRejection("DUPL")).to.equal(false);
    expect(isReturnReason("LEGL")).to.equal(false);
  });

  it("say what a code means in a message, which may differ between messages", () => {
    expect(reasonText("pacs.002", "AC01")).not.to.equal(reasonText("pacs.004", "AC01"));
    expect(reasonText("camt.056", "CUST")).to.equal("Cancellation requested by the Debtor.");
    expectProtocolError(() => reasonText("pacs.004", "FRAD"), "reason-code");
    expectProtocolError(() => reasonText("pacs.002", "toString"), "reason-code");
  });

  it("travel as four bytes and come back", () => {
    expect(reasonToBytes4("AC04")).to.equal("0x41433034");
    for (const code of officialCodes("external_status_reason_code")) {
      expect(reasonFromBytes4(reasonToBytes4(code))).to.equal(code);
    }
  });

  it("refuse what is not four letters or digits, in either form", () => {
    for (const code of ["", "AC4", "AC041", "ac04", "AC0 ", "ÀC04"]) {
      expectProtocolError(() => reasonToBytes4(code), "reason-code");
    }
    for (const bytes of ["0x00000000", "0x4143303", "41433034", "0x4143303435", "0x61633034"]) {
      expectProtocolError(() => reasonFromBytes4(bytes), "reason-code");
    }
  });
});

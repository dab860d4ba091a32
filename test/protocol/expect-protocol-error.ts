import { expect } from "chai";
import { ProtocolError, type ProtocolErrorCode } from "../../protocol/errors.ts";

/** Runs what must be refused, checks the code, and hands the error on for further looks. */
export function expectProtocolError(act: () => unknown, code: ProtocolErrorCode): ProtocolError {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(error.code).to.equal(code);
    return error;
  }
  throw new Error(`expected a ProtocolError ${code}, but nothing was refused`);
}

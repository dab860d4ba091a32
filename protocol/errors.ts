/** Every way in which a value can break the protocol; a stable name that programs may switch on. */
export type ProtocolErrorCode =
  | "account-format"
  | "amount-format"
  | "amount-not-string"
  | "amount-range"
  | "amount-scale"
  | "audit"
  | "commitment"
  | "consent-invalid"
  | "corridor-closed"
  | "currency"
  | "fee"
  | "invalid-string"
  | "limit-exceeded"
  | "quote"
  | "rate"
  | "reason-code"
  | "rejections"
  | "same-party"
  | "transition"
  | "tree";

/** What a thrower may add to help the caller mend its input. */
export interface ProtocolErrorHints {
  /** The input field at fault, as the caller named it. */
  field?: string;
  /** What would be accepted instead. */
  remedy?: string;
}

/**
 * A value breaks a rule that every party computes alike. Carries no personal data: messages quote
 * codes, sums and positions, never names, accounts or texts, so they may be logged and answered.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;
  readonly field?: string;
  readonly remedy?: string;

  constructor(code: ProtocolErrorCode, message: string, hints: ProtocolErrorHints = {}) {
    super(message);
    this.code = code;
    if (hints.field !== undefined) this.field = hints.field;
    if (hints.remedy !== undefined) this.remedy = hints.remedy;
  }
}

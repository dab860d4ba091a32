import { ProtocolError } from "./errors.ts";

/**
 * What no text of a payment may hold: C0/C1 controls, bidirectional marks, zero-width characters and the
 * byte-order mark. Each has been used to show one name and hash another.
 */
const FORBIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/**
 * Refuses text that could be read differently by two parties: not NFC, lone surrogates, invisible or
 * direction-changing characters. It never repairs: what is hashed is what was received.
 */
export function assertPlainText(text: string, field: string): void {
  const reason = !text.isWellFormed()
    ? "holds a lone surrogate"
    : text.normalize("NFC") !== text
      ? "is not in Unicode normalisation form C"
      : FORBIDDEN.test(text)
        ? "holds a control, invisible or direction-changing character"
        : undefined;
  if (reason) {
    throw new ProtocolError("invalid-string", `${field} ${reason}`, {
      field,
      remedy: "send NFC text without control, zero-width or bidirectional characters",
    });
  }
}

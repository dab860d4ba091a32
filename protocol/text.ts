import { ProtocolError } from "./errors.ts";

/**
 * What no text of a payment may hold: control characters (Cc) and format characters (Cf: bidirectional marks,
 * zero-width characters, the byte-order mark). Each has been used to show one name and hash another.
 */
const FORBIDDEN = /[\p{Cc}\p{Cf}]/u;

/** Printable ASCII is all of it: most text needs no closer look. */
const PRINTABLE = /^[ -~]*$/;

/** What two parties could read differently in a text, or undefined. */
function flawOf(text: string): string | undefined {
  if (PRINTABLE.test(text)) return undefined;
  if (!text.isWellFormed()) return "holds a lone surrogate";
  if (text.normalize("NFC") !== text) return "is not in Unicode normalisation form C";
  return FORBIDDEN.test(text)
    ? "holds a control, invisible or direction-changing character"
    : undefined;
}

/** Whether a text is read in one way only. */
export const isPlainText = (text: string): boolean => flawOf(text) === undefined;

/**
 * Refuses text that could be read differently by two parties: not NFC, lone surrogates, invisible or
 * direction-changing characters. It never repairs: what is hashed is what was received.
 */
export function assertPlainText(text: string, field: string): void {
  const reason = flawOf(text);
  if (reason) {
    throw new ProtocolError("invalid-string", `${field} ${reason}`, {
      field,
      remedy: "send NFC text without control, zero-width or bidirectional characters",
    });
  }
}

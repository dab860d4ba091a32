import type { Brand } from "./brand.ts";
import {
  cancellationReasons,
  cancellationRejections,
  returnReasons,
  statusReasons,
} from "./data/reason-codes.ts";
import { ProtocolError } from "./errors.ts";

/** Why a transfer was rejected: a code of a payment status report (pacs.002). */
export type StatusReason = Brand<string, "StatusReason">;
/** Why settled money came back: a code of a payment return (pacs.004). */
export type ReturnReason = Brand<string, "ReturnReason">;
/** Why somebody asks for money back: a code of a cancellation request (camt.056). */
export type CancellationReason = Brand<string, "CancellationReason">;
/** Why such a request is refused: a code of a resolution of investigation (camt.029). */
export type CancellationRejection = Brand<string, "CancellationRejection">;
/** A reason as it travels on chain: its four ASCII letters as bytes4, "0x41433034" for AC04. */
export type ReasonBytes4 = Brand<`0x${string}`, "ReasonBytes4">;

/** The messages that carry a reason; the same code can mean different things in two of them. */
export type ReasonMessage = "pacs.002" | "pacs.004" | "camt.056" | "camt.029";

const texts: Readonly<Record<ReasonMessage, ReadonlyMap<string, string>>> = {
  "pacs.002": new Map(Object.entries(statusReasons)),
  "pacs.004": new Map(Object.entries(returnReasons)),
  "camt.056": new Map(Object.entries(cancellationReasons)),
  "camt.029": new Map(Object.entries(cancellationRejections)),
};
const CODE = /^[A-Z0-9]{4}$/;
const BYTES4 = /^0x[0-9a-f]{8}$/;

/** Whether a code may reject a transfer (ISO 20022 ExternalStatusReason1Code). */
export function isStatusReason(code: string): code is StatusReason {
  return texts["pacs.002"].has(code);
}

/**
 * Whether a code may return settled money (ISO 20022 ExternalReturnReason1Code). Several reasons to
 * reject are not reasons to return: a fraud return is FR01 and not FRAD.
 */
export function isReturnReason(code: string): code is ReturnReason {
  return texts["pacs.004"].has(code);
}

/** Whether a code may ask for money back (ISO 20022 ExternalCancellationReason1Code). */
export function isCancellationReason(code: string): code is CancellationReason {
  return texts["camt.056"].has(code);
}

/** Whether a code may refuse such a request (ExternalPaymentCancellationRejection1Code). */
export function isCancellationRejection(code: string): code is CancellationRejection {
  return texts["camt.029"].has(code);
}

/** The code as a reason to reject. @throws ProtocolError `reason-code`. */
export function statusReason(code: string): StatusReason {
  if (isStatusReason(code)) return code;
  throw unknownReason("pacs.002");
}

/** The code as a reason to return. @throws ProtocolError `reason-code`. */
export function returnReason(code: string): ReturnReason {
  if (isReturnReason(code)) return code;
  throw unknownReason("pacs.004");
}

/**
 * What ISO 20022 says that a code means in a message.
 * @throws ProtocolError `reason-code` if that message knows no such code.
 */
export function reasonText(message: ReasonMessage, code: string): string {
  const text = texts[message].get(code);
  if (text === undefined) throw unknownReason(message);
  return text;
}

/**
 * A reason as the contract takes it. @throws ProtocolError `reason-code` if it is no four
 * upper-case letters and digits.
 */
export function reasonToBytes4(code: string): ReasonBytes4 {
  if (!CODE.test(code)) throw malformedReason();
  const hex = Array.from(code, (letter) => letter.charCodeAt(0).toString(16)).join("");
  return `0x${hex}` as ReasonBytes4;
}

/**
 * A reason as the chain stated it, the inverse of `reasonToBytes4`. It may be unknown: the chain
 * checks no code list. @throws ProtocolError `reason-code` if it is no four letters and digits.
 */
export function reasonFromBytes4(bytes: string): string {
  if (!BYTES4.test(bytes)) throw malformedReason();
  const pairs = bytes.slice(2).match(/../g) ?? [];
  const code = pairs.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join("");
  if (!CODE.test(code)) throw malformedReason();
  return code;
}

function unknownReason(message: ReasonMessage): ProtocolError {
  return new ProtocolError("reason-code", `Not a reason code of ${message}`, {
    remedy: `use a code of the ISO 20022 external code set of ${message}`,
  });
}

function malformedReason(): ProtocolError {
  return new ProtocolError("reason-code", "A reason is four upper-case letters or digits");
}

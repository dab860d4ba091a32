import type { CorridorErrorName } from "./contract-errors.ts";
import { type StatusReason, statusReason } from "./reason-codes.ts";

/** How a transfer's chain call was refused: by the contract, for want of gas, or by something that is not ours. */
export type RefusalName = CorridorErrorName | "OutOfGas" | "Unknown";

/**
 * The one table from the contract's error to the reason that everybody is told: API, webhook, event stream, audit log
 * and the rows of a CSV file all carry this code (ISO 20022 ExternalStatusReason1Code, pacs.002). An error that is new
 * in the contract does not compile until it stands here.
 */
const REASONS: Readonly<Record<RefusalName, string>> = {
  // Money and limits
  InsufficientPosition: "AM04",
  AboveMaxPerTransfer: "AM02",
  BucketExhausted: "AM14",
  QuoteExhausted: "AM13",
  AmountZero: "AM01",
  AmountsOutOfBounds: "AM12",
  RateZero: "AM12",
  RateNotHonoured: "AM09",
  TokenMovedOtherAmount: "AM09",
  SendTotalMismatch: "AM10",
  CountOutOfBounds: "AM18",
  CountMismatch: "AM19",
  TokensNotDistinct: "AM11",
  TokenWithoutCode: "AM11",
  TokenNotRegistered: "AM11",
  TokenAlreadyRegistered: "AM11",
  // Parties
  CannotSend: "AC06",
  CannotReceive: "AC06",
  NotActive: "AC06",
  NotAdmitted: "DNOR",
  PartiesNotDistinct: "AG01",
  AccountZero: "AC01",
  TokenRefusesCorridor: "AG03",
  SignatureInvalid: "DS0H",
  SignerZero: "DS0D",
  SignerInUse: "DS0D",
  // Time
  QuoteLapsed: "TM01",
  SettleUntilOutOfBounds: "DT01",
  ReturnUntilOutOfBounds: "DT01",
  SettlementClosed: "AB03",
  SettlementStillOpen: "AB03",
  ReturnClosed: "TM01",
  // What was said does not hold together
  QuoteHashMismatch: "FF01",
  RootMismatch: "FF01",
  CommitmentZero: "FF01",
  ProofCountMismatch: "FF01",
  InvalidProof: "FF01",
  IndexOutOfBounds: "FF01",
  ReturnReasonMissing: "FF01",
  // Done before, or not yet
  BatchAlreadyReserved: "AM05",
  TransferAlreadyReturned: "AM05",
  BatchNotReserved: "ED05",
  BatchNotSettled: "ED05",
  TransferNotSettled: "ED05",
  // The rail itself
  EnforcedPause: "AB04",
  AlreadyAdmitted: "ED05",
  AlreadyActive: "ED05",
  LimitWindowZero: "ED05",
  HoldBoundsInvalid: "ED05",
  OutOfGas: "FF10",
  Unknown: "MS03",
};

const isRefusal = (name: string): name is RefusalName => Object.hasOwn(REASONS, name);

/** Nothing refused it, and its time ran out before it was held on chain. */
const NOT_HELD_IN_TIME = "AB01";
/** It was held, and the payee did not answer in time. */
const PAYEE_SILENT = "AB05";

/** The reason for a refusal; that of a clearing timeout for what is no refusal. */
export function reasonOfRefusal(name: string | null): StatusReason {
  return statusReason(name !== null && isRefusal(name) ? REASONS[name] : NOT_HELD_IN_TIME);
}

/** The reason why a transfer that was held has expired: its payee has not answered. */
export const payeeSilentReason = () => statusReason(PAYEE_SILENT);

/** The whole table, for whoever publishes it. */
export function refusalTable(): ReadonlyMap<RefusalName, StatusReason> {
  return new Map(
    Object.entries(REASONS).map(([name, code]) => [name as RefusalName, statusReason(code)]),
  );
}

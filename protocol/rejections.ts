import { dataLength, dataSlice, getNumber, keccak256, toBeHex, toUtf8String } from "ethers";
import { MAX_COUNT } from "./batch-tree.ts";
import { ProtocolError } from "./errors.ts";
import { reasonToBytes4 } from "./reason-codes.ts";

/** One refused transfer of a batch and the ISO 20022 status reason for it. */
export interface Rejection {
  readonly index: number;
  readonly reason: string;
}

const ITEM_BYTES = 6;

function refuse(message: string): never {
  throw new ProtocolError("rejections", message, {
    field: "rejections",
    remedy: "list each refused index once, ascending, with its four-character reason",
  });
}

/** Packs rejections as signed and as the contract reads them: 6 bytes each, index ‖ reason, ascending. */
export function packRejections(rejections: readonly Rejection[]): string {
  let packed = "0x";
  let previous = -1;
  for (const { index, reason } of rejections) {
    if (index <= previous || index >= MAX_COUNT) refuse(`index ${index} is out of order`);
    if (!/^[A-Z0-9]{4}$/.test(reason)) refuse(`${reason} is not a reason code`);
    packed += toBeHex(index, 2).slice(2) + reasonToBytes4(reason).slice(2);
    previous = index;
  }
  return packed;
}

/** The inverse of `packRejections`; throws `rejections` on anything it would not have made. */
export function unpackRejections(packed: string): Rejection[] {
  const size = dataLength(packed);
  if (size % ITEM_BYTES !== 0) refuse("the packed list is cut short");
  const rejections: Rejection[] = [];
  for (let at = 0; at < size; at += ITEM_BYTES) {
    rejections.push({
      index: getNumber(dataSlice(packed, at, at + 2)),
      reason: toUtf8String(dataSlice(packed, at + 2, at + ITEM_BYTES)),
    });
  }
  packRejections(rejections);
  return rejections;
}

/** What an Outcome names; no rejections is keccak256 of nothing. */
export function rejectionsHashOf(rejections: readonly Rejection[]): string {
  return keccak256(packRejections(rejections));
}

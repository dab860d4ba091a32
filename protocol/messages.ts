import { TypedDataEncoder, type TypedDataField } from "ethers";
import type { Brand } from "./brand.ts";
import type { MinorUnits } from "./money.ts";
import type { Rate } from "./rate.ts";
import { structHasher } from "./struct-hash.ts";

/** The EIP-712 digest of a Batch: the batch's name on chain and off. */
export type BatchId = Brand<string, "BatchId">;
/** The EIP-712 digest of a Quote. */
export type QuoteHash = Brand<string, "QuoteHash">;
/** A party's account on chain, checksummed. */
export type Address = Brand<string, "Address">;
/** 65 bytes r ‖ s ‖ v, low-s. */
export type Signature = Brand<string, "Signature">;

/** Which deployment a message is for. Every party pins its own; none is taken from a request. */
export interface Deployment {
  readonly chainId: bigint;
  readonly corridor: Address;
}

/** The bank's promise: this rate, up to this much, until then. Times are Unix seconds of the chain's clock. */
export interface Quote {
  readonly bank: Address;
  readonly payer: Address;
  readonly payee: Address;
  readonly sendToken: Address;
  readonly receiveToken: Address;
  /** Receive-minor-units per send-minor-unit x 1e12. */
  readonly rate: Rate;
  /** The most that may be reserved under this quote, in send minor units. */
  readonly maxSend: MinorUnits;
  readonly validUntil: bigint;
  readonly settleUntil: bigint;
  readonly returnUntil: bigint;
  readonly salt: bigint;
}

/** The payer's order: move these sums under that quote. */
export interface Batch {
  readonly root: string;
  readonly quoteHash: QuoteHash;
  readonly sendTotal: MinorUnits;
  readonly count: number;
}

/** The payee's receipt: I answer for all of these but the listed ones. */
export interface Outcome {
  readonly batchId: BatchId;
  readonly rejectionsHash: string;
}

/** The payee's order to give one settled transfer back. */
export interface Return {
  readonly batchId: BatchId;
  readonly index: number;
  /** An ISO 20022 return reason as four ASCII bytes. */
  readonly reason: string;
}

const field = (declaration: string): TypedDataField => {
  const [type = "", name = ""] = declaration.split(" ");
  return { type, name };
};

/** The message types, as signed. The contract's CorridorHash.sol states the same strings. */
export const MESSAGE_TYPES = {
  Quote: [
    "address bank",
    "address payer",
    "address payee",
    "address sendToken",
    "address receiveToken",
    "uint64 rate",
    "uint96 maxSend",
    "uint48 validUntil",
    "uint48 settleUntil",
    "uint48 returnUntil",
    "uint256 salt",
  ].map(field),
  Batch: ["bytes32 root", "bytes32 quoteHash", "uint96 sendTotal", "uint16 count"].map(field),
  Outcome: ["bytes32 batchId", "bytes32 rejectionsHash"].map(field),
  Return: ["bytes32 batchId", "uint16 index", "bytes4 reason"].map(field),
};

const hashers = {
  Quote: structHasher("Quote", MESSAGE_TYPES.Quote),
  Batch: structHasher("Batch", MESSAGE_TYPES.Batch),
  Outcome: structHasher("Outcome", MESSAGE_TYPES.Outcome),
  Return: structHasher("Return", MESSAGE_TYPES.Return),
};

/** The EIP-712 domain of a deployment. */
export function domainOf(deployment: Deployment) {
  return {
    name: "Corridor",
    version: "1",
    chainId: deployment.chainId,
    verifyingContract: deployment.corridor,
  };
}

const domainHashes = new Map<string, string>();

function domainHashOf(deployment: Deployment): string {
  const key = `${deployment.chainId}:${deployment.corridor}`;
  let hash = domainHashes.get(key);
  if (hash === undefined) {
    hash = TypedDataEncoder.hashDomain(domainOf(deployment));
    domainHashes.set(key, hash);
  }
  return hash;
}

/** The digest that the bank signs, and that a Batch names. */
export function quoteHashOf(deployment: Deployment, quote: Quote): QuoteHash {
  return hashers.Quote(domainHashOf(deployment), { ...quote }) as QuoteHash;
}

/** The digest that the payer signs: the batch's id everywhere. */
export function batchIdOf(deployment: Deployment, batch: Batch): BatchId {
  return hashers.Batch(domainHashOf(deployment), { ...batch }) as BatchId;
}

/** The digest that the payee signs once it has credited. */
export function outcomeDigestOf(deployment: Deployment, outcome: Outcome): string {
  return hashers.Outcome(domainHashOf(deployment), { ...outcome });
}

/** The digest that the payee signs to give one transfer back. */
export function returnDigestOf(deployment: Deployment, message: Return): string {
  return hashers.Return(domainHashOf(deployment), { ...message });
}

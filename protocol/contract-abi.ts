import { Interface } from "ethers";
import { CORRIDOR_ERRORS } from "./contract-errors.ts";

const QUOTE =
  "tuple(address bank, address payer, address payee, address sendToken, address receiveToken, uint64 rate, uint96 maxSend, uint48 validUntil, uint48 settleUntil, uint48 returnUntil, uint256 salt)";
const BATCH = "tuple(bytes32 root, bytes32 quoteHash, uint96 sendTotal, uint16 count)";
const INSTRUCTION = "tuple(bytes32 commitment, uint256 amounts)";
const PROOF = `tuple(${INSTRUCTION} instruction, bytes32[] siblings)`;

/**
 * The part of the contracts that services and wallets call. Kept here rather than read from compiler output, so
 * that the SDK carries no build; a test holds every line against the compiled contracts.
 */
export const corridorAbi = new Interface([
  `function reserve(${QUOTE} quote, bytes quoteSignature, ${BATCH} batch, bytes batchSignature, ${INSTRUCTION}[] instructions)`,
  `function settle(${QUOTE} quote, ${BATCH} batch, bytes rejections, ${PROOF}[] proofs, bytes outcomeSignature)`,
  `function settleWithList(${QUOTE} quote, ${BATCH} batch, ${INSTRUCTION}[] instructions, bytes rejections, bytes outcomeSignature)`,
  `function expire(${QUOTE} quote, ${BATCH} batch)`,
  `function returnTransfer(${QUOTE} quote, ${BATCH} batch, uint16 index, ${INSTRUCTION} instruction, bytes32[] siblings, bytes4 reason, bytes returnSignature)`,
  `function statusOf(${BATCH} batch, uint16 index, ${INSTRUCTION} instruction, bytes32[] siblings) view returns (uint8)`,
  "function batchStatusOf(bytes32 batchId) view returns (uint8 status, uint48 settleUntil, uint96 sendHeld, uint96 receiveHeld)",
  "function quoteUsed(bytes32 quoteHash) view returns (uint96)",
  "function positionOf(address token, address account) view returns (uint256)",
  "function signerOf(address account) view returns (address)",
  "function deposit(address token, uint256 amount)",
  "function withdraw(address token, uint256 amount)",
  "function setSigner(address signer)",
  `event BatchReserved(bytes32 indexed batchId, address indexed payer, address indexed payee, bytes32 quoteHash, ${INSTRUCTION}[] instructions)`,
  "event BatchSettled(bytes32 indexed batchId, uint96 sendSettled, uint96 receiveSettled, uint16 rejectedCount)",
  "event BatchExpired(bytes32 indexed batchId)",
  "event TransferRejected(bytes32 indexed batchId, uint16 indexed index, bytes4 reason)",
  "event TransferReturned(bytes32 indexed batchId, uint16 indexed index, bytes4 reason, uint96 sendAmount, uint96 receiveAmount)",
  "event Deposited(address indexed token, address indexed account, uint256 amount)",
  "event Withdrawn(address indexed token, address indexed account, uint256 amount)",
  "event SignerSet(address indexed account, address signer)",
  ...CORRIDOR_ERRORS,
]);

/** Relay.sol: many corridor calls in one chain transaction. */
export const relayAbi = new Interface([
  `function relay(${QUOTE}[] quotes, tuple(uint32 gasLimit, uint16 quote, bytes data)[] calls)`,
  "event CallFailed(uint256 indexed index, bytes4 selector, bytes reason)",
]);

/** TokenisedDeposit.sol: a bank's deposit in one currency. */
export const depositAbi = new Interface([
  "function issue(address to, uint256 amount, bytes32 fundingId)",
  "function redeem(uint256 amount, bytes32 redemptionId)",
  "function approve(address spender, uint256 value) returns (bool)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function balanceOf(address account) view returns (uint256)",
  "function totalSupply() view returns (uint256)",
  "function decimals() view returns (uint8)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event Issued(address indexed to, uint256 amount, bytes32 indexed fundingId)",
  "event Redeemed(address indexed from, uint256 amount, bytes32 indexed redemptionId)",
]);

/** A batch's status on chain, in the contract's order. */
export const BATCH_STATUSES = ["None", "Reserved", "Settled", "Expired"] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** A transfer's status on chain, in the contract's order. */
export const CHAIN_TRANSFER_STATUSES = [
  "None",
  "Reserved",
  "Settled",
  "Rejected",
  "Returned",
  "Expired",
] as const;
export type ChainTransferStatus = (typeof CHAIN_TRANSFER_STATUSES)[number];

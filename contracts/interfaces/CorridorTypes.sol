// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Amounts} from "../libraries/Amounts.sol";

/// @notice A bank's signed promise: this rate, up to this much, for these parties, until these clocks.
/// @param bank The liquidity provider: receives the send token, pays the receive token. Signs the quote.
/// @param payer The participant whose send-token position pays.
/// @param payee The participant whose receive-token position is paid.
/// @param sendToken The tokenised deposit the payer gives.
/// @param receiveToken The tokenised deposit the payee gets.
/// @param rate Receive minor units per send minor unit, times 1e12.
/// @param maxSend The most that may be reserved under this quote, in send minor units, over all batches.
/// @param validUntil Batches are reserved strictly before this second.
/// @param settleUntil Batches are settled strictly before this second, and expire from it.
/// @param returnUntil Settled transfers are returned at this rate strictly before this second.
/// @param salt Makes two otherwise equal quotes different.
struct Quote {
    address bank;
    address payer;
    address payee;
    address sendToken;
    address receiveToken;
    uint64 rate;
    uint96 maxSend;
    uint48 validUntil;
    uint48 settleUntil;
    uint48 returnUntil;
    uint256 salt;
}

/// @notice A payer's signed order: move these sums under that quote.
/// @param root Root of the tree over the instructions (see BatchTree).
/// @param quoteHash EIP-712 digest of the quote.
/// @param sendTotal Sum of the send amounts, in minor units (ISO 20022 CtrlSum).
/// @param count Number of instructions, 1 to 500 (ISO 20022 NbOfTxs).
struct Batch {
    bytes32 root;
    bytes32 quoteHash;
    uint96 sendTotal;
    uint16 count;
}

/// @notice One transfer of a batch.
/// @param commitment Salted hash of the payment details, which stay off chain.
/// @param amounts What is sent and what is received.
struct Instruction {
    bytes32 commitment;
    Amounts amounts;
}

/// @notice Shows the amounts of one rejected transfer.
/// @param instruction The rejected instruction.
/// @param siblings Its Merkle path to the batch's root, from the leaf upwards.
struct RejectionProof {
    Instruction instruction;
    bytes32[] siblings;
}

/// @notice What a payer may reserve in one token.
/// @param maxPerTransfer The most one transfer may send, in minor units; 0 stops the payer.
/// @param bucketCapacity What may be reserved at once from a full bucket, in minor units; 0 stops the payer.
/// @param windowSeconds Time in which an empty bucket fills again, above 0. Within any window at most twice the
/// capacity is reserved.
struct Limit {
    uint96 maxPerTransfer;
    uint96 bucketCapacity;
    uint48 windowSeconds;
}

/// @notice Where a batch stands. It leaves Reserved exactly once.
enum BatchStatus {
    None,
    Reserved,
    Settled,
    Expired
}

/// @notice Where one transfer of a batch stands.
enum TransferStatus {
    None,
    Reserved,
    Settled,
    Rejected,
    Returned,
    Expired
}

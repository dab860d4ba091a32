// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchStatus} from "../interfaces/CorridorTypes.sol";

/// @notice All the corridor stores of a batch in one word, from the low bits up: status (8 bits), settleUntil (48),
/// receiveHeld (96), sendHeld (96). Everything else is supplied again by the caller and checked by its hash.
/// @dev Packed by hand because the compiler writes a struct of this shape in two steps, at 300 gas per transfer.
type BatchRecord is uint256;

using {statusOf, settleUntilOf, receiveHeldOf, sendHeldOf} for BatchRecord global;

/// @notice Makes a record; each part fits its bits by its type.
/// @param status Where the batch stands.
/// @param settleUntil The quote's, in Unix seconds.
/// @param sendHeld Held of the payer, in send minor units.
/// @param receiveHeld Held of the bank, in receive minor units.
/// @return All four in one word.
function packRecord(
    BatchStatus status,
    uint48 settleUntil,
    uint96 sendHeld,
    uint96 receiveHeld
) pure returns (BatchRecord) {
    return
        BatchRecord.wrap(
            (uint256(sendHeld) << 152) | (uint256(receiveHeld) << 56) | (uint256(settleUntil) << 8) | uint256(status)
        );
}

/// @notice Where the batch stands.
/// @param record The batch's record.
/// @return None for the empty word.
function statusOf(BatchRecord record) pure returns (BatchStatus) {
    return BatchStatus(uint8(BatchRecord.unwrap(record)));
}

/// @notice The quote's `settleUntil`, in Unix seconds.
/// @param record The batch's record.
/// @return Unix seconds, 0 if it was never reserved.
function settleUntilOf(BatchRecord record) pure returns (uint48) {
    return uint48(BatchRecord.unwrap(record) >> 8);
}

/// @notice Held of the bank, in receive minor units.
/// @param record The batch's record.
/// @return Minor units; 0 unless Reserved.
function receiveHeldOf(BatchRecord record) pure returns (uint96) {
    return uint96(BatchRecord.unwrap(record) >> 56);
}

/// @notice Held of the payer, in send minor units.
/// @param record The batch's record.
/// @return Minor units; 0 unless Reserved.
function sendHeldOf(BatchRecord record) pure returns (uint96) {
    return uint96(BatchRecord.unwrap(record) >> 152);
}

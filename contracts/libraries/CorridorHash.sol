// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Batch, Quote} from "../interfaces/CorridorTypes.sol";

/// @notice EIP-712 struct hashes of the four signed messages. The digest adds the domain: name "Corridor",
/// version "1", the chain id and the corridor's address.
library CorridorHash {
    bytes32 internal constant QUOTE_TYPEHASH = keccak256(
        "Quote(address bank,address payer,address payee,address sendToken,address receiveToken,uint64 rate,"
        "uint96 maxSend,uint48 validUntil,uint48 settleUntil,uint48 returnUntil,uint256 salt)"
    );
    bytes32 internal constant BATCH_TYPEHASH = keccak256(
        "Batch(bytes32 root,bytes32 quoteHash,uint96 sendTotal,uint16 count)"
    );
    bytes32 internal constant OUTCOME_TYPEHASH = keccak256("Outcome(bytes32 batchId,bytes32 rejectionsHash)");
    bytes32 internal constant RETURN_TYPEHASH = keccak256("Return(bytes32 batchId,uint16 index,bytes4 reason)");

    /// @notice Signed by the bank.
    /// @dev The quote's 11 words are hashed as they stand in the calldata. Words with dirty upper bits would hash to
    /// something no signature covers: `reserve` reads, and so validates, every field, and all later calls must show
    /// the very words that were reserved.
    /// @param quote The quote.
    /// @return hash EIP-712's struct hash.
    function hashQuote(Quote calldata quote) internal pure returns (bytes32 hash) {
        bytes32 typehash = QUOTE_TYPEHASH;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, typehash)
            calldatacopy(add(scratch, 0x20), quote, 0x160)
            hash := keccak256(scratch, 0x180)
        }
    }

    /// @notice Signed by the payer.
    /// @dev 4 words, hashed as they stand; see hashQuote.
    /// @param batch The batch.
    /// @return hash EIP-712's struct hash.
    function hashBatch(Batch calldata batch) internal pure returns (bytes32 hash) {
        bytes32 typehash = BATCH_TYPEHASH;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, typehash)
            calldatacopy(add(scratch, 0x20), batch, 0x80)
            hash := keccak256(scratch, 0xa0)
        }
    }

    /// @notice Signed by the payee: it answers for every transfer of the batch but the rejected ones.
    /// @param batchId The batch it answers.
    /// @param rejections The packed list (see Rejections); empty when the payee answers for all.
    /// @return EIP-712's struct hash.
    function hashOutcome(bytes32 batchId, bytes calldata rejections) internal pure returns (bytes32) {
        return keccak256(abi.encode(OUTCOME_TYPEHASH, batchId, keccak256(rejections)));
    }

    /// @notice Signed by the payee: it gives one settled transfer back.
    /// @param batchId The batch the transfer is in.
    /// @param index Position of the transfer in its batch, from 0.
    /// @param reason ISO 20022 external return reason code, four ASCII characters.
    /// @return EIP-712's struct hash.
    function hashReturn(bytes32 batchId, uint16 index, bytes4 reason) internal pure returns (bytes32) {
        return keccak256(abi.encode(RETURN_TYPEHASH, batchId, index, reason));
    }
}

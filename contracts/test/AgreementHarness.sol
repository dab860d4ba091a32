// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Batch, Instruction, Quote} from "../interfaces/CorridorTypes.sol";
import {Amounts, packAmounts} from "../libraries/Amounts.sol";
import {BatchTree} from "../libraries/BatchTree.sol";
import {CorridorHash} from "../libraries/CorridorHash.sol";
import {Rejections} from "../libraries/Rejections.sol";

/// @notice Opens the corridor's internal computations to tests, so that other implementations can be held against
/// them. The digests are those of a corridor deployed at this contract's address. Never deployed with the product.
contract AgreementHarness is EIP712("Corridor", "1") {
    function rootOf(Instruction[] calldata instructions) external pure returns (bytes32) {
        return BatchTree.rootOf(instructions);
    }

    function leafOf(uint256 index, Instruction calldata instruction) external pure returns (bytes32) {
        return BatchTree.leaf(index, instruction);
    }

    function contains(
        bytes32 root,
        uint256 index,
        Instruction calldata instruction,
        bytes32[] calldata siblings
    ) external pure returns (bool) {
        return BatchTree.contains(root, index, instruction, siblings);
    }

    function quoteDigest(Quote calldata quote) external view returns (bytes32) {
        return _hashTypedDataV4(CorridorHash.hashQuote(quote));
    }

    function batchDigest(Batch calldata batch) external view returns (bytes32) {
        return _hashTypedDataV4(CorridorHash.hashBatch(batch));
    }

    function outcomeDigest(bytes32 batchId, bytes calldata rejections) external view returns (bytes32) {
        return _hashTypedDataV4(CorridorHash.hashOutcome(batchId, rejections));
    }

    function returnDigest(bytes32 batchId, uint16 index, bytes4 reason) external view returns (bytes32) {
        return _hashTypedDataV4(CorridorHash.hashReturn(batchId, index, reason));
    }

    function pack(uint128 sendAmount, uint128 receiveAmount) external pure returns (Amounts) {
        return packAmounts(sendAmount, receiveAmount);
    }

    function unpack(Amounts amounts) external pure returns (uint256 sendAmount, uint256 receiveAmount) {
        return (amounts.sendOf(), amounts.receiveOf());
    }

    function inBounds(Amounts amounts) external pure returns (bool) {
        return amounts.inBounds();
    }

    function honours(Amounts amounts, uint64 rate) external pure returns (bool) {
        return amounts.honours(rate);
    }

    function rejectionCount(bytes calldata rejections) external pure returns (uint256) {
        return Rejections.countOf(rejections);
    }

    function rejectionAt(
        bytes calldata rejections,
        uint256 position,
        uint256 lowestAllowed
    ) external pure returns (uint16 index, bytes4 reason) {
        return Rejections.itemAt(rejections, position, lowestAllowed);
    }
}

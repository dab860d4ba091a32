// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Batch, Instruction, Quote} from "../interfaces/CorridorTypes.sol";
import {Amounts, packAmounts} from "../libraries/Amounts.sol";
import {BatchTree} from "../libraries/BatchTree.sol";
import {CorridorHash} from "../libraries/CorridorHash.sol";
import {Rejections} from "../libraries/Rejections.sol";

/// @notice Opens the corridor's internal computations to tests, so that other implementations can be held against
/// them; many cases in one call, so that ten thousand random ones are a matter of seconds. The digests are those of a
/// corridor deployed at this contract's address. For tests only.
contract AgreementHarness is EIP712("Corridor", "1") {
    struct ReturnCase {
        bytes32 batchId;
        uint16 index;
        bytes4 reason;
    }

    /// @param siblingCount How many of the siblings that all cases share are this case's, after the case before it.
    struct ProofCase {
        bytes32 root;
        uint256 index;
        Instruction instruction;
        uint256 siblingCount;
    }

    struct RateCase {
        uint128 sendAmount;
        uint128 receiveAmount;
        uint64 rate;
    }

    function quoteDigests(Quote[] calldata quotes) external view returns (bytes32[] memory digests) {
        digests = new bytes32[](quotes.length);
        for (uint256 i = 0; i < quotes.length; ++i) {
            digests[i] = _hashTypedDataV4(CorridorHash.hashQuote(quotes[i]));
        }
    }

    function batchDigests(Batch[] calldata batches) external view returns (bytes32[] memory digests) {
        digests = new bytes32[](batches.length);
        for (uint256 i = 0; i < batches.length; ++i) {
            digests[i] = _hashTypedDataV4(CorridorHash.hashBatch(batches[i]));
        }
    }

    /// @param sizes Bytes of each outcome's packed rejections.
    /// @param rejections The packed lists of all, one after the other.
    function outcomeDigests(
        bytes32[] calldata batchIds,
        uint256[] calldata sizes,
        bytes calldata rejections
    ) external view returns (bytes32[] memory digests) {
        digests = new bytes32[](batchIds.length);
        uint256 start = 0;
        for (uint256 i = 0; i < batchIds.length; ++i) {
            bytes calldata own = rejections[start:start + sizes[i]];
            digests[i] = _hashTypedDataV4(CorridorHash.hashOutcome(batchIds[i], own));
            start += sizes[i];
        }
    }

    function returnDigests(ReturnCase[] calldata cases) external view returns (bytes32[] memory digests) {
        digests = new bytes32[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            ReturnCase calldata it = cases[i];
            digests[i] = _hashTypedDataV4(CorridorHash.hashReturn(it.batchId, it.index, it.reason));
        }
    }

    /// @param counts Instructions of each batch.
    /// @param instructions Those of all batches, one batch after the other.
    function rootsOf(
        uint256[] calldata counts,
        Instruction[] calldata instructions
    ) external pure returns (bytes32[] memory roots) {
        roots = new bytes32[](counts.length);
        uint256 start = 0;
        for (uint256 i = 0; i < counts.length; ++i) {
            roots[i] = BatchTree.rootOf(instructions[start:start + counts[i]]);
            start += counts[i];
        }
    }

    /// @param siblings Those of all cases, one case after the other.
    function verify(
        ProofCase[] calldata cases,
        bytes32[] calldata siblings
    ) external pure returns (bool[] memory valid) {
        valid = new bool[](cases.length);
        uint256 start = 0;
        for (uint256 i = 0; i < cases.length; ++i) {
            ProofCase calldata it = cases[i];
            bytes32[] calldata path = siblings[start:start + it.siblingCount];
            valid[i] = BatchTree.contains(it.root, it.index, it.instruction, path);
            start += it.siblingCount;
        }
    }

    /// @return packed The two amounts of each case in one word.
    /// @return allowed Whether `reserve` would take them at the case's rate.
    function judge(RateCase[] calldata cases) external pure returns (Amounts[] memory packed, bool[] memory allowed) {
        packed = new Amounts[](cases.length);
        allowed = new bool[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            packed[i] = packAmounts(cases[i].sendAmount, cases[i].receiveAmount);
            allowed[i] = packed[i].inBounds() && packed[i].honours(cases[i].rate);
        }
    }

    /// @return indexes The list's items, read in order.
    /// @return reasons Their reasons.
    function unpackRejections(
        bytes calldata rejections
    ) external pure returns (uint16[] memory indexes, bytes4[] memory reasons) {
        uint256 count = Rejections.countOf(rejections);
        indexes = new uint16[](count);
        reasons = new bytes4[](count);
        uint256 lowestAllowed = 0;
        for (uint256 i = 0; i < count; ++i) {
            (indexes[i], reasons[i]) = Rejections.itemAt(rejections, i, lowestAllowed);
            lowestAllowed = uint256(indexes[i]) + 1;
        }
    }
}

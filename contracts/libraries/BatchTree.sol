// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Instruction} from "../interfaces/CorridorTypes.sol";

/// @notice The Merkle tree over the instructions of a batch.
/// @dev A leaf hashes 96 bytes and a node 64, so neither can pass for the other. The index is part of the leaf, so
/// equal instructions have different leaves and a proof fixes the position. Pairs are hashed in sorted order, level
/// by level from the left; an odd last node moves up unchanged. The root of one leaf is the leaf.
library BatchTree {
    /// @notice keccak256 of the index, the commitment and the packed amounts, 32 bytes each.
    /// @param index Position in the batch, from 0.
    /// @param instruction The instruction there.
    /// @return hash The leaf.
    function leaf(uint256 index, Instruction calldata instruction) internal pure returns (bytes32 hash) {
        // The memory beyond the free pointer serves as scratch space: 500 leaves in fresh memory would cost more
        // in memory than in hashing.
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, index)
            calldatacopy(add(scratch, 0x20), instruction, 0x40)
            hash := keccak256(scratch, 0x60)
        }
    }

    /// @notice The root of the tree over all instructions, of which there must be at least one.
    /// @param instructions All instructions, in order.
    /// @return The tree's root.
    function rootOf(Instruction[] calldata instructions) internal pure returns (bytes32) {
        uint256 width = instructions.length;
        bytes32[] memory nodes = new bytes32[](width);
        for (uint256 i = 0; i < width; ++i) {
            nodes[i] = leaf(i, instructions[i]);
        }
        while (width > 1) {
            uint256 pairs = width / 2;
            for (uint256 i = 0; i < pairs; ++i) {
                nodes[i] = Hashes.commutativeKeccak256(nodes[2 * i], nodes[2 * i + 1]);
            }
            if (width % 2 == 1) {
                nodes[pairs] = nodes[width - 1];
                ++pairs;
            }
            width = pairs;
        }
        return nodes[0];
    }

    /// @notice True if the instruction stands at this index of the tree with this root.
    /// @param root The tree's root.
    /// @param index Position in the batch, from 0.
    /// @param instruction The instruction said to be there.
    /// @param siblings The Merkle path from the leaf upwards.
    /// @return False for any other index, instruction or path.
    function contains(
        bytes32 root,
        uint256 index,
        Instruction calldata instruction,
        bytes32[] calldata siblings
    ) internal pure returns (bool) {
        return MerkleProof.verifyCalldata(siblings, root, leaf(index, instruction));
    }
}

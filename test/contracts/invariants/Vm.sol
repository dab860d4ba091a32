// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What the tests ask of the test runner.
interface Vm {
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function prank(address caller) external;
    function warp(uint256 timestamp) external;
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

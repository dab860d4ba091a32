// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Relay} from "../Relay.sol";
import {Quote} from "../interfaces/CorridorTypes.sol";

/// @notice Stands where Relay expects the corridor and misbehaves by the byte that follows the selector and the
/// quote. For tests only.
contract FailingTarget {
    /// @notice Calls that came through.
    uint256 public calls;
    /// @notice Gas the last successful call had when it started.
    uint256 public gasSeen;

    fallback() external {
        uint256 gasAtStart = gasleft();
        uint8 command = uint8(msg.data[4 + 0x160]);
        if (command == 1) _burnAllGas();
        if (command == 2) _revertWith(1_000_000);
        if (command == 3) _revertWith(256);
        if (command == 4) _revertWith(0);
        if (command == 5) _relayAgain();
        calls += 1;
        gasSeen = gasAtStart;
    }

    /// @dev Has the caller, a Relay, pack one more harmless call.
    function _relayAgain() private {
        Relay.Call[] memory calls = new Relay.Call[](1);
        calls[0] = Relay.Call(60_000, 0, abi.encodePacked(msg.sig, uint8(0)));
        Relay(msg.sender).relay(new Quote[](1), calls);
    }

    function _burnAllGas() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    /// @dev Reverts with this many bytes, all 0xff up to the first 300.
    function _revertWith(uint256 size) private pure {
        assembly {
            for {
                let i := 0
            } lt(i, 320) {
                i := add(i, 32)
            } {
                mstore(i, not(0))
            }
            revert(0, size)
        }
    }
}

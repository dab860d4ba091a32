// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICorridor} from "./interfaces/ICorridor.sol";

/// @notice Packs many corridor calls into one chain transaction; one that fails never costs the others.
/// @dev Has no rights of its own: every call it makes, anyone could make. The target is fixed and so are the
/// functions, none of which looks at its caller.
contract Relay {
    /// @param gasLimit Gas this call gets, no less (or the whole pack reverts) and no more (so that one call cannot
    /// eat the others' gas).
    /// @param data The corridor call: selector and arguments.
    struct Call {
        uint32 gasLimit;
        bytes data;
    }

    /// @dev Spent between measuring the gas and the call's start, at most: a first access to the corridor costs 2,600.
    uint256 private constant CALL_OVERHEAD = 5_000;
    /// @dev A failing call could otherwise return megabytes, to be paid for here.
    uint256 private constant MAX_REASON_BYTES = 256;

    /// @notice The corridor all calls go to.
    address public immutable corridor;

    /// @notice The call at `index` reverted and changed nothing; the others went on.
    /// @param reason The first bytes, at most 256, of what it returned.
    event CallFailed(uint256 indexed index, bytes4 selector, bytes reason);

    /// @notice There is no contract at the corridor's address.
    error CorridorWithoutCode(address corridor);
    /// @notice The call is not to one of reserve, settle, settleWithList, expire and returnTransfer. Whoever packs
    /// chooses the function, so this is no accident of one call, and nothing of the pack happens.
    error SelectorNotAllowed(uint256 index, bytes4 selector);
    /// @notice The chain transaction has too little gas left to give the call what it states, so nothing of the
    /// pack happens: a call must never fail for the packer's thrift.
    error InsufficientGas(uint256 index, uint256 available, uint256 required);

    constructor(address corridor_) {
        if (corridor_.code.length == 0) revert CorridorWithoutCode(corridor_);
        corridor = corridor_;
    }

    /// @notice Makes the calls in order. Those that revert are told by CallFailed.
    function relay(Call[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes calldata data = calls[i].data;
            bytes4 selector = bytes4(data);
            if (!_isAllowed(selector)) revert SelectorNotAllowed(i, selector);
            if (!_call(i, calls[i].gasLimit, data)) emit CallFailed(i, selector, _reason());
        }
    }

    function _isAllowed(bytes4 selector) private pure returns (bool) {
        return
            selector == ICorridor.reserve.selector ||
            selector == ICorridor.settle.selector ||
            selector == ICorridor.settleWithList.selector ||
            selector == ICorridor.expire.selector ||
            selector == ICorridor.returnTransfer.selector;
    }

    function _call(uint256 index, uint256 gasLimit, bytes calldata data) private returns (bool success) {
        address target = corridor;
        uint256 required = gasLimit + CALL_OVERHEAD;
        uint256 available;
        assembly ("memory-safe") {
            // The memory beyond the free pointer is used again for each call: a pack of 100 kB in fresh memory
            // would cost more than copying it.
            let scratch := mload(0x40)
            calldatacopy(scratch, data.offset, data.length)
            // The chain gives a call at most 63/64 of what is left (EIP-150), silently less than asked for.
            available := div(mul(gas(), 63), 64)
            if iszero(lt(available, required)) {
                success := call(gasLimit, target, 0, scratch, data.length, 0, 0)
            }
        }
        if (available < required) revert InsufficientGas(index, available, required);
    }

    /// @dev What the last call returned, cut at MAX_REASON_BYTES.
    function _reason() private pure returns (bytes memory reason) {
        uint256 size;
        assembly ("memory-safe") {
            size := returndatasize()
        }
        reason = new bytes(size < MAX_REASON_BYTES ? size : MAX_REASON_BYTES);
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, mload(reason))
        }
    }
}

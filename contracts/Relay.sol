// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICorridor} from "./interfaces/ICorridor.sol";
import {Quote} from "./interfaces/CorridorTypes.sol";

/// @notice Packs many corridor calls into one chain transaction; one that fails never costs the others.
/// @dev Has no rights of its own: every call it makes, anyone could make. The target is fixed and so are the
/// functions, none of which looks at its caller. All of them take the quote first, and one wholesale quote serves
/// many batches: so each quote is supplied once, and every call says which one it is for.
contract Relay {
    /// @notice One call of a pack.
    /// @param gasLimit Gas this call gets, no less (or the whole pack reverts) and no more (so that one call cannot
    /// eat the others' gas).
    /// @param quote Position in the pack's quotes of the one this call is for.
    /// @param data The corridor call without its quote: selector, then all arguments after the first, encoded as if
    /// the quote stood between.
    struct Call {
        uint32 gasLimit;
        uint16 quote;
        bytes data;
    }

    uint256 private constant SELECTOR_BYTES = 4;
    /// @dev A quote is 11 words, all of them static, so it stands in a call's arguments as it stands alone.
    uint256 private constant QUOTE_BYTES = 0x160;
    /// @dev Spent between measuring the gas and the call's start, at most: a first access to the corridor costs 2,600.
    uint256 private constant CALL_OVERHEAD = 5_000;
    /// @dev A failing call could otherwise return megabytes, to be paid for here.
    uint256 private constant MAX_REASON_BYTES = 256;

    /// @notice The corridor all calls go to.
    address public immutable corridor;

    /// @notice The call at `index` reverted and changed nothing; the others went on.
    /// @param index Position of the call in the pack, from 0.
    /// @param selector The function it called.
    /// @param reason The first bytes, at most 256, of what it returned.
    event CallFailed(uint256 indexed index, bytes4 selector, bytes reason);

    /// @notice There is no contract at the corridor's address.
    /// @param corridor The address given.
    error CorridorWithoutCode(address corridor);
    /// @notice The call is not to one of reserve, settle, settleWithList, expire and returnTransfer. Whoever packs
    /// chooses the function, so this is no accident of one call, and nothing of the pack happens.
    /// @param index Position of the call in the pack.
    /// @param selector The first four bytes of its data.
    error SelectorNotAllowed(uint256 index, bytes4 selector);
    /// @notice The call names a quote that the pack does not have.
    /// @param index Position of the call in the pack.
    /// @param quote The position it names.
    /// @param supplied How many quotes the pack has.
    error QuoteNotSupplied(uint256 index, uint256 quote, uint256 supplied);
    /// @notice The chain transaction has too little gas left to give the call what it states, so nothing of the
    /// pack happens: a call must never fail for the packer's thrift.
    /// @param index Position of the call in the pack.
    /// @param available The most the chain would give the call.
    /// @param required What the call states, and what is spent before it starts.
    error InsufficientGas(uint256 index, uint256 available, uint256 required);

    /// @notice Makes a relay in front of one corridor, for ever.
    /// @param corridor_ The corridor, which has code.
    constructor(address corridor_) {
        if (corridor_.code.length == 0) revert CorridorWithoutCode(corridor_);
        corridor = corridor_;
    }

    /// @notice Makes the calls in order. Those that revert are told by CallFailed.
    /// @param quotes The quotes the calls are for, each once.
    /// @param calls The calls, each with its own gas.
    function relay(Quote[] calldata quotes, Call[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            (uint256 gasLimit, uint256 quote, bytes calldata data) = (calls[i].gasLimit, calls[i].quote, calls[i].data);
            bytes4 selector = bytes4(data);
            if (!_isAllowed(selector)) revert SelectorNotAllowed(i, selector);
            if (quote >= quotes.length) revert QuoteNotSupplied(i, quote, quotes.length);
            if (!_call(i, gasLimit, quotes[quote], data)) emit CallFailed(i, selector, _reason());
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

    /// @dev Calls the corridor with the data, the quote put in behind its selector. The data is known to have a
    /// selector, so it has at least its 4 bytes.
    function _call(
        uint256 index,
        uint256 gasLimit,
        Quote calldata quote,
        bytes calldata data
    ) private returns (bool success) {
        address target = corridor;
        uint256 required = gasLimit + CALL_OVERHEAD;
        uint256 available;
        assembly ("memory-safe") {
            // The memory beyond the free pointer is used again for each call: a pack of 100 kB in fresh memory
            // would cost more than copying it.
            let scratch := mload(0x40)
            let arguments := add(scratch, SELECTOR_BYTES)
            calldatacopy(scratch, data.offset, SELECTOR_BYTES)
            calldatacopy(arguments, quote, QUOTE_BYTES)
            calldatacopy(
                add(arguments, QUOTE_BYTES),
                add(data.offset, SELECTOR_BYTES),
                sub(data.length, SELECTOR_BYTES)
            )
            // The chain gives a call at most 63/64 of what is left (EIP-150), silently less than asked for.
            available := div(mul(gas(), 63), 64)
            if iszero(lt(available, required)) {
                success := call(gasLimit, target, 0, scratch, add(data.length, QUOTE_BYTES), 0, 0)
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

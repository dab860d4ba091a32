// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The list of rejected transfers as the payee signs it: 6 bytes each (uint16 index, then the four ASCII
/// characters of an ISO 20022 status reason code), indexes strictly ascending, nothing between the items.
library Rejections {
    uint256 internal constant ITEM_BYTES = 6;

    /// @notice The list is not a whole number of items.
    error RejectionsMalformed(uint256 byteLength);
    /// @notice The item at `position` names `index`, but only `lowestAllowed` and above may follow the item before it.
    error RejectionsNotAscending(uint256 position, uint256 index, uint256 lowestAllowed);
    /// @notice The rejection of transfer `index` gives no reason.
    error RejectionReasonMissing(uint256 index);

    /// @notice Number of items. Reverts with RejectionsMalformed on a torn item.
    function countOf(bytes calldata rejections) internal pure returns (uint256) {
        if (rejections.length % ITEM_BYTES != 0) revert RejectionsMalformed(rejections.length);
        return rejections.length / ITEM_BYTES;
    }

    /// @notice The item at `position`, checked to follow the item before it.
    /// @param lowestAllowed 0 for the first item, then the previous index plus one.
    function itemAt(
        bytes calldata rejections,
        uint256 position,
        uint256 lowestAllowed
    ) internal pure returns (uint16 index, bytes4 reason) {
        bytes6 item = bytes6(rejections[position * ITEM_BYTES:(position + 1) * ITEM_BYTES]);
        index = uint16(bytes2(item));
        reason = bytes4(item << 16);
        if (index < lowestAllowed) revert RejectionsNotAscending(position, index, lowestAllowed);
        if (reason == 0) revert RejectionReasonMissing(index);
    }
}

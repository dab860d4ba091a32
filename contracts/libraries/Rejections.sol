// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The list of rejected transfers as the payee signs it: 6 bytes each (uint16 index, then the four ASCII
/// characters of an ISO 20022 status reason code), indexes strictly ascending, nothing between the items.
library Rejections {
    uint256 internal constant ITEM_BYTES = 6;

    /// @notice The list is not a whole number of items.
    /// @param byteLength Its length.
    error RejectionsMalformed(uint256 byteLength);
    /// @notice The item at `position` names `index`, but only `lowestAllowed` and above may follow the item before it.
    /// @param position Position of the item in the list.
    /// @param index The transfer it names.
    /// @param lowestAllowed One more than the item before it names.
    error RejectionsNotAscending(uint256 position, uint256 index, uint256 lowestAllowed);
    /// @notice The rejection of transfer `index` gives no reason.
    /// @param index Position of the transfer in its batch, from 0.
    error RejectionReasonMissing(uint256 index);

    /// @notice Number of items. Reverts with RejectionsMalformed on a torn item.
    /// @param rejections The packed list.
    /// @return How many transfers it rejects.
    function countOf(bytes calldata rejections) internal pure returns (uint256) {
        if (rejections.length % ITEM_BYTES != 0) revert RejectionsMalformed(rejections.length);
        return rejections.length / ITEM_BYTES;
    }

    /// @notice The item at `position`, checked to follow the item before it.
    /// @param rejections The packed list.
    /// @param position Which item, from 0.
    /// @param lowestAllowed 0 for the first item, then the previous index plus one.
    /// @return index The rejected transfer.
    /// @return reason Why, by ISO 20022's status reasons.
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

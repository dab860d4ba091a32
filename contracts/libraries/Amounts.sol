// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The two sums of one transfer in one word: the send amount in the upper 128 bits, the receive amount in
/// the lower 128 bits, each in minor units of its currency and below 2**96.
/// @dev Always unpacked before it enters a sum: adding packed words would let one half carry into the other.
type Amounts is uint256;

using {sendOf, receiveOf, inBounds, honours} for Amounts global;

/// @dev A quote's rate is receive minor units per send minor unit, times this.
uint256 constant RATE_SCALE = 1e12;

/// @notice Packs two amounts.
/// @param sendAmount Minor units of the send currency, below 2**128.
/// @param receiveAmount Minor units of the receive currency, below 2**128.
/// @return Both in one word.
function packAmounts(uint128 sendAmount, uint128 receiveAmount) pure returns (Amounts) {
    return Amounts.wrap((uint256(sendAmount) << 128) | receiveAmount);
}

/// @notice The send amount, below 2**128.
/// @param amounts The packed amounts.
/// @return Minor units of the send currency.
function sendOf(Amounts amounts) pure returns (uint256) {
    return Amounts.unwrap(amounts) >> 128;
}

/// @notice The receive amount, below 2**128.
/// @param amounts The packed amounts.
/// @return Minor units of the receive currency.
function receiveOf(Amounts amounts) pure returns (uint256) {
    return uint128(Amounts.unwrap(amounts));
}

/// @notice True if both amounts are above zero and below 2**96.
/// @param amounts The packed amounts.
/// @return Whether a transfer may have them.
function inBounds(Amounts amounts) pure returns (bool) {
    uint256 sent = amounts.sendOf();
    uint256 received = amounts.receiveOf();
    return sent != 0 && received != 0 && (sent | received) >> 96 == 0;
}

/// @notice True if the amounts stand in the quoted rate: never more received than quoted, never less than one
/// rounding explains, i.e. `0 <= send * rate - receive * 1e12 < max(rate, 1e12)`.
/// @dev A receive rounded down loses less than one receive unit (1e12 at this scale); a send rounded up adds less
/// than one send unit (`rate` at this scale).
/// @param amounts The packed amounts.
/// @param rate Receive minor units per send minor unit, times 1e12.
/// @return Whether the quote covers them.
function honours(Amounts amounts, uint64 rate) pure returns (bool) {
    // Whatever the word holds: 2**128 times 2**64 is 2**192, and 2**128 times 1e12 is below 2**168. The difference is
    // taken only where it is not negative.
    unchecked {
        uint256 quoted = amounts.sendOf() * rate;
        uint256 received = amounts.receiveOf() * RATE_SCALE;
        uint256 oneUnit = rate > RATE_SCALE ? rate : RATE_SCALE;
        return received <= quoted && quoted - received < oneUnit;
    }
}

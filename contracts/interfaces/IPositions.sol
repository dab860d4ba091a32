// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Tokens brought into the corridor, and whose they are. Reservations draw on positions, so that no token is
/// transferred per batch or per transfer.
interface IPositions {
    /// @notice Governance allowed a token.
    event TokenRegistered(address indexed token);
    /// @notice The account turned tokens into a position.
    event Deposited(address indexed token, address indexed account, uint256 amount);
    /// @notice The account turned a position back into tokens.
    event Withdrawn(address indexed token, address indexed account, uint256 amount);

    /// @notice There is no contract at the token's address.
    error TokenWithoutCode(address token);
    /// @notice The token is registered already.
    error TokenAlreadyRegistered(address token);
    /// @notice The token is not registered.
    error TokenNotRegistered(address token);
    /// @notice The token would not let the corridor receive it.
    error TokenRefusesCorridor(address token);
    /// @notice A deposit or withdrawal of nothing.
    error AmountZero();
    /// @notice The corridor's balance moved by another amount than was asked: the token takes a fee or lies.
    error TokenMovedOtherAmount(address token, uint256 requested, uint256 moved);
    /// @notice The position is smaller than what is to be taken from it.
    error InsufficientPosition(address token, address account, uint256 requested, uint256 available);

    /// @notice Allows a token for positions and quotes, for ever. It must have code and answer ERC-7943's `canSend`
    /// and `canReceive`.
    function registerToken(address token) external;

    /// @notice Moves tokens of the caller, an admitted account, into its position. Needs an allowance.
    /// @param amount Minor units, above 0. The corridor must receive exactly this much.
    function deposit(address token, uint256 amount) external;

    /// @notice Moves the caller's position back to the caller as tokens. Never paused, open to deactivated accounts,
    /// and to nobody else's address.
    /// @param amount Minor units, above 0 and at most the position.
    function withdraw(address token, uint256 amount) external;

    /// @notice True if the token may be quoted and deposited.
    function isRegistered(address token) external view returns (bool);

    /// @notice What the account may reserve or withdraw, in minor units; holds of reserved batches are not part of it.
    function positionOf(address token, address account) external view returns (uint256);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Tokens brought into the corridor, and whose they are. Reservations draw on positions, so that no token is
/// transferred per batch or per transfer.
interface IPositions {
    /// @notice Governance allowed a token.
    /// @param token The token.
    event TokenRegistered(address indexed token);
    /// @notice The account turned tokens into a position.
    /// @param token The token.
    /// @param account Whose position rose.
    /// @param amount Minor units.
    event Deposited(address indexed token, address indexed account, uint256 amount);
    /// @notice The account turned a position back into tokens.
    /// @param token The token.
    /// @param account Whose position fell, and who was paid.
    /// @param amount Minor units.
    event Withdrawn(address indexed token, address indexed account, uint256 amount);

    /// @notice There is no contract at the token's address.
    /// @param token The token.
    error TokenWithoutCode(address token);
    /// @notice The token is registered already.
    /// @param token The token.
    error TokenAlreadyRegistered(address token);
    /// @notice The token is not registered.
    /// @param token The token.
    error TokenNotRegistered(address token);
    /// @notice The token would not let the corridor receive it.
    /// @param token The token.
    error TokenRefusesCorridor(address token);
    /// @notice A deposit or withdrawal of nothing.
    error AmountZero();
    /// @notice The corridor's balance moved by another amount than was asked: the token takes a fee or lies.
    /// @param token The token.
    /// @param requested What should have moved, in minor units.
    /// @param moved What the corridor's balance moved by.
    error TokenMovedOtherAmount(address token, uint256 requested, uint256 moved);
    /// @notice The position is smaller than what is to be taken from it.
    /// @param token The token.
    /// @param account Whose position it is.
    /// @param requested What was asked for, in minor units.
    /// @param available What there is, in minor units.
    error InsufficientPosition(address token, address account, uint256 requested, uint256 available);

    /// @notice Allows a token for positions and quotes, for ever. It must have code and answer ERC-7943's `canSend`
    /// and `canReceive`.
    /// @param token A contract with ERC-20 and ERC-7943's two questions.
    function registerToken(address token) external;

    /// @notice Moves tokens of the caller, an admitted account, into its position. Needs an allowance.
    /// @param token A registered token.
    /// @param amount Minor units, above 0. The corridor must receive exactly this much.
    function deposit(address token, uint256 amount) external;

    /// @notice Moves the caller's position back to the caller as tokens. Never paused, open to deactivated accounts,
    /// and to nobody else's address.
    /// @param token A registered token.
    /// @param amount Minor units, above 0 and at most the position.
    function withdraw(address token, uint256 amount) external;

    /// @notice True if the token may be quoted and deposited.
    /// @param token Any address.
    /// @return True from its registration on, for ever.
    function isRegistered(address token) external view returns (bool);

    /// @notice What the account may reserve or withdraw, in minor units; holds of reserved batches are not part of it.
    /// @param token Any address.
    /// @param account Any address.
    /// @return Minor units.
    function positionOf(address token, address account) external view returns (uint256);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limit} from "./CorridorTypes.sol";

/// @notice Who takes part, which key speaks for whom, and how much each payer may reserve.
/// @dev An account is a cold treasury address; its signer is the hot key whose signatures the corridor takes. Only
/// the account sets its signer: administrators admit, bound and close accounts, and can set no key.
interface IParticipants {
    /// @notice Governance admitted an account; it is active from here on.
    event ParticipantAdmitted(address indexed account);
    /// @notice The guardian closed an account for new reservations and for returns it signs.
    event ParticipantDeactivated(address indexed account);
    /// @notice Governance opened a deactivated account again.
    event ParticipantReactivated(address indexed account);
    /// @notice An account chose the key that signs for it; the key before it is no longer taken.
    event SignerSet(address indexed account, address signer);
    /// @notice A payer's limit in one token was set.
    event LimitSet(address indexed token, address indexed payer, Limit limit);

    /// @notice The zero address is no party.
    error AccountZero();
    /// @notice The account is admitted already.
    error AlreadyAdmitted(address account);
    /// @notice The account was never admitted.
    error NotAdmitted(address account);
    /// @notice The account is deactivated.
    error NotActive(address account);
    /// @notice The account is active, so there is nothing to reactivate.
    error AlreadyActive(address account);
    /// @notice The zero address cannot sign.
    error SignerZero();
    /// @notice The key signs for another account.
    error SignerInUse(address signer, address usedBy);
    /// @notice The signature is not by the account's signer. `recovered` is zero if the bytes are no signature at all
    /// (wrong length, high s, no such point); `signer` is zero if the account has set none.
    error SignatureInvalid(address account, address signer, address recovered);
    /// @notice A window of zero seconds would be no limit.
    error LimitWindowZero(address token, address payer);
    /// @notice lowerLimit may only tighten: no higher maximum, no larger bucket, no shorter window.
    error LimitNotLowered(Limit current, Limit requested);
    /// @notice The transfer at `index` sends more than the payer's maximum per transfer.
    error AboveMaxPerTransfer(uint256 index, uint256 sendAmount, uint256 maximum);
    /// @notice The payer's bucket holds less than the batch wants to reserve.
    error BucketExhausted(address token, address payer, uint256 requested, uint256 available);

    /// @notice Admits an account, active at once. Without a signer and limits it can do nothing yet.
    function admit(address account) external;

    /// @notice Stops new reservations naming the account and returns it signs; never settle, expire or withdraw.
    function deactivate(address account) external;

    /// @notice Takes a deactivation back.
    function reactivate(address account) external;

    /// @notice Sets the key that signs for the caller, which must be admitted. The previous key stops counting at
    /// once and is free for another account.
    function setSigner(address signer) external;

    /// @notice Sets a payer's limit in a token to any value. Delayed, since it may loosen.
    /// @dev What the payer has used of its bucket stays used; what refilled until now was refilled at the old rate.
    function raiseLimit(address token, address payer, Limit calldata limit) external;

    /// @notice Tightens a payer's limit in a token at once. Zero amounts stop the payer in that token.
    function lowerLimit(address token, address payer, Limit calldata limit) external;

    /// @notice What is known of an account; all zero if it was never admitted.
    function participantOf(address account) external view returns (address signer, bool admitted, bool active);

    /// @notice The key that signs for the account, active or not; zero if it has set none.
    function signerOf(address account) external view returns (address signer);

    /// @notice The account a key signs for at present, or zero.
    function accountOfSigner(address signer) external view returns (address account);

    /// @notice A payer's limit in a token and what its bucket holds now, in minor units.
    function limitOf(address token, address payer) external view returns (Limit memory limit, uint256 available);
}

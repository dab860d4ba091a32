// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limit} from "./CorridorTypes.sol";

/// @notice Who takes part, which key speaks for whom, and how much each payer may reserve.
/// @dev An account is a cold treasury address; its signer is the hot key whose signatures the corridor takes. Only
/// the account sets its signer: administrators admit, bound and close accounts, and can set no key.
interface IParticipants {
    /// @notice Governance admitted an account; it is active from here on.
    /// @param account The account.
    event ParticipantAdmitted(address indexed account);
    /// @notice The guardian closed an account for new reservations and for returns it signs.
    /// @param account The account.
    event ParticipantDeactivated(address indexed account);
    /// @notice Governance opened a deactivated account again.
    /// @param account The account.
    event ParticipantReactivated(address indexed account);
    /// @notice An account chose the key that signs for it; the key before it is no longer taken.
    /// @param account The account.
    /// @param signer The key that signs for it from here on.
    event SignerSet(address indexed account, address signer);
    /// @notice A payer's limit in one token was set.
    /// @param token The token the limit is in.
    /// @param payer The account it bounds.
    /// @param limit The new limit.
    event LimitSet(address indexed token, address indexed payer, Limit limit);

    /// @notice The zero address is no party.
    error AccountZero();
    /// @notice The account is admitted already.
    /// @param account The account.
    error AlreadyAdmitted(address account);
    /// @notice The account was never admitted.
    /// @param account The account.
    error NotAdmitted(address account);
    /// @notice The account is deactivated.
    /// @param account The account.
    error NotActive(address account);
    /// @notice The account is active, so there is nothing to reactivate.
    /// @param account The account.
    error AlreadyActive(address account);
    /// @notice The zero address cannot sign.
    error SignerZero();
    /// @notice The key signs for another account.
    /// @param signer The key, by its address.
    /// @param usedBy The account it signs for.
    error SignerInUse(address signer, address usedBy);
    /// @notice The signature is not by the account's signer. `recovered` is zero if the bytes are no signature at all
    /// (wrong length, high s, no such point); `signer` is zero if the account has set none.
    /// @param account The account that should have signed.
    /// @param signer The key that signs for it now, or zero if it has set none.
    /// @param recovered The key that did sign, or zero if the bytes are no signature at all.
    error SignatureInvalid(address account, address signer, address recovered);
    /// @notice A window of zero seconds would be no limit.
    /// @param token The token the limit is in.
    /// @param payer The account it bounds.
    error LimitWindowZero(address token, address payer);
    /// @notice lowerLimit may only tighten: no higher maximum, no larger bucket, no shorter window.
    /// @param current The limit as it is.
    /// @param requested The limit asked for.
    error LimitNotLowered(Limit current, Limit requested);
    /// @notice The transfer at `index` sends more than the payer's maximum per transfer.
    /// @param index Position of the instruction in the batch.
    /// @param sendAmount What it would send, in send minor units.
    /// @param maximum The payer's maximum per transfer, in send minor units.
    error AboveMaxPerTransfer(uint256 index, uint256 sendAmount, uint256 maximum);
    /// @notice The payer's bucket holds less than the batch wants to reserve.
    /// @param token The send token.
    /// @param payer The payer whose bucket it is.
    /// @param requested The batch's send total.
    /// @param available What the bucket holds now, in send minor units.
    error BucketExhausted(address token, address payer, uint256 requested, uint256 available);

    /// @notice Admits an account, active at once. Without a signer and limits it can do nothing yet.
    /// @param account The cold treasury address, not zero.
    function admit(address account) external;

    /// @notice Stops new reservations naming the account and returns it signs; never settle, expire or withdraw.
    /// @param account An admitted and active account.
    function deactivate(address account) external;

    /// @notice Takes a deactivation back.
    /// @param account A deactivated account.
    function reactivate(address account) external;

    /// @notice Sets the key that signs for the caller, which must be admitted. The previous key stops counting at
    /// once and is free for another account.
    /// @param signer The key's address, not zero and no other account's key.
    function setSigner(address signer) external;

    /// @notice Sets a payer's limit in a token to any value. Delayed, since it may loosen.
    /// @dev What the payer has used of its bucket stays used; what refilled until now was refilled at the old rate.
    /// @param token The token the limit is in.
    /// @param payer The account it bounds.
    /// @param limit The new limit; its window is above 0.
    function raiseLimit(address token, address payer, Limit calldata limit) external;

    /// @notice Tightens a payer's limit in a token at once. Zero amounts stop the payer in that token.
    /// @param token The token the limit is in.
    /// @param payer The account it bounds.
    /// @param limit The new limit, in no part looser than the present one.
    function lowerLimit(address token, address payer, Limit calldata limit) external;

    /// @notice What is known of an account; all zero if it was never admitted.
    /// @param account Any address.
    /// @return signer The key that signs for it, or zero.
    /// @return admitted True from its admission on, for ever.
    /// @return active False while it is deactivated.
    function participantOf(address account) external view returns (address signer, bool admitted, bool active);

    /// @notice The key that signs for the account, active or not; zero if it has set none.
    /// @param account Any address.
    /// @return signer The key's address.
    function signerOf(address account) external view returns (address signer);

    /// @notice The account a key signs for at present, or zero.
    /// @param signer The key's address.
    /// @return account The one account it signs for.
    function accountOfSigner(address signer) external view returns (address account);

    /// @notice A payer's limit in a token and what its bucket holds now, in minor units.
    /// @param token The token the limit is in.
    /// @param payer The account it bounds.
    /// @return limit The limit as it is.
    /// @return available What the bucket holds now, in minor units.
    function limitOf(address token, address payer) external view returns (Limit memory limit, uint256 available);
}

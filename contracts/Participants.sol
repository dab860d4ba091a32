// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Limit} from "./interfaces/CorridorTypes.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";

/// @notice The register of participants: admitted accounts, their signers, and payers' limits.
abstract contract Participants is IParticipants, AccessManaged {
    using RateLimiter for RateLimiter.RefillingBucket;

    /// @notice What is kept of an account.
    /// @param signer The key that signs for it, zero if it has set none.
    /// @param admitted True from its admission on.
    /// @param active False while it is deactivated.
    struct Participant {
        address signer;
        bool admitted;
        bool active;
    }

    /// @notice What bounds a payer in one token.
    /// @param maxPerTransfer The most one transfer may send, in minor units.
    /// @param bucket What may still be reserved, and how it refills.
    struct PayerLimit {
        uint96 maxPerTransfer;
        RateLimiter.RefillingBucket bucket;
    }

    /// @dev Every payer has a bucket of its own, so each holds a single entry.
    bytes32 private constant BUCKET_KEY = bytes32(0);

    mapping(address account => Participant) private _participants;
    mapping(address token => mapping(address payer => PayerLimit)) private _limits;

    /// @inheritdoc IParticipants
    mapping(address signer => address account) public accountOfSigner;

    /// @inheritdoc IParticipants
    function admit(address account) external restricted {
        if (account == address(0)) revert AccountZero();
        Participant storage participant = _participants[account];
        if (participant.admitted) revert AlreadyAdmitted(account);
        participant.admitted = true;
        participant.active = true;
        emit ParticipantAdmitted(account);
    }

    /// @inheritdoc IParticipants
    function deactivate(address account) external restricted {
        _requireActive(account);
        _participants[account].active = false;
        emit ParticipantDeactivated(account);
    }

    /// @inheritdoc IParticipants
    function reactivate(address account) external restricted {
        _requireAdmitted(account);
        if (_participants[account].active) revert AlreadyActive(account);
        _participants[account].active = true;
        emit ParticipantReactivated(account);
    }

    /// @inheritdoc IParticipants
    function setSigner(address signer) external {
        _requireAdmitted(msg.sender);
        if (signer == address(0)) revert SignerZero();
        address usedBy = accountOfSigner[signer];
        if (usedBy != address(0) && usedBy != msg.sender) revert SignerInUse(signer, usedBy);

        Participant storage participant = _participants[msg.sender];
        delete accountOfSigner[participant.signer];
        accountOfSigner[signer] = msg.sender;
        participant.signer = signer;
        emit SignerSet(msg.sender, signer);
    }

    /// @inheritdoc IParticipants
    function raiseLimit(address token, address payer, Limit calldata limit) external restricted {
        _setLimit(token, payer, limit);
    }

    /// @inheritdoc IParticipants
    function lowerLimit(address token, address payer, Limit calldata limit) external restricted {
        (Limit memory current, ) = limitOf(token, payer);
        // A smaller bucket over a longer window also refills more slowly, so all three only tighten.
        if (
            limit.maxPerTransfer > current.maxPerTransfer ||
            limit.bucketCapacity > current.bucketCapacity ||
            limit.windowSeconds < current.windowSeconds
        ) revert LimitNotLowered(current, limit);
        _setLimit(token, payer, limit);
    }

    /// @inheritdoc IParticipants
    function participantOf(address account) external view returns (address signer, bool admitted, bool active) {
        Participant storage participant = _participants[account];
        return (participant.signer, participant.admitted, participant.active);
    }

    /// @inheritdoc IParticipants
    function signerOf(address account) public view returns (address) {
        return _participants[account].signer;
    }

    /// @inheritdoc IParticipants
    function limitOf(address token, address payer) public view returns (Limit memory limit, uint256 available) {
        PayerLimit storage current = _limits[token][payer];
        limit = Limit({
            maxPerTransfer: current.maxPerTransfer,
            bucketCapacity: uint96(current.bucket._capacity),
            windowSeconds: current.bucket._window
        });
        available = current.bucket.available(BUCKET_KEY);
    }

    /// @dev The most one transfer of this payer may send.
    function _maxPerTransfer(address token, address payer) internal view returns (uint256) {
        return _limits[token][payer].maxPerTransfer;
    }

    /// @dev Takes a batch's sum out of the payer's bucket. Rejected and expired sums are never put back: otherwise a
    /// payer could hold the bank's money again and again for nothing.
    function _consumeBucket(address token, address payer, uint256 amount) internal {
        RateLimiter.RefillingBucket storage bucket = _limits[token][payer].bucket;
        if (!bucket.tryConsume(BUCKET_KEY, amount)) {
            revert BucketExhausted(token, payer, amount, bucket.available(BUCKET_KEY));
        }
    }

    function _requireAdmitted(address account) internal view {
        if (!_participants[account].admitted) revert NotAdmitted(account);
    }

    function _requireActive(address account) internal view {
        _activeSignerOf(account);
    }

    /// @dev The signer of an admitted and active account, zero if it has set none.
    function _activeSignerOf(address account) internal view returns (address) {
        Participant storage participant = _participants[account];
        if (!participant.admitted) revert NotAdmitted(account);
        if (!participant.active) revert NotActive(account);
        return participant.signer;
    }

    /// @dev Takes only 65 bytes with a low s, by the one key that signs for the account now.
    function _checkSignature(address account, address signer, bytes32 digest, bytes calldata signature) internal pure {
        (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        // A failed recovery gives zero, and so does an account without a signer: zero never equals a signer.
        if (recovered == address(0) || recovered != signer) revert SignatureInvalid(account, signer, recovered);
    }

    function _setLimit(address token, address payer, Limit calldata limit) private {
        if (limit.windowSeconds == 0) revert LimitWindowZero(token, payer);
        PayerLimit storage current = _limits[token][payer];
        current.maxPerTransfer = limit.maxPerTransfer;
        // Refill until now at the old rate first; the new rate would otherwise count for the past as well.
        current.bucket.sync(BUCKET_KEY);
        current.bucket.updateSettings(limit.windowSeconds, limit.bucketCapacity);
        emit LimitSet(token, payer, limit);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Batch, BatchStatus, Instruction, Quote, RejectionProof, TransferStatus} from "./CorridorTypes.sol";

/// @notice The commit record of cross-border transfers: a batch is reserved before its quote lapses or never, and a
/// reserved batch is settled against the payee's signed outcome or released by the clock.
/// @dev Anyone may call the five functions that move money: what counts is whose signatures they carry. Clocks are
/// block timestamps; `<` settles and `>=` expires, so the two can never both be possible.
interface ICorridor {
    /// @notice Both legs of a batch are held. The instructions rebuild the tree from the log alone.
    event BatchReserved(
        bytes32 indexed batchId,
        address indexed payer,
        address indexed payee,
        bytes32 quoteHash,
        Instruction[] instructions
    );
    /// @notice All transfers of the batch but the rejected ones were exchanged, payment versus payment.
    event BatchSettled(bytes32 indexed batchId, uint96 sendSettled, uint96 receiveSettled, uint16 rejectedCount);
    /// @notice Both legs of the whole batch went back to where they came from.
    event BatchExpired(bytes32 indexed batchId);
    /// @notice The payee refused this transfer; both its legs went back. `reason` is an ISO 20022 status reason.
    event TransferRejected(bytes32 indexed batchId, uint16 indexed index, bytes4 reason);
    /// @notice The payee gave this settled transfer back, both legs. `reason` is an ISO 20022 return reason.
    event TransferReturned(
        bytes32 indexed batchId,
        uint16 indexed index,
        bytes4 reason,
        uint96 sendAmount,
        uint96 receiveAmount
    );

    /// @notice The deployment's clock bounds contradict each other.
    error HoldBoundsInvalid(uint48 minHold, uint48 maxHold);
    /// @notice A batch has 1 to 500 transfers.
    error CountOutOfBounds(uint256 count, uint256 maximum);
    /// @notice The batch states another number of instructions than were supplied.
    error CountMismatch(uint256 stated, uint256 supplied);
    /// @notice The quote could be used only before `validUntil`.
    error QuoteLapsed(uint48 validUntil, uint256 timestamp);
    /// @notice `settleUntil` leaves the payee too little time, or holds the money too long.
    error SettleUntilOutOfBounds(uint48 settleUntil, uint256 earliest, uint256 latest);
    /// @notice `returnUntil` lies before `settleUntil`, or promises the rate for too long.
    error ReturnUntilOutOfBounds(uint48 returnUntil, uint256 earliest, uint256 latest);
    /// @notice A rate of zero is no price.
    error RateZero();
    /// @notice Bank, payer and payee must be three accounts.
    error PartiesNotDistinct(address bank, address payer, address payee);
    /// @notice The two legs must be in two tokens.
    error TokensNotDistinct(address token);
    /// @notice The batch was made for another quote.
    error QuoteHashMismatch(bytes32 stated, bytes32 actual);
    /// @notice This batch has been reserved before.
    error BatchAlreadyReserved(bytes32 batchId, BatchStatus status);
    /// @notice The token's issuer does not let this account send.
    error CannotSend(address token, address account);
    /// @notice The token's issuer does not let this account receive.
    error CannotReceive(address token, address account);
    /// @notice The quote has less room left than the batch wants.
    error QuoteExhausted(bytes32 quoteHash, uint256 requested, uint256 available);
    /// @notice The instruction's details are not committed to.
    error CommitmentZero(uint256 index);
    /// @notice An amount of the instruction is zero or not below 2**96.
    error AmountsOutOfBounds(uint256 index, uint256 sendAmount, uint256 receiveAmount);
    /// @notice The instruction's amounts are not in the quoted rate.
    error RateNotHonoured(uint256 index, uint256 sendAmount, uint256 receiveAmount, uint64 rate);
    /// @notice The instructions' send amounts add up to another sum than the batch states.
    error SendTotalMismatch(uint256 stated, uint256 actual);
    /// @notice The instructions make another tree than the batch states.
    error RootMismatch(bytes32 stated, bytes32 actual);
    /// @notice The batch is not (or no longer) reserved.
    error BatchNotReserved(bytes32 batchId, BatchStatus status);
    /// @notice The batch could be settled only before `settleUntil`.
    error SettlementClosed(bytes32 batchId, uint48 settleUntil, uint256 timestamp);
    /// @notice The batch can still be settled; it expires at `settleUntil`.
    error SettlementStillOpen(bytes32 batchId, uint48 settleUntil, uint256 timestamp);
    /// @notice There must be one proof for each rejection.
    error ProofCountMismatch(uint256 rejections, uint256 proofs);
    /// @notice The instruction does not stand at this index of the batch.
    error InvalidProof(bytes32 batchId, uint256 index);
    /// @notice The batch has no transfer of this index.
    error IndexOutOfBounds(uint256 index, uint256 count);
    /// @notice Only transfers of a settled batch can be returned.
    error BatchNotSettled(bytes32 batchId, BatchStatus status);
    /// @notice The transfer could be returned at this rate only before `returnUntil`.
    error ReturnClosed(bytes32 batchId, uint48 returnUntil, uint256 timestamp);
    /// @notice The transfer was rejected, so it never settled.
    error TransferNotSettled(bytes32 batchId, uint16 index);
    /// @notice The transfer was given back before.
    error TransferAlreadyReturned(bytes32 batchId, uint16 index);
    /// @notice A return must give its reason.
    error ReturnReasonMissing(bytes32 batchId, uint16 index);

    /// @notice Holds both legs of a batch: the payer's send total and the bank's receive total. Pausable.
    /// @dev Checks in this order: pause, count, the quote's clocks and terms, hashes, whether the batch is known,
    /// parties, both signatures, every instruction, sums and root, both positions (a position there is proves its
    /// token registered), the tokens' own rules, quote room, the payer's bucket.
    function reserve(
        Quote calldata quote,
        bytes calldata quoteSignature,
        Batch calldata batch,
        bytes calldata batchSignature,
        Instruction[] calldata instructions
    ) external;

    /// @notice Exchanges all transfers of a reserved batch but the rejected ones, before `settleUntil`.
    /// @param rejections The packed list the payee signed (see Rejections); empty when there are none.
    /// @param proofs `proofs[i]` shows the amounts of rejection i.
    /// @param outcomeSignature By the payee's signer, over the batch id and the hash of the rejections.
    function settle(
        Quote calldata quote,
        Batch calldata batch,
        bytes calldata rejections,
        RejectionProof[] calldata proofs,
        bytes calldata outcomeSignature
    ) external;

    /// @notice The same as `settle`, with the amounts shown by the whole list of instructions: smaller than proofs
    /// when many transfers are rejected.
    function settleWithList(
        Quote calldata quote,
        Batch calldata batch,
        Instruction[] calldata instructions,
        bytes calldata rejections,
        bytes calldata outcomeSignature
    ) external;

    /// @notice From `settleUntil` on, gives both legs of a batch back that nobody settled.
    function expire(Quote calldata quote, Batch calldata batch) external;

    /// @notice Gives one settled transfer back, both legs, once, before `returnUntil`. Reverts while a position is
    /// short, or the payee deactivated or frozen: it waits, it does not fail.
    /// @param siblings The Merkle path of the instruction, from the leaf upwards.
    /// @param returnSignature By the payee's signer, over the batch id, the index and the reason.
    function returnTransfer(
        Quote calldata quote,
        Batch calldata batch,
        uint16 index,
        Instruction calldata instruction,
        bytes32[] calldata siblings,
        bytes4 reason,
        bytes calldata returnSignature
    ) external;

    /// @notice Stops `reserve`, and nothing else.
    function pause() external;

    /// @notice Lets `reserve` work again.
    function unpause() external;

    /// @notice Where one transfer stands. Reverts with InvalidProof if the instruction is not at this index of the
    /// batch, so that a wrong question never looks like an answer.
    function statusOf(
        Batch calldata batch,
        uint16 index,
        Instruction calldata instruction,
        bytes32[] calldata siblings
    ) external view returns (TransferStatus);

    /// @notice Where a batch stands.
    /// @return status None if it was never reserved.
    /// @return settleUntil The quote's, 0 if it was never reserved.
    /// @return sendHeld Held of the payer, in minor units; 0 unless Reserved.
    /// @return receiveHeld Held of the bank, in minor units; 0 unless Reserved.
    function batchStatusOf(
        bytes32 batchId
    ) external view returns (BatchStatus status, uint48 settleUntil, uint96 sendHeld, uint96 receiveHeld);

    /// @notice What has been reserved under a quote so far, in send minor units. Never falls.
    function quoteUsed(bytes32 quoteHash) external view returns (uint96);
}

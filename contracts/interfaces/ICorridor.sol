// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Batch, BatchStatus, Instruction, Quote, RejectionProof, TransferStatus} from "./CorridorTypes.sol";

/// @notice The commit record of cross-border transfers: a batch is reserved before its quote lapses or never, and a
/// reserved batch is settled against the payee's signed outcome or released by the clock.
/// @dev Anyone may call the five functions that move money: what counts is whose signatures they carry. Clocks are
/// block timestamps; `<` settles and `>=` expires, so the two can never both be possible.
interface ICorridor {
    /// @notice Both legs of a batch are held. The instructions rebuild the tree from the log alone.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param payer The account whose position pays.
    /// @param payee The account whose position is paid.
    /// @param quoteHash EIP-712 digest of the quote.
    /// @param instructions All instructions of the batch, in order.
    event BatchReserved(
        bytes32 indexed batchId,
        address indexed payer,
        address indexed payee,
        bytes32 quoteHash,
        Instruction[] instructions
    );
    /// @notice All transfers of the batch but the rejected ones were exchanged, payment versus payment.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param sendSettled What the bank received, in send minor units.
    /// @param receiveSettled What the payee received, in receive minor units.
    /// @param rejectedCount How many transfers of the batch were rejected.
    event BatchSettled(bytes32 indexed batchId, uint96 sendSettled, uint96 receiveSettled, uint16 rejectedCount);
    /// @notice Both legs of the whole batch went back to where they came from.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    event BatchExpired(bytes32 indexed batchId);
    /// @notice The payee refused this transfer; both its legs went back. `reason` is an ISO 20022 status reason.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param index Position of the transfer in its batch, from 0.
    /// @param reason ISO 20022 status reason, four ASCII characters.
    event TransferRejected(bytes32 indexed batchId, uint16 indexed index, bytes4 reason);
    /// @notice The payee gave this settled transfer back, both legs. `reason` is an ISO 20022 return reason.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param index Position of the transfer in its batch, from 0.
    /// @param reason ISO 20022 return reason, four ASCII characters.
    /// @param sendAmount What went back to the payer, in send minor units.
    /// @param receiveAmount What went back to the bank, in receive minor units.
    event TransferReturned(
        bytes32 indexed batchId,
        uint16 indexed index,
        bytes4 reason,
        uint96 sendAmount,
        uint96 receiveAmount
    );

    /// @notice The deployment's clock bounds contradict each other.
    /// @param minHold The shortest hold, in seconds.
    /// @param maxHold The longest hold, in seconds.
    error HoldBoundsInvalid(uint48 minHold, uint48 maxHold);
    /// @notice A batch has 1 to 500 transfers.
    /// @param count How many instructions were supplied.
    /// @param maximum The most allowed.
    error CountOutOfBounds(uint256 count, uint256 maximum);
    /// @notice The batch states another number of instructions than were supplied.
    /// @param stated The batch's `count`.
    /// @param supplied How many instructions were supplied.
    error CountMismatch(uint256 stated, uint256 supplied);
    /// @notice The quote could be used only before `validUntil`.
    /// @param validUntil The quote's clock.
    /// @param timestamp The block's second.
    error QuoteLapsed(uint48 validUntil, uint256 timestamp);
    /// @notice `settleUntil` leaves the payee too little time, or holds the money too long.
    /// @param settleUntil The quote's clock.
    /// @param earliest The first second allowed.
    /// @param latest The last second allowed.
    error SettleUntilOutOfBounds(uint48 settleUntil, uint256 earliest, uint256 latest);
    /// @notice `returnUntil` lies before `settleUntil`, or promises the rate for too long.
    /// @param returnUntil The quote's clock.
    /// @param earliest The first second allowed.
    /// @param latest The last second allowed.
    error ReturnUntilOutOfBounds(uint48 returnUntil, uint256 earliest, uint256 latest);
    /// @notice A rate of zero is no price.
    error RateZero();
    /// @notice Bank, payer and payee must be three accounts.
    /// @param bank The account that gives the rate.
    /// @param payer The account whose position pays.
    /// @param payee The account whose position is paid.
    error PartiesNotDistinct(address bank, address payer, address payee);
    /// @notice The two legs must be in two tokens.
    /// @param token The token given for both legs.
    error TokensNotDistinct(address token);
    /// @notice The batch was made for another quote.
    /// @param stated The batch's `quoteHash`.
    /// @param actual The digest of the quote supplied.
    error QuoteHashMismatch(bytes32 stated, bytes32 actual);
    /// @notice This batch has been reserved before.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param status Where it stands now.
    error BatchAlreadyReserved(bytes32 batchId, BatchStatus status);
    /// @notice The token's issuer does not let this account send.
    /// @param token The send token, or the receive token where a return is refused.
    /// @param account The account it refuses.
    error CannotSend(address token, address account);
    /// @notice The token's issuer does not let this account receive.
    /// @param token The receive token.
    /// @param account The account it refuses.
    error CannotReceive(address token, address account);
    /// @notice The quote has less room left than the batch wants.
    /// @param quoteHash EIP-712 digest of the quote.
    /// @param requested The batch's send total.
    /// @param available The room left, in send minor units.
    error QuoteExhausted(bytes32 quoteHash, uint256 requested, uint256 available);
    /// @notice The instruction's details are not committed to.
    /// @param index Position of the instruction in the batch.
    error CommitmentZero(uint256 index);
    /// @notice An amount of the instruction is zero or not below 2**96.
    /// @param index Position of the instruction in the batch.
    /// @param sendAmount Minor units of the send currency.
    /// @param receiveAmount Minor units of the receive currency.
    error AmountsOutOfBounds(uint256 index, uint256 sendAmount, uint256 receiveAmount);
    /// @notice The instruction's amounts are not in the quoted rate.
    /// @param index Position of the instruction in the batch.
    /// @param sendAmount Minor units of the send currency.
    /// @param receiveAmount Minor units of the receive currency.
    /// @param rate The quoted rate.
    error RateNotHonoured(uint256 index, uint256 sendAmount, uint256 receiveAmount, uint64 rate);
    /// @notice The instructions' send amounts add up to another sum than the batch states.
    /// @param stated The batch's `sendTotal`.
    /// @param actual The instructions' sum.
    error SendTotalMismatch(uint256 stated, uint256 actual);
    /// @notice The instructions make another tree than the batch states.
    /// @param stated The batch's `root`.
    /// @param actual The root of the instructions supplied.
    error RootMismatch(bytes32 stated, bytes32 actual);
    /// @notice The batch is not (or no longer) reserved.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param status Where the batch stands.
    error BatchNotReserved(bytes32 batchId, BatchStatus status);
    /// @notice The batch could be settled only before `settleUntil`.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param settleUntil The quote's clock.
    /// @param timestamp The block's second.
    error SettlementClosed(bytes32 batchId, uint48 settleUntil, uint256 timestamp);
    /// @notice The batch can still be settled; it expires at `settleUntil`.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param settleUntil The quote's clock.
    /// @param timestamp The block's second.
    error SettlementStillOpen(bytes32 batchId, uint48 settleUntil, uint256 timestamp);
    /// @notice There must be one proof for each rejection.
    /// @param rejections How many transfers are rejected.
    /// @param proofs How many proofs were supplied.
    error ProofCountMismatch(uint256 rejections, uint256 proofs);
    /// @notice The instruction does not stand at this index of the batch.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param index The position it was shown for.
    error InvalidProof(bytes32 batchId, uint256 index);
    /// @notice The batch has no transfer of this index.
    /// @param index The position that was rejected.
    /// @param count How many transfers the batch has.
    error IndexOutOfBounds(uint256 index, uint256 count);
    /// @notice Only transfers of a settled batch can be returned.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param status Where the batch stands.
    error BatchNotSettled(bytes32 batchId, BatchStatus status);
    /// @notice The transfer could be returned at this rate only before `returnUntil`.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param returnUntil The quote's clock.
    /// @param timestamp The block's second.
    error ReturnClosed(bytes32 batchId, uint48 returnUntil, uint256 timestamp);
    /// @notice The transfer was rejected, so it never settled.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param index Position of the transfer in its batch, from 0.
    error TransferNotSettled(bytes32 batchId, uint16 index);
    /// @notice The transfer was given back before.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param index Position of the transfer in its batch, from 0.
    error TransferAlreadyReturned(bytes32 batchId, uint16 index);
    /// @notice A return must give its reason.
    /// @param batchId The batch's id: the EIP-712 digest of the signed `Batch`.
    /// @param index Position of the transfer in its batch, from 0.
    error ReturnReasonMissing(bytes32 batchId, uint16 index);

    /// @notice Holds both legs of a batch: the payer's send total and the bank's receive total. Pausable.
    /// @dev Checks in this order: pause, count, the quote's clocks and terms, hashes, whether the batch is known,
    /// parties, both signatures, every instruction, sums and root, both positions (a position there is proves its
    /// token registered), quote room, the payer's bucket, the tokens' own rules.
    /// @param quote The quote the batch was made for, word by word as the bank signed it.
    /// @param quoteSignature By the bank's signer, over the quote.
    /// @param batch The batch, word by word as the payer signed it.
    /// @param batchSignature By the payer's signer, over the batch.
    /// @param instructions All instructions of the batch, in order.
    function reserve(
        Quote calldata quote,
        bytes calldata quoteSignature,
        Batch calldata batch,
        bytes calldata batchSignature,
        Instruction[] calldata instructions
    ) external;

    /// @notice Exchanges all transfers of a reserved batch but the rejected ones, before `settleUntil`.
    /// @param quote The quote the batch was made for, word by word as the bank signed it.
    /// @param batch The batch, word by word as the payer signed it.
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
    /// @param quote The quote the batch was made for, word by word as the bank signed it.
    /// @param batch The batch, word by word as the payer signed it.
    /// @param instructions All instructions of the batch, in order.
    /// @param rejections The packed list the payee signed (see Rejections); empty when there are none.
    /// @param outcomeSignature By the payee's signer, over the batch id and the hash of the rejections.
    function settleWithList(
        Quote calldata quote,
        Batch calldata batch,
        Instruction[] calldata instructions,
        bytes calldata rejections,
        bytes calldata outcomeSignature
    ) external;

    /// @notice From `settleUntil` on, gives both legs of a batch back that nobody settled.
    /// @param quote The quote the batch was made for, word by word as the bank signed it.
    /// @param batch The batch, word by word as the payer signed it.
    function expire(Quote calldata quote, Batch calldata batch) external;

    /// @notice Gives one settled transfer back, both legs, once, before `returnUntil`. Reverts while a position is
    /// short, or the payee deactivated or frozen: it waits, it does not fail.
    /// @param quote The quote the batch was made for, word by word as the bank signed it.
    /// @param batch The batch, word by word as the payer signed it.
    /// @param index Position of the transfer in its batch, from 0.
    /// @param instruction The instruction at that index.
    /// @param siblings The Merkle path of the instruction, from the leaf upwards.
    /// @param reason ISO 20022 return reason, four ASCII characters, not zero.
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
    /// @param batch The batch, word by word as the payer signed it.
    /// @param index Position of the transfer in its batch, from 0.
    /// @param instruction The instruction at that index.
    /// @param siblings The Merkle path of the instruction, from the leaf upwards.
    /// @return None if the batch was never reserved.
    function statusOf(
        Batch calldata batch,
        uint16 index,
        Instruction calldata instruction,
        bytes32[] calldata siblings
    ) external view returns (TransferStatus);

    /// @notice Where a batch stands.
    /// @param batchId The EIP-712 digest of the signed `Batch`.
    /// @return status None if it was never reserved.
    /// @return settleUntil The quote's, 0 if it was never reserved.
    /// @return sendHeld Held of the payer, in minor units; 0 unless Reserved.
    /// @return receiveHeld Held of the bank, in minor units; 0 unless Reserved.
    function batchStatusOf(
        bytes32 batchId
    ) external view returns (BatchStatus status, uint48 settleUntil, uint96 sendHeld, uint96 receiveHeld);

    /// @notice What has been reserved under a quote so far, in send minor units. Never falls.
    /// @param quoteHash EIP-712 digest of the quote.
    /// @return Minor units of the send currency, at most the quote's `maxSend`.
    function quoteUsed(bytes32 quoteHash) external view returns (uint96);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Positions} from "./Positions.sol";
import {ICorridor} from "./interfaces/ICorridor.sol";
import {ITransferRules} from "./interfaces/ITokenisedDeposit.sol";
import {Batch, BatchStatus, Instruction, Quote, RejectionProof, TransferStatus} from "./interfaces/CorridorTypes.sol";
import {Amounts} from "./libraries/Amounts.sol";
import {BatchRecord, packRecord} from "./libraries/BatchRecord.sol";
import {BatchTree} from "./libraries/BatchTree.sol";
import {CorridorHash} from "./libraries/CorridorHash.sol";
import {Rejections} from "./libraries/Rejections.sol";

/// @notice Reserves, settles, releases and returns batches of transfers between participants. One corridor serves
/// every bank and every pair of currencies; it cannot be upgraded.
contract Corridor is ICorridor, Positions, Pausable, EIP712 {
    using BitMaps for BitMaps.BitMap;
    using Rejections for bytes;

    /// @notice The most transfers a batch may have.
    uint256 public constant MAX_COUNT = 500;

    /// @notice The payee has at least this many seconds from a reservation to `settleUntil`.
    uint48 public immutable minHold;
    /// @notice Money is held for at most this many seconds from a reservation to `settleUntil`.
    uint48 public immutable maxHold;
    /// @notice The bank promises its rate for returns at most this many seconds past `settleUntil`.
    uint48 public immutable maxReturn;

    /// @inheritdoc ICorridor
    mapping(bytes32 quoteHash => uint96) public quoteUsed;

    mapping(bytes32 batchId => BatchRecord) private _batches;
    /// @dev Written for exceptions only: a settled transfer is one that is not in here.
    mapping(bytes32 batchId => BitMaps.BitMap) private _rejected;
    mapping(bytes32 batchId => BitMaps.BitMap) private _returned;

    /// @notice Makes a corridor without participants and tokens.
    /// @param authority The AccessManager that knows the roles.
    /// @param minHold_ Seconds, at least 1.
    /// @param maxHold_ Seconds, at least `minHold_`.
    /// @param maxReturn_ Seconds; 0 means that nothing can be returned after `settleUntil`.
    constructor(
        address authority,
        uint48 minHold_,
        uint48 maxHold_,
        uint48 maxReturn_
    ) AccessManaged(authority) EIP712("Corridor", "1") {
        if (minHold_ == 0 || minHold_ > maxHold_) revert HoldBoundsInvalid(minHold_, maxHold_);
        minHold = minHold_;
        maxHold = maxHold_;
        maxReturn = maxReturn_;
    }

    /// @inheritdoc ICorridor
    function reserve(
        Quote calldata quote,
        bytes calldata quoteSignature,
        Batch calldata batch,
        bytes calldata batchSignature,
        Instruction[] calldata instructions
    ) external whenNotPaused nonReentrant {
        _checkCount(batch, instructions);
        _checkTerms(quote);
        bytes32 batchId = _identify(quote, batch);
        BatchStatus status = _batches[batchId].statusOf();
        if (status != BatchStatus.None) revert BatchAlreadyReserved(batchId, status);

        (address bank, address payer, address payee) = (quote.bank, quote.payer, quote.payee);
        _requireActive(payee);
        _checkSignature(bank, _activeSignerOf(bank), batch.quoteHash, quoteSignature);
        _checkSignature(payer, _activeSignerOf(payer), batchId, batchSignature);
        uint96 receiveTotal = _checkInstructions(quote, batch, instructions);

        // The debits come first: a position there is to debit proves that its token is registered, and only
        // registered tokens are called.
        (address sendToken, address receiveToken, uint96 sendTotal) = (
            quote.sendToken,
            quote.receiveToken,
            batch.sendTotal
        );
        _debit(sendToken, payer, sendTotal);
        _debit(receiveToken, bank, receiveTotal);
        _useQuote(quote, batch);
        _consumeBucket(sendToken, payer, sendTotal);
        _batches[batchId] = packRecord(BatchStatus.Reserved, quote.settleUntil, sendTotal, receiveTotal);
        // The tokens are asked last: whatever they look at, they see the batch reserved.
        _checkCanSend(sendToken, payer);
        _checkCanReceive(receiveToken, payee);
        emit BatchReserved(batchId, payer, payee, batch.quoteHash, instructions);
    }

    /// @inheritdoc ICorridor
    function settle(
        Quote calldata quote,
        Batch calldata batch,
        bytes calldata rejections,
        RejectionProof[] calldata proofs,
        bytes calldata outcomeSignature
    ) external nonReentrant {
        (bytes32 batchId, BatchRecord record) = _checkOutcome(quote, batch, rejections, outcomeSignature);
        uint256 rejectedCount = rejections.countOf();
        if (proofs.length != rejectedCount) revert ProofCountMismatch(rejectedCount, proofs.length);

        uint256 sendRejected = 0;
        uint256 receiveRejected = 0;
        uint256 lowestAllowed = 0;
        for (uint256 i = 0; i < rejectedCount; ++i) {
            RejectionProof calldata proof = proofs[i];
            uint16 index = _reject(batchId, rejections, i, lowestAllowed);
            if (!BatchTree.contains(batch.root, index, proof.instruction, proof.siblings)) {
                revert InvalidProof(batchId, index);
            }
            sendRejected += proof.instruction.amounts.sendOf();
            receiveRejected += proof.instruction.amounts.receiveOf();
            lowestAllowed = uint256(index) + 1;
        }
        _exchange(quote, batchId, record, sendRejected, receiveRejected, rejectedCount);
    }

    /// @inheritdoc ICorridor
    function settleWithList(
        Quote calldata quote,
        Batch calldata batch,
        Instruction[] calldata instructions,
        bytes calldata rejections,
        bytes calldata outcomeSignature
    ) external nonReentrant {
        (bytes32 batchId, BatchRecord record) = _checkOutcome(quote, batch, rejections, outcomeSignature);
        uint256 rejectedCount = rejections.countOf();
        _checkCount(batch, instructions);
        _checkRoot(batch, instructions);

        uint256 sendRejected = 0;
        uint256 receiveRejected = 0;
        uint256 lowestAllowed = 0;
        for (uint256 i = 0; i < rejectedCount; ++i) {
            uint16 index = _reject(batchId, rejections, i, lowestAllowed);
            if (index >= instructions.length) revert IndexOutOfBounds(index, instructions.length);
            sendRejected += instructions[index].amounts.sendOf();
            receiveRejected += instructions[index].amounts.receiveOf();
            lowestAllowed = uint256(index) + 1;
        }
        _exchange(quote, batchId, record, sendRejected, receiveRejected, rejectedCount);
    }

    /// @inheritdoc ICorridor
    function expire(Quote calldata quote, Batch calldata batch) external nonReentrant {
        bytes32 batchId = _identify(quote, batch);
        BatchRecord record = _reserved(batchId);
        uint48 settleUntil = record.settleUntilOf();
        if (block.timestamp < settleUntil) revert SettlementStillOpen(batchId, settleUntil, block.timestamp);
        _batches[batchId] = packRecord(BatchStatus.Expired, settleUntil, 0, 0);
        _credit(quote.sendToken, quote.payer, record.sendHeldOf());
        _credit(quote.receiveToken, quote.bank, record.receiveHeldOf());
        emit BatchExpired(batchId);
    }

    /// @inheritdoc ICorridor
    function returnTransfer(
        Quote calldata quote,
        Batch calldata batch,
        uint16 index,
        Instruction calldata instruction,
        bytes32[] calldata siblings,
        bytes4 reason,
        bytes calldata returnSignature
    ) external nonReentrant {
        bytes32 batchId = _identify(quote, batch);
        BatchStatus status = _batches[batchId].statusOf();
        if (status != BatchStatus.Settled) revert BatchNotSettled(batchId, status);
        if (block.timestamp >= quote.returnUntil) {
            revert ReturnClosed(batchId, quote.returnUntil, block.timestamp);
        }
        if (reason == 0) revert ReturnReasonMissing(batchId, index);
        if (!BatchTree.contains(batch.root, index, instruction, siblings)) revert InvalidProof(batchId, index);
        if (_rejected[batchId].get(index)) revert TransferNotSettled(batchId, index);
        if (_returned[batchId].get(index)) revert TransferAlreadyReturned(batchId, index);
        address signer = _activeSignerOf(quote.payee);
        bytes32 digest = _hashTypedDataV4(CorridorHash.hashReturn(batchId, index, reason));
        _checkSignature(quote.payee, signer, digest, returnSignature);
        // A return spends the payee's position, and a frozen account spends nothing.
        _checkCanSend(quote.receiveToken, quote.payee);

        _returned[batchId].set(index);
        uint96 sendAmount = uint96(instruction.amounts.sendOf());
        uint96 receiveAmount = uint96(instruction.amounts.receiveOf());
        _debit(quote.receiveToken, quote.payee, receiveAmount);
        _credit(quote.receiveToken, quote.bank, receiveAmount);
        _debit(quote.sendToken, quote.bank, sendAmount);
        _credit(quote.sendToken, quote.payer, sendAmount);
        emit TransferReturned(batchId, index, reason, sendAmount, receiveAmount);
    }

    /// @inheritdoc ICorridor
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc ICorridor
    function unpause() external restricted {
        _unpause();
    }

    /// @inheritdoc ICorridor
    function statusOf(
        Batch calldata batch,
        uint16 index,
        Instruction calldata instruction,
        bytes32[] calldata siblings
    ) external view returns (TransferStatus) {
        bytes32 batchId = _hashTypedDataV4(CorridorHash.hashBatch(batch));
        if (!BatchTree.contains(batch.root, index, instruction, siblings)) revert InvalidProof(batchId, index);
        BatchStatus status = _batches[batchId].statusOf();
        if (status == BatchStatus.None) return TransferStatus.None;
        if (status == BatchStatus.Reserved) return TransferStatus.Reserved;
        if (status == BatchStatus.Expired) return TransferStatus.Expired;
        if (_rejected[batchId].get(index)) return TransferStatus.Rejected;
        if (_returned[batchId].get(index)) return TransferStatus.Returned;
        return TransferStatus.Settled;
    }

    /// @inheritdoc ICorridor
    function batchStatusOf(
        bytes32 batchId
    ) external view returns (BatchStatus status, uint48 settleUntil, uint96 sendHeld, uint96 receiveHeld) {
        BatchRecord record = _batches[batchId];
        return (record.statusOf(), record.settleUntilOf(), record.sendHeldOf(), record.receiveHeldOf());
    }

    /// @dev The batch's id, once the quote is known to be the one the batch was made for.
    function _identify(Quote calldata quote, Batch calldata batch) private view returns (bytes32 batchId) {
        bytes32 domain = _domainSeparatorV4();
        bytes32 quoteHash = MessageHashUtils.toTypedDataHash(domain, CorridorHash.hashQuote(quote));
        if (batch.quoteHash != quoteHash) revert QuoteHashMismatch(batch.quoteHash, quoteHash);
        return MessageHashUtils.toTypedDataHash(domain, CorridorHash.hashBatch(batch));
    }

    function _checkCount(Batch calldata batch, Instruction[] calldata instructions) private pure {
        uint256 count = instructions.length;
        if (count == 0 || count > MAX_COUNT) revert CountOutOfBounds(count, MAX_COUNT);
        if (count != batch.count) revert CountMismatch(batch.count, count);
    }

    /// @dev The clocks are the bank's, since it carries the rate; the bounds protect the payee and the payer.
    function _checkTerms(Quote calldata quote) private view {
        if (block.timestamp >= quote.validUntil) revert QuoteLapsed(quote.validUntil, block.timestamp);
        uint48 settleUntil = quote.settleUntil;
        uint256 earliest = block.timestamp + minHold;
        uint256 latest = block.timestamp + maxHold;
        if (settleUntil < earliest || settleUntil > latest) {
            revert SettleUntilOutOfBounds(settleUntil, earliest, latest);
        }
        uint48 returnUntil = quote.returnUntil;
        uint256 latestReturn = uint256(settleUntil) + maxReturn;
        if (returnUntil < settleUntil || returnUntil > latestReturn) {
            revert ReturnUntilOutOfBounds(returnUntil, settleUntil, latestReturn);
        }
        if (quote.rate == 0) revert RateZero();
        (address bank, address payer, address payee) = (quote.bank, quote.payer, quote.payee);
        if (bank == payer || bank == payee || payer == payee) revert PartiesNotDistinct(bank, payer, payee);
        if (quote.sendToken == quote.receiveToken) revert TokensNotDistinct(quote.sendToken);
    }

    /// @dev Positions are inside the corridor, so the tokens' own rules must be asked for: a frozen account could
    /// otherwise spend its position.
    function _checkCanSend(address token, address account) private view {
        if (!ITransferRules(token).canSend(account)) revert CannotSend(token, account);
    }

    function _checkCanReceive(address token, address account) private view {
        if (!ITransferRules(token).canReceive(account)) revert CannotReceive(token, account);
    }

    function _checkInstructions(
        Quote calldata quote,
        Batch calldata batch,
        Instruction[] calldata instructions
    ) private view returns (uint96 receiveTotal) {
        uint256 maximum = _maxPerTransfer(quote.sendToken, quote.payer);
        uint64 rate = quote.rate;
        uint256 sendSum = 0;
        uint256 receiveSum = 0;
        for (uint256 i = 0; i < instructions.length; ++i) {
            Instruction calldata instruction = instructions[i];
            if (instruction.commitment == 0) revert CommitmentZero(i);
            Amounts amounts = instruction.amounts;
            uint256 sendAmount = amounts.sendOf();
            uint256 receiveAmount = amounts.receiveOf();
            if (!amounts.inBounds()) revert AmountsOutOfBounds(i, sendAmount, receiveAmount);
            if (!amounts.honours(rate)) revert RateNotHonoured(i, sendAmount, receiveAmount, rate);
            if (sendAmount > maximum) revert AboveMaxPerTransfer(i, sendAmount, maximum);
            // At most 500 amounts below 2**96 each: neither sum comes near 2**256.
            unchecked {
                sendSum += sendAmount;
                receiveSum += receiveAmount;
            }
        }
        if (sendSum != batch.sendTotal) revert SendTotalMismatch(batch.sendTotal, sendSum);
        _checkRoot(batch, instructions);
        return SafeCast.toUint96(receiveSum);
    }

    function _checkRoot(Batch calldata batch, Instruction[] calldata instructions) private pure {
        bytes32 root = BatchTree.rootOf(instructions);
        if (root != batch.root) revert RootMismatch(batch.root, root);
    }

    function _useQuote(Quote calldata quote, Batch calldata batch) private {
        uint96 used = quoteUsed[batch.quoteHash];
        uint96 available = quote.maxSend - used;
        if (batch.sendTotal > available) revert QuoteExhausted(batch.quoteHash, batch.sendTotal, available);
        quoteUsed[batch.quoteHash] = used + batch.sendTotal;
    }

    /// @dev The batch's record, if it is reserved.
    function _reserved(bytes32 batchId) private view returns (BatchRecord record) {
        record = _batches[batchId];
        BatchStatus status = record.statusOf();
        if (status != BatchStatus.Reserved) revert BatchNotReserved(batchId, status);
    }

    /// @dev What both ways to settle demand: a reserved batch, in time, and the payee's signed outcome.
    function _checkOutcome(
        Quote calldata quote,
        Batch calldata batch,
        bytes calldata rejections,
        bytes calldata outcomeSignature
    ) private view returns (bytes32 batchId, BatchRecord record) {
        batchId = _identify(quote, batch);
        record = _reserved(batchId);
        uint48 settleUntil = record.settleUntilOf();
        if (block.timestamp >= settleUntil) revert SettlementClosed(batchId, settleUntil, block.timestamp);
        bytes32 digest = _hashTypedDataV4(CorridorHash.hashOutcome(batchId, rejections));
        _checkSignature(quote.payee, signerOf(quote.payee), digest, outcomeSignature);
    }

    function _reject(
        bytes32 batchId,
        bytes calldata rejections,
        uint256 position,
        uint256 lowestAllowed
    ) private returns (uint16 index) {
        bytes4 reason;
        (index, reason) = rejections.itemAt(position, lowestAllowed);
        _rejected[batchId].set(index);
        emit TransferRejected(batchId, index, reason);
    }

    /// @dev Payment versus payment: the bank's send side and the payee's receive side rise over the same transfers,
    /// and what was rejected goes back to where it came from.
    function _exchange(
        Quote calldata quote,
        bytes32 batchId,
        BatchRecord record,
        uint256 sendRejected,
        uint256 receiveRejected,
        uint256 rejectedCount
    ) private {
        uint96 sendSettled = SafeCast.toUint96(record.sendHeldOf() - sendRejected);
        uint96 receiveSettled = SafeCast.toUint96(record.receiveHeldOf() - receiveRejected);
        _batches[batchId] = packRecord(BatchStatus.Settled, record.settleUntilOf(), 0, 0);
        _credit(quote.sendToken, quote.bank, sendSettled);
        _credit(quote.receiveToken, quote.payee, receiveSettled);
        if (rejectedCount != 0) {
            _credit(quote.sendToken, quote.payer, sendRejected);
            _credit(quote.receiveToken, quote.bank, receiveRejected);
        }
        emit BatchSettled(batchId, sendSettled, receiveSettled, uint16(rejectedCount));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICorridor} from "../../../contracts/interfaces/ICorridor.sol";
import {IParticipants} from "../../../contracts/interfaces/IParticipants.sol";
import {IPositions} from "../../../contracts/interfaces/IPositions.sol";
import {ITokenisedDeposit} from "../../../contracts/interfaces/ITokenisedDeposit.sol";
import {Batch, Instruction, Limit, Quote, RejectionProof} from "../../../contracts/interfaces/CorridorTypes.sol";
import {packAmounts} from "../../../contracts/libraries/Amounts.sol";
import {CorridorHash} from "../../../contracts/libraries/CorridorHash.sol";
import {Ledger} from "./Ledger.sol";
import {VM} from "./Vm.sol";

/// @notice Makes random calls to the corridor, by whoever and with whatever, and says of each beforehand whether it
/// must go through.
contract CorridorHandler is Ledger {
    bytes4 private constant REASON = "AC04";

    uint256 private _ids;

    function fund(uint256 seed) external {
        _start(seed);
        (address token, address account) = (_token(), _account());
        uint256 amount = 1 + _draw(1_000_000);
        bytes32 fundingId = _freshId();
        ITokenisedDeposit deposit = ITokenisedDeposit(token);
        if (!deposit.canReceive(account)) return;
        deposit.issue(account, amount, fundingId);
        issued[token] += amount;
        (bool again, ) = token.call(abi.encodeCall(deposit.issue, (account, amount, fundingId)));
        _expect(!again, 2, "a funding id was issued against twice");
        if (frozen[token][account]) return;
        VM.prank(account);
        IPositions(corridor).deposit(token, amount);
        positions[token][account] += amount;
    }

    function withdrawAndRedeem(uint256 seed) external {
        _start(seed);
        (address token, address account) = (_token(), _account());
        uint256 amount = _draw(100_000);
        ITokenisedDeposit deposit = ITokenisedDeposit(token);
        bool possible = amount != 0 && amount <= positions[token][account] && deposit.canReceive(account);
        bool done = _call("withdraw", account, abi.encodeCall(IPositions.withdraw, (token, amount)));
        _expect(done == possible, 10, "withdraw went otherwise than position and account say");
        if (!done) return;
        positions[token][account] -= amount;
        if (frozen[token][account]) return;
        VM.prank(account);
        deposit.redeem(amount, _freshId());
        redeemed[token] += amount;
    }

    function reserve(uint256 seed) external {
        _start(seed);
        // Sometimes with nothing in the way, or chance would seldom let a batch through.
        if (_draw(3) == 0) _reopen();
        if (_quotes.length == 0 || _draw(4) != 0) _quotes.push(_newQuote(seed));
        Quote memory quote = _quotes[_quotes.length - 1];
        (Instruction[] memory instructions, uint256 sent, uint256 received) = _instructions(quote.rate);
        Batch memory batch = Batch({
            root: this.rootOf(instructions),
            quoteHash: this.quoteHashOf(quote),
            sendTotal: uint96(sent),
            count: uint16(instructions.length)
        });
        uint256 lie = _draw(20);
        (uint256 bankKey, uint256 payerKey) = (keyOf[quote.bank], keyOf[quote.payer]);
        if (lie == 0) batch.sendTotal += 1;
        if (lie == 1) batch.root = keccak256("another tree");
        if (lie == 2) bankKey = payerKey;
        if (lie == 3) payerKey = _oldKeyOf[quote.payer];
        bool possible =
            lie > 3 &&
                !_isKnown[this.batchIdOf(batch)] &&
                _mayReserve(quote, instructions, sent, received, batch.quoteHash);
        bytes memory data = abi.encodeCall(
            ICorridor.reserve,
            (quote, _sign(bankKey, batch.quoteHash), batch, _sign(payerKey, this.batchIdOf(batch)), instructions)
        );
        bool done = _call("reserve", _stranger(), data);
        _expect(done == possible, lie > 3 ? 7 : 11, "reserve went otherwise than the rules say");
        if (!done) return;
        positions[quote.sendToken][quote.payer] -= sent;
        positions[quote.receiveToken][quote.bank] -= received;
        used[batch.quoteHash] += sent;
        _remember(quote, batch, instructions);
        _expect(!_call("reserve again", _stranger(), data), 8, "a batch was reserved twice");
    }

    function settle(uint256 seed) external {
        _start(seed);
        if (_known.length == 0) return;
        uint256 place = _recent();
        Known storage known = _known[place];
        Instruction[] memory instructions = _instructionsAt[place];
        uint256 mask = _draw(3) == 0 ? 0 : _draw(1 << instructions.length);
        (bytes memory rejections, RejectionProof[] memory proofs) = _rejections(instructions, mask);
        uint256 lie = _draw(14);
        uint256 key = lie == 0 ? _oldKeyOf[known.quote.payee] : keyOf[known.quote.payee];
        bytes memory signature = _sign(key, this.outcomeDigestOf(known.batchId, rejections));
        if (lie == 1) rejections = bytes.concat(rejections, hex"0000414330");
        if (lie == 2) known.quote.maxSend += 1;
        bytes memory data =
            _draw(2) == 0 || (lie == 3 && mask != 0)
                ? abi.encodeCall(
                    ICorridor.settle,
                    (known.quote, known.batch, rejections, lie == 3 ? _spoil(proofs) : proofs, signature)
                )
                : abi.encodeCall(
                    ICorridor.settleWithList,
                    (known.quote, known.batch, instructions, rejections, signature)
                );
        bool possible = known.open && block.timestamp < known.quote.settleUntil && lie > 2 && (lie != 3 || mask == 0);
        bool done = _moveBoth("settle", data, known.quote);
        if (lie == 2) known.quote.maxSend -= 1;
        _expect(done == possible, lie > 3 ? 10 : 11, "settle went otherwise than clock and signature say");
        if (!done) return;
        _bookSettlement(place, mask);
        _expect(!_call("settle again", _stranger(), data), 4, "a batch was settled twice");
    }

    function expire(uint256 seed) external {
        _start(seed);
        if (_known.length == 0) return;
        Known storage known = _known[_recent()];
        Quote memory quote = known.quote;
        bool possible = known.open && block.timestamp >= quote.settleUntil;
        bytes memory data = abi.encodeCall(ICorridor.expire, (quote, known.batch));
        bool done = _call("expire", _stranger(), data);
        _expect(done == possible, 4, "expire went otherwise than the clock says");
        if (!done) return;
        known.open = false;
        _expect(!_call("expire again", _stranger(), data), 4, "a batch expired twice");
        Instruction[] memory instructions = _instructionsAt[_placeOf(known.batchId)];
        for (uint256 i = 0; i < instructions.length; ++i) {
            positions[quote.sendToken][quote.payer] += instructions[i].amounts.sendOf();
            positions[quote.receiveToken][quote.bank] += instructions[i].amounts.receiveOf();
        }
    }

    function giveBack(uint256 seed) external {
        _start(seed);
        if (_known.length == 0) return;
        uint256 place = _recent();
        Known storage known = _known[place];
        Quote memory quote = known.quote;
        Instruction[] memory instructions = _instructionsAt[place];
        uint16 index = uint16(_draw(instructions.length));
        uint256 lie = _draw(10);
        Instruction memory instruction = instructions[index];
        if (lie == 0) instruction.amounts = packAmounts(1, 1);
        uint256 key = lie == 1 ? keyOf[quote.payer] : keyOf[quote.payee];
        bytes32 digest = _digest(CorridorHash.hashReturn(known.batchId, index, REASON));
        bytes memory data = abi.encodeCall(
            ICorridor.returnTransfer,
            (quote, known.batch, index, instruction, _siblings(instructions, index), REASON, _sign(key, digest))
        );
        bool possible = lie > 1 && _mayReturn(known, index, instruction);
        bool done = _moveBoth("return", data, quote);
        _expect(done == possible, 5, "return went otherwise than the rules say");
        if (!done) return;
        known.returnedMask |= 1 << index;
        _expect(!_call("return again", _stranger(), data), 5, "a transfer was returned twice");
        (uint256 sent, uint256 received) = (instruction.amounts.sendOf(), instruction.amounts.receiveOf());
        positions[quote.receiveToken][quote.payee] -= received;
        positions[quote.receiveToken][quote.bank] += received;
        positions[quote.sendToken][quote.bank] -= sent;
        positions[quote.sendToken][quote.payer] += sent;
    }

    function pass(uint256 seed) external {
        _start(seed);
        uint256[6] memory seconds_ = [uint256(1), 29, 60, 600, 4_000, 40_000];
        VM.warp(block.timestamp + seconds_[_draw(6)]);
    }

    /// @dev Guardian, governor and compliance at work: nothing they do moves a position.
    function administer(uint256 seed) external {
        _start(seed);
        (address token, address account) = (_token(), _account());
        // More often than not things are put right again, or soon nothing would be possible.
        uint256 act = _draw(16);
        if (act == 0) {
            paused ? ICorridor(corridor).unpause() : ICorridor(corridor).pause();
            paused = !paused;
        } else if (act == 1) {
            IParticipants participants = IParticipants(corridor);
            inactive[account] ? participants.reactivate(account) : participants.deactivate(account);
            inactive[account] = !inactive[account];
        } else if (act == 2) {
            frozen[token][account] = !frozen[token][account];
            uint256 amount = frozen[token][account] ? type(uint256).max : 0;
            ITokenisedDeposit(token).setFrozenTokens(account, amount);
        } else if (act == 3) {
            ITokenisedDeposit deposit = ITokenisedDeposit(token);
            deposit.canReceive(account) ? deposit.closeAccount(account) : deposit.openAccount(account);
        } else if (act == 4) {
            _newKey(account);
        } else if (act == 5) {
            IParticipants(corridor).raiseLimit(token, account, Limit(MAX_PER_TRANSFER, BUCKET, WINDOW));
        } else if (act == 6) {
            uint256 balance = IERC20(token).balanceOf(account);
            if (balance == 0 || frozen[token][account] || !ITokenisedDeposit(token).canSend(account)) return;
            VM.prank(account);
            require(IERC20(token).transfer(corridor, balance), "the token refused a gift");
            stray[token] += balance;
        } else {
            _reopen();
        }
    }

    /// @dev Whoever has no role tries what only a role may do, and compliance tries the corridor's own account.
    function overreach(uint256 seed) external {
        _start(seed);
        (address token, address account) = (_token(), _account());
        bytes[9] memory attempts = [
            abi.encodeCall(ICorridor.pause, ()),
            abi.encodeCall(ICorridor.unpause, ()),
            abi.encodeCall(IParticipants.admit, (_stranger())),
            abi.encodeCall(IParticipants.deactivate, (account)),
            abi.encodeCall(IParticipants.reactivate, (account)),
            abi.encodeCall(IPositions.registerToken, (address(this))),
            abi.encodeCall(IParticipants.raiseLimit, (token, account, Limit(1, 1, 1))),
            abi.encodeCall(IParticipants.lowerLimit, (token, account, Limit(0, 0, WINDOW))),
            abi.encodeCall(IParticipants.setSigner, (VM.addr(keyOf[account])))
        ];
        bool done = _call("overreach", _stranger(), attempts[_draw(9)]);
        _expect(!done, 11, "a stranger used a role's function");
        (done, ) = token.call(abi.encodeCall(ITokenisedDeposit.forcedTransfer, (corridor, account, 1)));
        _expect(!done, 11, "compliance took from the corridor");
    }

    function _reopen() private {
        if (paused) ICorridor(corridor).unpause();
        paused = false;
        for (uint256 i = 0; i < PARTIES; ++i) {
            address account = accounts[i];
            if (inactive[account]) IParticipants(corridor).reactivate(account);
            inactive[account] = false;
            for (uint256 j = 0; j < TOKENS; ++j) {
                ITokenisedDeposit(tokens[j]).openAccount(account);
                ITokenisedDeposit(tokens[j]).setFrozenTokens(account, 0);
                frozen[tokens[j]][account] = false;
            }
        }
    }

    function _call(string memory kind, address caller, bytes memory data) private returns (bool done) {
        VM.prank(caller);
        (done, ) = corridor.call(data);
        if (done) taken[kind] += 1;
    }

    /// @dev A call that must move the bank's send side and the payee's receive side together or not at all.
    function _moveBoth(string memory kind, bytes memory data, Quote memory quote) private returns (bool done) {
        IPositions book = IPositions(corridor);
        uint256 bankBefore = book.positionOf(quote.sendToken, quote.bank);
        uint256 payeeBefore = book.positionOf(quote.receiveToken, quote.payee);
        done = _call(kind, _stranger(), data);
        uint256 bankAfter = book.positionOf(quote.sendToken, quote.bank);
        uint256 payeeAfter = book.positionOf(quote.receiveToken, quote.payee);
        bool together =
            bankAfter > bankBefore == payeeAfter > payeeBefore && bankAfter < bankBefore == payeeAfter < payeeBefore;
        _expect(together, 3, "one leg moved without the other");
    }

    function _bookSettlement(uint256 place, uint256 mask) private {
        Known storage known = _known[place];
        Quote memory quote = known.quote;
        known.open = false;
        known.settled = true;
        known.rejectedMask = mask;
        Instruction[] memory instructions = _instructionsAt[place];
        for (uint256 i = 0; i < instructions.length; ++i) {
            bool rejected = (mask >> i) & 1 == 1;
            address sendTo = rejected ? quote.payer : quote.bank;
            address receiveTo = rejected ? quote.bank : quote.payee;
            positions[quote.sendToken][sendTo] += instructions[i].amounts.sendOf();
            positions[quote.receiveToken][receiveTo] += instructions[i].amounts.receiveOf();
        }
    }

    function _remember(Quote memory quote, Batch memory batch, Instruction[] memory instructions) private {
        for (uint256 i = 0; i < instructions.length; ++i) _instructionsAt[_known.length].push(instructions[i]);
        bytes32 batchId = this.batchIdOf(batch);
        _isKnown[batchId] = true;
        _known.push(Known(quote, batch, batchId, true, false, block.timestamp, 0, 0));
    }

    function _mayReserve(
        Quote memory quote,
        Instruction[] memory instructions,
        uint256 sent,
        uint256 received,
        bytes32 quoteHash
    ) private view returns (bool) {
        if (paused || inactive[quote.bank] || inactive[quote.payer] || inactive[quote.payee]) return false;
        if (quote.bank == quote.payer || quote.bank == quote.payee || quote.payer == quote.payee) return false;
        if (block.timestamp >= quote.validUntil || block.timestamp + 30 > quote.settleUntil) return false;
        for (uint256 i = 0; i < instructions.length; ++i) {
            if (instructions[i].amounts.sendOf() > MAX_PER_TRANSFER) return false;
            if (instructions[i].amounts.receiveOf() == 0) return false;
        }
        ITokenisedDeposit sendToken = ITokenisedDeposit(quote.sendToken);
        if (!sendToken.canSend(quote.payer)) return false;
        if (!ITokenisedDeposit(quote.receiveToken).canReceive(quote.payee)) return false;
        if (sent > positions[quote.sendToken][quote.payer]) return false;
        if (received > positions[quote.receiveToken][quote.bank]) return false;
        (, uint256 available) = IParticipants(corridor).limitOf(quote.sendToken, quote.payer);
        return used[quoteHash] + sent <= quote.maxSend && sent <= available;
    }

    function _mayReturn(Known storage known, uint16 index, Instruction memory instruction) private view returns (bool) {
        Quote memory quote = known.quote;
        if (!known.settled || block.timestamp >= quote.returnUntil || inactive[quote.payee]) return false;
        if (((known.rejectedMask | known.returnedMask) >> index) & 1 == 1) return false;
        if (!ITokenisedDeposit(quote.receiveToken).canSend(quote.payee)) return false;
        return
            positions[quote.receiveToken][quote.payee] >= instruction.amounts.receiveOf() &&
            positions[quote.sendToken][quote.bank] >= instruction.amounts.sendOf();
    }

    function _newQuote(uint256 salt) private returns (Quote memory quote) {
        uint256 sendToken = _draw(TOKENS);
        uint256 bank = _draw(PARTIES);
        uint256 payer = _draw(10) == 0 ? bank : (bank + 1 + _draw(2)) % PARTIES;
        uint48 now_ = uint48(block.timestamp);
        quote.bank = accounts[bank];
        quote.payer = accounts[payer];
        quote.payee = accounts[(bank + 3 + _draw(2)) % PARTIES];
        quote.sendToken = tokens[sendToken];
        quote.receiveToken = tokens[(sendToken + 1 + _draw(TOKENS - 1)) % TOKENS];
        quote.rate = uint64(1e11 + _draw(3e12));
        quote.maxSend = uint96(20_000 + _draw(100_000));
        quote.validUntil = now_ + uint48(1 + _draw(300));
        quote.settleUntil = now_ + uint48(20 + _draw(1_000));
        quote.returnUntil = quote.settleUntil + uint48(_draw(40_000));
        quote.salt = salt;
    }

    function _instructions(
        uint64 rate
    ) private returns (Instruction[] memory instructions, uint256 sent, uint256 received) {
        instructions = new Instruction[](1 + _draw(4));
        for (uint256 i = 0; i < instructions.length; ++i) {
            uint256 sendAmount = 10 + (_draw(12) == 0 ? 45_000 + _draw(10_000) : _draw(12_000));
            uint256 receiveAmount = (sendAmount * rate) / 1e12;
            bytes32 commitment = keccak256(abi.encode(_draw(type(uint256).max)));
            instructions[i] = Instruction(commitment, packAmounts(uint128(sendAmount), uint128(receiveAmount)));
            sent += sendAmount;
            received += receiveAmount;
        }
    }

    function _rejections(
        Instruction[] memory instructions,
        uint256 mask
    ) private view returns (bytes memory packed, RejectionProof[] memory proofs) {
        uint256 count = 0;
        for (uint256 i = 0; i < instructions.length; ++i) count += (mask >> i) & 1;
        proofs = new RejectionProof[](count);
        count = 0;
        for (uint256 i = 0; i < instructions.length; ++i) {
            if ((mask >> i) & 1 == 0) continue;
            packed = bytes.concat(packed, abi.encodePacked(uint16(i), REASON));
            proofs[count++] = RejectionProof(instructions[i], _siblings(instructions, i));
        }
    }

    function _spoil(RejectionProof[] memory proofs) private pure returns (RejectionProof[] memory) {
        if (proofs.length != 0) proofs[0].instruction.amounts = packAmounts(1, 1);
        return proofs;
    }

    /// @dev The Merkle path, made level by level on its own.
    function _siblings(
        Instruction[] memory instructions,
        uint256 index
    ) private view returns (bytes32[] memory siblings) {
        uint256 width = instructions.length;
        bytes32[] memory level = new bytes32[](width);
        for (uint256 i = 0; i < width; ++i) level[i] = this.leafOf(i, instructions[i]);
        while (width > 1) {
            uint256 sibling = index ^ 1;
            if (sibling < width) siblings = _append(siblings, level[sibling]);
            uint256 above = (width + 1) / 2;
            for (uint256 i = 0; i < above; ++i) {
                (bytes32 left, bytes32 right) = (level[2 * i], 2 * i + 1 < width ? level[2 * i + 1] : bytes32(0));
                if (right == 0) level[i] = left;
                else
                    level[i] =
                        left < right ? keccak256(bytes.concat(left, right)) : keccak256(bytes.concat(right, left));
            }
            (width, index) = (above, index / 2);
        }
    }

    function _append(bytes32[] memory list, bytes32 item) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = item;
    }

    function _placeOf(bytes32 batchId) private view returns (uint256 place) {
        while (_known[place].batchId != batchId) ++place;
    }

    function _recent() private returns (uint256) {
        uint256 back = _draw(_known.length < 6 ? _known.length : 6);
        return _known.length - 1 - back;
    }

    function _freshId() private returns (bytes32) {
        return bytes32(++_ids);
    }

    function _account() private returns (address) {
        return accounts[_draw(PARTIES)];
    }

    function _token() private returns (address) {
        return tokens[_draw(TOKENS)];
    }

    function _stranger() private returns (address) {
        return address(uint160(0xB000 + _draw(1_000)));
    }
}

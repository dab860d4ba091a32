// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICorridor} from "../../../contracts/interfaces/ICorridor.sol";
import {IParticipants} from "../../../contracts/interfaces/IParticipants.sol";
import {IPositions} from "../../../contracts/interfaces/IPositions.sol";
import {BatchStatus, Quote} from "../../../contracts/interfaces/CorridorTypes.sol";
import {CorridorHandler} from "./CorridorHandler.sol";
import {VM} from "./Vm.sol";

/// @notice The invariants of contracts/README.md, by their numbers, read from the chain after every random call. The
/// twelfth, gas, is held by the gas table.
contract CorridorInvariants {
    CorridorHandler private _handler;
    ICorridor private _corridor;
    uint256 private constant BUCKET = 70_000;
    uint256 private constant WINDOW = 1 days;

    function setUp() external {
        VM.warp(1_800_000_000);
        _handler = new CorridorHandler();
        _corridor = ICorridor(_handler.corridor());
        // Every account starts with something, so that the first reservations find money.
        for (uint256 i = 0; i < 40; ++i) _handler.fund(uint256(keccak256(abi.encode(i))));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev What must happen often is named often.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](13);
        selectors[0] = selectors[1] = selectors[2] = CorridorHandler.reserve.selector;
        selectors[3] = selectors[4] = CorridorHandler.settle.selector;
        selectors[5] = selectors[6] = CorridorHandler.giveBack.selector;
        selectors[7] = CorridorHandler.expire.selector;
        selectors[8] = CorridorHandler.fund.selector;
        selectors[9] = CorridorHandler.withdrawAndRedeem.selector;
        selectors[10] = CorridorHandler.pass.selector;
        selectors[11] = CorridorHandler.administer.selector;
        selectors[12] = CorridorHandler.overreach.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), selectors);
    }

    /// @dev Whatever was watched, no call of the run broke another invariant; and a run that reaches nothing proves
    /// nothing.
    function afterInvariant() external view {
        for (uint256 i = 1; i < 12; ++i) _unbroken(i);
        require(_handler.taken("reserve") != 0, "the run reserved nothing");
    }

    function invariant_01_the_corridor_holds_holds_and_positions() external view {
        address[3] memory tokens = [_handler.tokens(0), _handler.tokens(1), _handler.tokens(2)];
        uint256[3] memory owed = _heldOf(tokens);
        for (uint256 i = 0; i < 3; ++i) {
            owed[i] += _handler.stray(tokens[i]);
            for (uint256 j = 0; j < 6; ++j) {
                owed[i] += IPositions(address(_corridor)).positionOf(tokens[i], _handler.accounts(j));
            }
            uint256 balance = IERC20(tokens[i]).balanceOf(address(_corridor));
            require(balance == owed[i], "balance is not holds plus positions");
        }
    }

    function invariant_02_supply_is_issued_minus_redeemed() external view {
        for (uint256 i = 0; i < 3; ++i) {
            address token = _handler.tokens(i);
            uint256 expected = _handler.issued(token) - _handler.redeemed(token);
            require(IERC20(token).totalSupply() == expected, "supply is not issued minus redeemed");
        }
        _unbroken(2);
    }

    function invariant_03_both_legs_move_or_neither() external view {
        _unbroken(3);
    }

    function invariant_04_a_batch_leaves_reserved_once() external view {
        for (uint256 i = 0; i < _handler.knownCount(); ++i) {
            (bytes32 batchId, bool open, bool settled) = _handler.standingAt(i);
            (BatchStatus status, , uint96 sendHeld, uint96 receiveHeld) = _corridor.batchStatusOf(batchId);
            BatchStatus expected = settled ? BatchStatus.Settled : BatchStatus.Expired;
            require(status == (open ? BatchStatus.Reserved : expected), "a batch stands elsewhere");
            require(open == (sendHeld | receiveHeld != 0), "a hold outlived its batch");
        }
        _unbroken(4);
    }

    function invariant_05_only_settled_transfers_return_and_once() external view {
        _unbroken(5);
    }

    function invariant_06_no_quote_is_used_beyond_its_room() external view {
        // Older quotes were looked at after the calls that could use them.
        uint256 count = _handler.quoteCount();
        for (uint256 i = count < 5 ? 0 : count - 5; i < count; ++i) {
            Quote memory quote = _handler.quoteAt(i);
            bytes32 quoteHash = _handler.quoteHashOf(quote);
            uint256 used = _corridor.quoteUsed(quoteHash);
            require(used <= quote.maxSend && used == _handler.used(quoteHash), "quote used otherwise");
        }
    }

    function invariant_07_no_window_exceeds_twice_the_bucket() external view {
        if (_handler.knownCount() != 0) {
            require(_handler.reservedInWindow(WINDOW) <= 2 * BUCKET, "a window holds more than two buckets");
        }
        _unbroken(7);
    }

    function invariant_08_no_batch_is_reserved_twice() external view {
        _unbroken(8);
    }

    function invariant_09_positions_move_only_as_booked() external view {
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 6; ++j) {
                (address token, address account) = (_handler.tokens(i), _handler.accounts(j));
                uint256 found = IPositions(address(_corridor)).positionOf(token, account);
                require(found == _handler.positions(token, account), "a position moved otherwise");
            }
        }
    }

    function invariant_10_settle_and_withdraw_always_work() external view {
        _unbroken(10);
    }

    function invariant_11_no_role_moves_money_or_sets_a_key() external view {
        for (uint256 i = 0; i < 6; ++i) {
            address account = _handler.accounts(i);
            address signer = VM.addr(_handler.keyOf(account));
            require(IParticipants(address(_corridor)).signerOf(account) == signer, "another key signs");
        }
        _unbroken(11);
    }

    function _heldOf(address[3] memory tokens) private view returns (uint256[3] memory held) {
        for (uint256 i = 0; i < _handler.knownCount(); ++i) {
            (bytes32 batchId, bool open, ) = _handler.standingAt(i);
            if (!open) continue;
            (, , uint96 sendHeld, uint96 receiveHeld) = _corridor.batchStatusOf(batchId);
            (address sendToken, address receiveToken) = _handler.tokensAt(i);
            for (uint256 j = 0; j < 3; ++j) {
                if (tokens[j] == sendToken) held[j] += sendHeld;
                if (tokens[j] == receiveToken) held[j] += receiveHeld;
            }
        }
    }

    function _unbroken(uint256 invariant) private view {
        string memory breach = _handler.broken(invariant);
        require(bytes(breach).length == 0, breach);
    }
}

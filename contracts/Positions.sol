// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Participants} from "./Participants.sol";
import {IPositions} from "./interfaces/IPositions.sol";
import {ITransferRules} from "./interfaces/ITokenisedDeposit.sol";

/// @notice The participants' money in the corridor, by token and account.
abstract contract Positions is IPositions, Participants, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    mapping(address token => mapping(address account => uint256)) private _positions;

    /// @inheritdoc IPositions
    mapping(address token => bool) public isRegistered;

    /// @inheritdoc IPositions
    function registerToken(address token) external restricted {
        if (token.code.length == 0) revert TokenWithoutCode(token);
        if (isRegistered[token]) revert TokenAlreadyRegistered(token);
        isRegistered[token] = true;
        // Asking both also proves that the token knows the questions `reserve` will put to it.
        ITransferRules rules = ITransferRules(token);
        if (!rules.canReceive(address(this)) || !rules.canSend(address(this))) revert TokenRefusesCorridor(token);
        emit TokenRegistered(token);
    }

    /// @inheritdoc IPositions
    function deposit(address token, uint256 amount) external nonReentrant {
        _requireRegistered(token);
        _requireAdmitted(msg.sender);
        if (amount == 0) revert AmountZero();

        // Credited only when the tokens are here: at no moment do positions exceed the balance.
        uint256 balanceBefore = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        _checkMoved(token, amount, balanceBefore, IERC20(token).balanceOf(address(this)));
        _credit(token, msg.sender, amount);
        emit Deposited(token, msg.sender, amount);
    }

    /// @inheritdoc IPositions
    function withdraw(address token, uint256 amount) external nonReentrant {
        _requireRegistered(token);
        if (amount == 0) revert AmountZero();

        _debit(token, msg.sender, amount);
        uint256 balanceBefore = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransfer(msg.sender, amount);
        _checkMoved(token, amount, IERC20(token).balanceOf(address(this)), balanceBefore);
        emit Withdrawn(token, msg.sender, amount);
    }

    /// @inheritdoc IPositions
    function positionOf(address token, address account) external view returns (uint256) {
        return _positions[token][account];
    }

    function _requireRegistered(address token) internal view {
        if (!isRegistered[token]) revert TokenNotRegistered(token);
    }

    function _credit(address token, address account, uint256 amount) internal {
        // Of a batch that is rejected as a whole nothing is settled, and no position is written for nothing.
        if (amount != 0) _positions[token][account] += amount;
    }

    /// @dev Succeeds for no amount but zero in a token that is not registered: only `deposit` creates positions.
    function _debit(address token, address account, uint256 amount) internal {
        mapping(address account => uint256) storage positions = _positions[token];
        uint256 available = positions[account];
        if (amount > available) {
            _requireRegistered(token);
            revert InsufficientPosition(token, account, amount, available);
        }
        // The amount is at most what is available.
        unchecked {
            positions[account] = available - amount;
        }
    }

    function _checkMoved(address token, uint256 requested, uint256 lower, uint256 higher) private pure {
        uint256 moved = higher > lower ? higher - lower : 0;
        if (moved != requested) revert TokenMovedOtherAmount(token, requested, moved);
    }
}

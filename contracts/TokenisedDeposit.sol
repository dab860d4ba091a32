// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ITokenisedDeposit, ITransferRules} from "./interfaces/ITokenisedDeposit.sol";

/// @notice One bank's deposit in one currency. Its decimals are the currency's ISO 4217 scale.
contract TokenisedDeposit is ITokenisedDeposit, ERC20, AccessManaged {
    /// @notice What is kept of an account.
    /// @param open True if it may hold the token.
    /// @param frozen How much it must keep before it may send anything, in minor units.
    struct Account {
        bool open;
        uint248 frozen;
    }

    uint8 private immutable _decimals;
    /// @inheritdoc ITokenisedDeposit
    address public immutable corridor;

    mapping(address account => Account) private _accounts;
    /// @inheritdoc ITokenisedDeposit
    mapping(bytes32 fundingId => bool) public fundingIdUsed;
    /// @inheritdoc ITokenisedDeposit
    mapping(address holder => mapping(bytes32 redemptionId => bool)) public redemptionIdUsed;

    /// @notice Makes a token with nothing issued, of which only the corridor's account is open.
    /// @param name_ The ERC-20 name.
    /// @param symbol_ The ERC-20 symbol.
    /// @param decimals_ The currency's ISO 4217 scale, so that a token unit is a minor unit.
    /// @param authority The AccessManager that knows the issuer and compliance roles.
    /// @param corridor_ The corridor, whose account is open from the start and protected for ever.
    constructor(
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        address authority,
        address corridor_
    ) ERC20(name_, symbol_) AccessManaged(authority) {
        _decimals = decimals_;
        corridor = corridor_;
        _open(corridor_);
    }

    /// @inheritdoc ITokenisedDeposit
    function issue(address to, uint256 amount, bytes32 fundingId) external restricted {
        if (amount == 0) revert AmountZero();
        if (fundingId == 0) revert IdZero();
        if (fundingIdUsed[fundingId]) revert FundingIdUsed(fundingId);
        fundingIdUsed[fundingId] = true;
        _mint(to, amount);
        emit Issued(to, amount, fundingId);
    }

    /// @inheritdoc ITokenisedDeposit
    function redeem(uint256 amount, bytes32 redemptionId) external {
        if (amount == 0) revert AmountZero();
        if (redemptionId == 0) revert IdZero();
        if (redemptionIdUsed[msg.sender][redemptionId]) revert RedemptionIdUsed(msg.sender, redemptionId);
        redemptionIdUsed[msg.sender][redemptionId] = true;
        _burn(msg.sender, amount);
        emit Redeemed(msg.sender, amount, redemptionId);
    }

    /// @inheritdoc ITokenisedDeposit
    function openAccount(address account) external restricted {
        _open(account);
    }

    /// @inheritdoc ITokenisedDeposit
    function closeAccount(address account) external restricted {
        _requireNotCorridor(account);
        _accounts[account].open = false;
        emit AccountClosed(account);
    }

    /// @inheritdoc ITokenisedDeposit
    function setFrozenTokens(address account, uint256 amount) external restricted returns (bool) {
        _requireNotCorridor(account);
        _setFrozen(account, amount > type(uint248).max ? type(uint248).max : uint248(amount));
        return true;
    }

    /// @inheritdoc ITokenisedDeposit
    function forcedTransfer(address from, address to, uint256 amount) external restricted returns (bool) {
        _requireNotCorridor(from);
        _requireNotCorridor(to);
        // Without this, "from zero" would mint.
        if (from == address(0)) revert AccountZero();
        if (!canReceive(to)) revert ERC7943CannotReceive(to);

        uint256 unfrozen = _unfrozenBalanceOf(from);
        if (amount > unfrozen && amount <= balanceOf(from)) {
            _setFrozen(from, uint248(_accounts[from].frozen - (amount - unfrozen)));
        }
        super._update(from, to, amount);
        emit ForcedTransfer(from, to, amount);
        return true;
    }

    /// @inheritdoc ITransferRules
    function canSend(address account) external view returns (bool) {
        Account memory state = _accounts[account];
        return state.open && (state.frozen == 0 || balanceOf(account) >= state.frozen);
    }

    /// @inheritdoc ITransferRules
    function canReceive(address account) public view returns (bool) {
        return _accounts[account].open;
    }

    /// @inheritdoc ITokenisedDeposit
    function getFrozenTokens(address account) external view returns (uint256) {
        return _accounts[account].frozen;
    }

    /// @notice The currency's ISO 4217 scale.
    /// @return Digits after the point, as in ISO 4217.
    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    /// @dev Every transfer, issue and redemption passes here: the sender must be open and keep what is frozen, the
    /// receiver must be open. A frozen account may receive, so that its position can be withdrawn and seized.
    function _update(address from, address to, uint256 amount) internal override {
        if (to != address(0) && !canReceive(to)) revert ERC7943CannotReceive(to);
        if (from != address(0)) {
            if (!_accounts[from].open) revert ERC7943CannotSend(from);
            uint256 unfrozen = _unfrozenBalanceOf(from);
            if (amount > unfrozen && amount <= balanceOf(from)) {
                revert ERC7943InsufficientUnfrozenBalance(from, amount, unfrozen);
            }
        }
        super._update(from, to, amount);
    }

    function _unfrozenBalanceOf(address account) private view returns (uint256) {
        uint256 balance = balanceOf(account);
        uint256 frozen = _accounts[account].frozen;
        return balance > frozen ? balance - frozen : 0;
    }

    function _open(address account) private {
        if (account == address(0)) revert AccountZero();
        _accounts[account].open = true;
        emit AccountOpened(account);
    }

    function _setFrozen(address account, uint248 amount) private {
        _accounts[account].frozen = amount;
        emit Frozen(account, amount);
    }

    function _requireNotCorridor(address account) private view {
        if (account == corridor) revert CorridorProtected(account);
    }
}

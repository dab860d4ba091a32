// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ITransferRules} from "../interfaces/ITokenisedDeposit.sol";

/// @notice A token that misbehaves as it is told. For tests only.
contract HostileToken is ERC20("Hostile", "HOST"), ITransferRules {
    enum Mode {
        Honest,
        TakesFee,
        ReturnsFalse,
        MovesNothing,
        PaysOutDouble,
        CallsBack,
        LooksBack
    }

    Mode public mode;
    address public callee;
    bytes public callback;
    /// @notice What the callee answered to the callback.
    bytes public answer;
    /// @notice In mode LooksBack, accounts may send while the callee answers the callback with just this.
    bytes32 public expectedAnswer;
    bool public refusesReceiver;
    bool public refusesSender;

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    function setRefusals(bool sender, bool receiver) external {
        refusesSender = sender;
        refusesReceiver = receiver;
    }

    /// @notice In mode CallsBack, each transfer makes this call before it moves anything.
    function setCallback(address callee_, bytes calldata callback_) external {
        callee = callee_;
        callback = callback_;
    }

    function expectAnswer(bytes calldata expected) external {
        expectedAnswer = keccak256(expected);
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function canSend(address) external view returns (bool) {
        if (mode == Mode.LooksBack) {
            (, bytes memory seen) = callee.staticcall(callback);
            return keccak256(seen) == expectedAnswer;
        }
        return !refusesSender;
    }

    function canReceive(address) external view returns (bool) {
        return !refusesReceiver;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _misbehave(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return _misbehave(from, to, amount);
    }

    function _misbehave(address from, address to, uint256 amount) private returns (bool) {
        if (mode == Mode.ReturnsFalse) return false;
        if (mode == Mode.MovesNothing) return true;
        if (mode == Mode.CallsBack) (, answer) = callee.call(callback);
        _transfer(from, to, amount);
        if (mode == Mode.TakesFee) _burn(to, amount / 100);
        if (mode == Mode.PaysOutDouble) _burn(from, amount);
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Batch, Instruction, Quote} from "../../../contracts/interfaces/CorridorTypes.sol";
import {World} from "./World.sol";

/// @notice What should stand on chain after the calls made so far, kept in the plainest way.
abstract contract Ledger is World {
    struct Known {
        Quote quote;
        Batch batch;
        bytes32 batchId;
        bool open;
        bool settled;
        uint256 reservedAt;
        uint256 rejectedMask;
        uint256 returnedMask;
    }

    Known[] internal _known;
    mapping(uint256 place => Instruction[]) internal _instructionsAt;
    mapping(address token => mapping(address account => uint256)) public positions;
    mapping(address token => uint256) public stray;
    mapping(address token => uint256) public issued;
    mapping(address token => uint256) public redeemed;
    mapping(bytes32 quoteHash => uint256) public used;
    mapping(bytes32 batchId => bool) internal _isKnown;
    Quote[] internal _quotes;
    bool public paused;
    mapping(address account => bool) public inactive;
    mapping(address token => mapping(address account => bool)) public frozen;

    /// @notice Corridor calls made, and how many of them the corridor took, by kind.
    mapping(string kind => uint256) public taken;
    /// @notice What was seen to break an invariant, by the invariant's number.
    mapping(uint256 invariant => string) public broken;

    uint256 private _seed;

    function knownCount() external view returns (uint256) {
        return _known.length;
    }

    function standingAt(uint256 place) external view returns (bytes32 batchId, bool open, bool settled) {
        Known storage known = _known[place];
        return (known.batchId, known.open, known.settled);
    }

    function tokensAt(uint256 place) external view returns (address sendToken, address receiveToken) {
        return (_known[place].quote.sendToken, _known[place].quote.receiveToken);
    }

    /// @notice What the payer of the newest reservation has reserved in its token within the window it ends.
    function reservedInWindow(uint256 window) external view returns (uint256 sum) {
        Known storage last = _known[_known.length - 1];
        for (uint256 i = _known.length; i != 0 && _known[i - 1].reservedAt + window > last.reservedAt; --i) {
            Known storage known = _known[i - 1];
            bool same = known.quote.payer == last.quote.payer && known.quote.sendToken == last.quote.sendToken;
            if (same) sum += known.batch.sendTotal;
        }
    }

    function quoteCount() external view returns (uint256) {
        return _quotes.length;
    }

    function quoteAt(uint256 place) external view returns (Quote memory) {
        return _quotes[place];
    }

    /// @dev A number below `bound`, drawn from the call's seed.
    function _draw(uint256 bound) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }

    function _start(uint256 seed) internal {
        _seed = seed;
    }

    /// @dev Records a breach unless the condition holds.
    function _expect(bool condition, uint256 invariant, string memory breach) internal {
        if (!condition) broken[invariant] = breach;
    }
}

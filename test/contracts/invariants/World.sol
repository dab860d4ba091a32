// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IParticipants} from "../../../contracts/interfaces/IParticipants.sol";
import {IPositions} from "../../../contracts/interfaces/IPositions.sol";
import {ITokenisedDeposit} from "../../../contracts/interfaces/ITokenisedDeposit.sol";
import {Batch, Instruction, Limit, Quote} from "../../../contracts/interfaces/CorridorTypes.sol";
import {BatchTree} from "../../../contracts/libraries/BatchTree.sol";
import {CorridorHash} from "../../../contracts/libraries/CorridorHash.sol";
import {VM} from "./Vm.sol";

/// @notice The corridor as it is deployed, with three tokens and six accounts each of which may be bank, payer or
/// payee. This contract is the administrator, without delays, and issuer and compliance of all tokens.
abstract contract World {
    uint256 internal constant PARTIES = 6;
    uint256 internal constant TOKENS = 3;
    uint96 internal constant MAX_PER_TRANSFER = 50_000;
    uint96 internal constant BUCKET = 70_000;
    uint48 internal constant WINDOW = 1 days;

    address public immutable corridor;
    address[] public tokens;
    address[] public accounts;
    mapping(address account => uint256) public keyOf;
    mapping(address account => uint256) internal _oldKeyOf;
    bytes32 private immutable _domain;
    uint256 internal _keys = 1_000;

    constructor() {
        address manager = _create("AccessManager", abi.encode(address(this)));
        corridor = _create("Corridor", abi.encode(manager, uint48(30), uint48(3 days), uint48(30 days)));
        bytes32 domainType = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        _domain = keccak256(abi.encode(domainType, keccak256("Corridor"), keccak256("1"), block.chainid, corridor));
        for (uint256 i = 0; i < TOKENS; ++i) {
            address token = _create("TokenisedDeposit", abi.encode("Deposit", "DEP", uint8(2), manager, corridor));
            tokens.push(token);
            IPositions(corridor).registerToken(token);
        }
        for (uint256 i = 0; i < PARTIES; ++i) _admit(address(uint160(0xA000 + i)));
    }

    /// @dev For the library, which reads its instructions from calldata.
    function rootOf(Instruction[] calldata instructions) external pure returns (bytes32) {
        return BatchTree.rootOf(instructions);
    }

    function leafOf(uint256 index, Instruction calldata instruction) external pure returns (bytes32) {
        return BatchTree.leaf(index, instruction);
    }

    function quoteHashOf(Quote calldata quote) external view returns (bytes32) {
        return _digest(CorridorHash.hashQuote(quote));
    }

    function batchIdOf(Batch calldata batch) external view returns (bytes32) {
        return _digest(CorridorHash.hashBatch(batch));
    }

    function outcomeDigestOf(bytes32 batchId, bytes calldata rejections) external view returns (bytes32) {
        return _digest(CorridorHash.hashOutcome(batchId, rejections));
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _domain, structHash));
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Gives the account a key nobody has used before.
    function _newKey(address account) internal {
        _oldKeyOf[account] = keyOf[account];
        keyOf[account] = ++_keys;
        VM.prank(account);
        IParticipants(corridor).setSigner(VM.addr(_keys));
    }

    function _admit(address account) private {
        accounts.push(account);
        IParticipants(corridor).admit(account);
        _newKey(account);
        _oldKeyOf[account] = 1;
        for (uint256 i = 0; i < TOKENS; ++i) {
            ITokenisedDeposit(tokens[i]).openAccount(account);
            IParticipants(corridor).raiseLimit(tokens[i], account, Limit(MAX_PER_TRANSFER, BUCKET, WINDOW));
            VM.prank(account);
            IERC20(tokens[i]).approve(corridor, type(uint256).max);
        }
    }

    function _create(string memory artifact, bytes memory parameters) private returns (address created) {
        bytes memory code = bytes.concat(VM.getCode(artifact), parameters);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        require(created != address(0), artifact);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What the corridor asks of a token: the issuer's own rules, by ERC-7943's names.
interface ITransferRules {
    /// @notice True if the account may send now, from its balance and from positions held for it elsewhere.
    /// @param account Any address.
    /// @return False while it is closed, or frozen above its balance.
    function canSend(address account) external view returns (bool);

    /// @notice True if the account may receive now.
    /// @param account Any address.
    /// @return False while it is closed.
    function canReceive(address account) external view returns (bool);
}

/// @notice A bank's deposit in one currency as an ERC-20 token: a claim on the bank, in minor units.
/// @dev Only open accounts hold it. Compliance can open, close and freeze accounts and move a balance by force, but
/// can touch neither the corridor's account nor, therefore, any position in it: a position is seized by freezing the
/// account, having it withdraw, and moving the balance.
interface ITokenisedDeposit is ITransferRules {
    /// @notice The bank booked a funding: new deposit for `to`.
    /// @param to Who received it.
    /// @param amount Minor units.
    /// @param fundingId The bank's id of the funding, used once.
    event Issued(address indexed to, uint256 amount, bytes32 indexed fundingId);
    /// @notice The holder burned deposit; the bank owes it the same in money, by this event alone.
    /// @param from Who burned it, and is owed the money.
    /// @param amount Minor units.
    /// @param redemptionId The holder's id of the redemption.
    event Redeemed(address indexed from, uint256 amount, bytes32 indexed redemptionId);
    /// @notice The account may hold the token.
    /// @param account The account.
    event AccountOpened(address indexed account);
    /// @notice The account may no longer send or receive the token.
    /// @param account The account.
    event AccountClosed(address indexed account);
    /// @notice The account must keep `amount` in its balance before it may send anything.
    /// @param account The account.
    /// @param amount All that is frozen of it now, in minor units.
    event Frozen(address indexed account, uint256 amount);
    /// @notice Compliance moved a balance.
    /// @param from The account it left.
    /// @param to The account it came to.
    /// @param amount Minor units.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);

    /// @notice The zero address can be no account.
    error AccountZero();
    /// @notice An issue or redemption of nothing.
    error AmountZero();
    /// @notice The zero id names nothing.
    error IdZero();
    /// @notice This funding has been issued before.
    /// @param fundingId The bank's id of the funding.
    error FundingIdUsed(bytes32 fundingId);
    /// @notice This holder has used this id for a redemption before.
    /// @param holder The account that redeemed.
    /// @param redemptionId The holder's id of the redemption.
    error RedemptionIdUsed(address holder, bytes32 redemptionId);
    /// @notice The corridor's account belongs to all participants, so compliance cannot touch it.
    /// @param corridor The corridor's address.
    error CorridorProtected(address corridor);
    /// @notice The account may not send.
    /// @param account The account.
    error ERC7943CannotSend(address account);
    /// @notice The account may not receive.
    /// @param account The account.
    error ERC7943CannotReceive(address account);
    /// @notice The account's balance covers the amount only with what is frozen.
    /// @param account The account.
    /// @param amount What it wanted to send, in minor units.
    /// @param unfrozen What of its balance is free, in minor units.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 amount, uint256 unfrozen);

    /// @notice Issues deposit against a booked funding, once per funding id. Issuer only.
    /// @param to An open account.
    /// @param amount Minor units, above 0.
    /// @param fundingId The bank's id of the funding, not zero.
    function issue(address to, uint256 amount, bytes32 fundingId) external;

    /// @notice Burns deposit of the caller; the bank pays it out.
    /// @param amount Minor units, above 0.
    /// @param redemptionId The holder's id of the redemption, not zero. Taken once per holder, so that nobody can
    /// use up another's id.
    function redeem(uint256 amount, bytes32 redemptionId) external;

    /// @notice Lets an account hold the token. Compliance only. Does nothing new on an open account.
    /// @param account The account, not zero.
    function openAccount(address account) external;

    /// @notice Stops an account from sending and receiving. Compliance only, never for the corridor.
    /// @param account The account.
    function closeAccount(address account) external;

    /// @notice Sets how much of an account is frozen, in minor units, replacing what was frozen before. It may exceed
    /// the balance: then the account may send nothing, here or out of the corridor, until its balance covers it.
    /// Compliance only, never for the corridor.
    /// @param account The account.
    /// @param amount Values above 2**248 - 1 are stored as 2**248 - 1, which is more than any supply.
    /// @return Always true, as ERC-7943 has it.
    function setFrozenTokens(address account, uint256 amount) external returns (bool);

    /// @notice Moves a balance by force of law, frozen or not; what is taken out of the frozen part is no longer
    /// frozen. Compliance only, never from or to the corridor.
    /// @param from The account it is taken from, open or not.
    /// @param to An open account.
    /// @param amount Minor units, at most the balance.
    /// @return Always true, as ERC-7943 has it.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool);

    /// @notice How much of the account is frozen, in minor units; may exceed its balance.
    /// @param account Any address.
    /// @return Minor units.
    function getFrozenTokens(address account) external view returns (uint256);

    /// @notice True if the funding id has been issued against.
    /// @param fundingId The bank's id of the funding.
    /// @return True from the issue on, for ever.
    function fundingIdUsed(bytes32 fundingId) external view returns (bool);

    /// @notice True if this holder has redeemed under this id.
    /// @param holder The account that redeemed.
    /// @param redemptionId The holder's id of the redemption.
    /// @return True from the redemption on, for ever.
    function redemptionIdUsed(address holder, bytes32 redemptionId) external view returns (bool);

    /// @notice The corridor whose account compliance cannot touch.
    /// @return Its address, fixed at deployment.
    function corridor() external view returns (address);
}

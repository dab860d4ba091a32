-- Whoever looks for calls that nobody heard of asks for chain transactions of the newest blocks alone, however many there
-- have been before.
create index chain_transactions_by_block on chain_transactions (mined_block);

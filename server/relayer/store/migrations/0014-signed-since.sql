-- Whether a batch was ever signed for is asked of the chain transactions since its acceptance alone.
create index chain_transactions_by_time on chain_transactions (created_at);

-- The operators' sessions at the console: a token's hash, never the token.
create table console_sessions (
  token_hash text primary key,
  operator text not null,
  role text not null check (role in ('viewer', 'operator')),
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index console_sessions_by_expiry on console_sessions (expires_at);

-- Searches that an operator has kept, as the query of their address.
create table saved_searches (
  operator text not null,
  name text not null,
  query text not null,
  created_at timestamptz not null default now(),
  primary key (operator, name)
);

-- What an operator looks for: everybody's newest transfers, and one by the payer's own reference. Neither column ever
-- changes, so that a transfer's steps need not touch these indexes.
create index transfers_of_all_by_time on transfers (accepted_at, uetr, participant_id);
create index transfers_by_reference on transfers ((details ->> 'endToEndId'));

-- The audit log by transfer, and what people did in it.
create index audit_entries_by_transfer on audit_entries using hash ((entry::jsonb ->> 'uetr'))
  where kind = 'transfer';
create index audit_entries_of_acts on audit_entries (seq) where kind = 'act';

create index webhook_deliveries_dead on webhook_deliveries (endpoint_id, seq) where state = 'dead';

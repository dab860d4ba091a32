-- Amounts are whole minor units below 2^96; hashes and ids are lower-case hex with 0x.

-- The quote book: what banks have promised, and how much of it is promised on to users.
create table wholesale_quotes (
  quote_hash text primary key,
  corridor_id text not null,
  message jsonb not null,
  signature text not null,
  rate_major text not null,
  mid_rate jsonb not null,
  max_send numeric(29) not null,
  promised numeric(29) not null default 0,
  valid_until bigint not null,
  created_at timestamptz not null default now(),
  check (promised between 0 and max_send)
);
create index wholesale_quotes_by_corridor on wholesale_quotes (corridor_id, valid_until desc);

-- A price given to a wallet, out of one wholesale quote.
create table quotes (
  id uuid primary key,
  participant_id text not null,
  corridor_id text not null,
  quote_hash text not null references wholesale_quotes,
  fixed_side text not null,
  send_minor numeric(29) not null,
  receive_minor numeric(29) not null,
  fees jsonb not null,
  creditor_account jsonb not null,
  masked_name text not null,
  screening jsonb not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_by text,
  released boolean not null default false
);
create index quotes_unused_by_expiry on quotes (expires_at) where used_by is null and not released;

-- A batch is the unit of work. `stage` is the queue: what is to be done with it next.
create table batches (
  batch_id text primary key,
  participant_id text not null,
  corridor_id text not null,
  quote_hash text not null references wholesale_quotes,
  idempotency_key text not null,
  request_hash text not null,
  message jsonb not null,
  signature text not null,
  send_total numeric(29) not null,
  count int not null,
  stage text not null,
  due_at timestamptz not null default now(),
  lease_owner text,
  lease_until timestamptz,
  lease_epoch int not null default 0,
  attempts int not null default 0,
  last_error text,
  valid_until bigint not null,
  settle_until bigint not null,
  rejections text,
  outcome_signature text,
  reserved_at jsonb,
  settled_at jsonb,
  expired_at jsonb,
  accepted_at timestamptz not null default now(),
  unique (participant_id, idempotency_key)
);
create index batches_due on batches (stage, due_at) where stage <> 'done';

create table transfers (
  participant_id text not null,
  uetr text not null,
  batch_id text not null references batches,
  batch_index int not null,
  quote_id uuid not null references quotes,
  state text not null,
  version int not null default 1,
  reason text,
  commitment text not null,
  send_minor numeric(29) not null,
  receive_minor numeric(29) not null,
  details jsonb not null,
  salt text not null,
  returned_at jsonb,
  -- Whole milliseconds: a page's cursor must name it exactly.
  accepted_at timestamptz not null default date_trunc('milliseconds', now()),
  primary key (participant_id, uetr),
  unique (batch_id, batch_index)
);
create index transfers_by_time on transfers (participant_id, accepted_at desc, uetr);

-- The payee's signed orders to give a settled transfer back, waiting for the chain to take them.
create table returns (
  batch_id text not null references batches,
  batch_index int not null,
  reason text not null,
  signature text not null,
  stage text not null,
  due_at timestamptz not null default now(),
  attempts int not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  primary key (batch_id, batch_index)
);
create index returns_due on returns (stage, due_at) where stage <> 'done';

-- Each step of each transfer, in the order of its versions.
create table transfer_events (
  position bigint generated always as identity primary key,
  participant_id text not null,
  uetr text not null,
  version int not null,
  state text not null,
  reason text,
  at timestamptz not null default clock_timestamp(),
  unique (participant_id, uetr, version)
);

-- Signed before it is sent, stored before it is sent: it can be sent again for ever without risk.
create table chain_transactions (
  lane text not null,
  nonce bigint not null,
  hash text not null unique,
  raw text not null,
  calls jsonb not null,
  sent_at timestamptz,
  mined_block bigint,
  created_at timestamptz not null default now(),
  primary key (lane, nonce)
);
create index chain_transactions_pending on chain_transactions (lane, nonce) where mined_block is null;

-- One row per key that sends chain transactions: its next nonce.
create table nonce_lanes (
  lane text primary key,
  next_nonce bigint not null
);

-- How far the chain has been followed.
create table chain_checkpoints (
  name text primary key,
  number bigint not null,
  hash text not null
);

-- Movements of positions, as the chain logged them: what a cut-off cycle is made of.
create table position_movements (
  block_number bigint not null,
  log_index int not null,
  leg int not null,
  account text not null,
  token text not null,
  amount_minor numeric(30) not null,
  primary key (block_number, log_index, leg)
);

create table cycles (
  id uuid primary key,
  from_block bigint not null,
  to_block bigint not null,
  state text not null,
  movements jsonb not null,
  differences jsonb,
  created_at timestamptz not null default now(),
  unique (to_block)
);

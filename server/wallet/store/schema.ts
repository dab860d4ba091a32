/** The wallet's own database. Amounts are minor units of the wallet's one currency. */
export const SCHEMA = `
create table if not exists accounts (
  id text primary key,
  -- Users' accounts have a phone number and a name; the wallet's own books have neither.
  phone text unique,
  name text,
  status text not null,
  maximum integer,
  balance integer not null default 0
) strict;

-- Double entry: the lines of one booking add up to zero.
create table if not exists entries (
  position integer primary key,
  booking text not null,
  kind text not null,
  reference text not null,
  account text not null references accounts,
  amount integer not null,
  booked_at text not null
) strict;
create index if not exists entries_by_account on entries (account, position);
-- Nothing asks for a booking by what it is about: it is found by its name.
drop index if exists entries_by_reference;
create unique index if not exists one_line_per_booking on entries (booking, account);

-- As it was before it named a day's last entry: what it held is counted again below.
drop table if exists transit_days;
-- What each UTC day has moved through the corridor's book, and between which entries, so that no statement looks through
-- all that came before it, or after.
create table if not exists corridor_days (
  day text primary key,
  total integer not null,
  first_position integer not null,
  last_position integer not null
) strict;
insert into corridor_days (day, total, first_position, last_position)
select substr(booked_at, 1, 10), sum(amount), min(position), max(position) from entries
where account = 'transit' and not exists (select 1 from corridor_days) group by 1;

-- Outgoing. Stored with its signed order before anything is sent.
create table if not exists payments (
  uetr text primary key,
  request_id text not null unique,
  -- SHA-256 of what the request asked for: the same id with other wishes is refused.
  request_hash text not null,
  account text not null references accounts,
  corridor text not null,
  state text not null,
  reason text,
  send integer not null,
  receive integer not null,
  fee integer not null,
  send_shown text not null,
  receive_shown text not null,
  rate text not null,
  batch_id text not null,
  quote_hash text not null,
  payee text not null,
  valid_until integer not null,
  settle_until integer not null,
  quote text not null,
  instruction text not null,
  batch text not null,
  siblings text not null,
  batch_index integer not null,
  order_body text not null,
  created_at text not null,
  credited_at text,
  closed_at text,
  confirmation_ms real
) strict;
create index if not exists payments_by_batch on payments (batch_id);
create index if not exists payments_open on payments (state) where closed_at is null;
create index if not exists payments_unproven on payments (closed_at) where credited_at is null;

-- Prices that users were shown, each good for one payment.
create table if not exists prices (
  id text primary key,
  wanted text not null,
  answer text not null,
  expires_at text not null,
  paid_by text
) strict;
create index if not exists prices_lapsing on prices (expires_at) where paid_by is null;

-- Incoming: each batch once, with the answer that was signed for it.
create table if not exists credit_batches (
  batch_id text primary key,
  payer text not null,
  instruction text not null,
  answer text not null,
  -- reserved, settled or expired, as the chain told.
  chain_state text not null,
  settle_due_ms integer not null,
  answered_at text not null
) strict;
create index if not exists credit_batches_open on credit_batches (settle_due_ms) where chain_state = 'reserved';

-- Incoming, by payer and UETR, for ever and across corridors.
create table if not exists credits (
  payer text not null,
  uetr text not null,
  batch_id text not null references credit_batches,
  batch_index integer not null,
  status text not null,
  reason text,
  account text,
  amount integer not null,
  primary key (batch_id, batch_index)
) strict;
create index if not exists credits_by_uetr on credits (payer, uetr);

create table if not exists signed_returns (
  batch_id text not null,
  batch_index integer not null,
  reason text not null,
  signature text not null,
  primary key (batch_id, batch_index)
) strict;

create table if not exists ended_returns (
  batch_id text not null,
  batch_index integer not null,
  primary key (batch_id, batch_index)
) strict;

create table if not exists checkpoint (
  only integer primary key check (only = 1),
  number integer not null,
  hash text not null
) strict;
`;

/**
 * The bank's one database file. Sums are integers of minor units, debit positive; SQLite refuses what does
 * not fit 64 bits, and so does the driver. Numbers that need more (rates, quotes' sizes) are text.
 */
export const SCHEMA = `
create table if not exists accounts (
  id text primary key,
  book text not null,
  holder text,
  currency text not null,
  balance integer not null
) strict, without rowid;

create table if not exists entries (
  seq integer primary key autoincrement,
  -- Where the entry comes from: each chain event, funding or payout is booked once.
  source text not null unique,
  kind text not null,
  reference text not null,
  booked_at integer not null,
  block_number integer,
  transaction_hash text
) strict;
create index if not exists entries_by_block on entries (block_number);

create table if not exists postings (
  account_id text not null references accounts (id),
  entry_seq integer not null references entries (seq),
  amount integer not null check (amount <> 0),
  primary key (account_id, entry_seq)
) strict, without rowid;
create index if not exists postings_by_entry on postings (entry_seq);

create table if not exists checkpoint (
  only integer primary key check (only = 1),
  number integer not null,
  hash text not null
) strict;

create table if not exists quotes (
  quote_hash text primary key,
  corridor text not null,
  payer text not null,
  payee text not null,
  send_currency text not null,
  receive_currency text not null,
  rate text not null,
  mid_rate text not null,
  max_send text not null,
  valid_until integer not null,
  settle_until integer not null,
  return_until integer not null,
  salt text not null
) strict, without rowid;

create table if not exists batches (
  batch_id text primary key,
  quote_hash text not null references quotes (quote_hash),
  send_held integer not null,
  receive_held integer not null,
  status text not null check (status in ('reserved', 'settled', 'expired')),
  -- JSON: [send, receive] of each transfer in the batch's order, and the indexes of the rejected.
  items text not null,
  rejected text not null
) strict, without rowid;

create table if not exists fundings (
  funding_id text primary key,
  account text not null,
  currency text not null,
  amount integer not null check (amount > 0),
  status text not null check (status in ('accepted', 'issued')),
  accepted_at integer not null,
  block_number integer,
  transaction_hash text
) strict, without rowid;
create index if not exists fundings_waiting on fundings (accepted_at) where status = 'accepted';

create table if not exists payouts (
  redemption_id text not null,
  account text not null,
  currency text not null,
  amount integer not null check (amount > 0),
  paid_at integer not null,
  block_number integer not null,
  transaction_hash text not null,
  primary key (redemption_id, account, currency)
) strict, without rowid;

create table if not exists cycles (
  id text primary key,
  body_hash text not null,
  answer text not null,
  agreed integer not null check (agreed in (0, 1)),
  swept integer not null check (swept in (0, 1)),
  confirmed_at integer not null
) strict, without rowid;
`;

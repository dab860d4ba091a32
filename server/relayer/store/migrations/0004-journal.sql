-- The journal: every amount that moves, from one account (debit) to another (credit), so that each entry balances
-- by its form. Entries are never changed; what the chain undoes is undone by an entry of its own.
create table journal_entries (
  position bigint generated always as identity primary key,
  participant_id text not null,
  uetr text not null,
  batch_id text not null,
  kind text not null,
  debit text not null,
  credit text not null,
  currency text not null,
  amount_minor numeric(29) not null check (amount_minor > 0),
  block_number bigint,
  undoes bigint,
  at timestamptz not null default clock_timestamp(),
  check (debit <> credit)
);
create index journal_entries_by_transfer on journal_entries (participant_id, uetr);
create unique index journal_entries_undone on journal_entries (undoes) where undoes is not null;
create index journal_entries_by_block on journal_entries (block_number) where block_number is not null;

-- What is to be written into the audit log, stored in the commit that made it true. The step that it names is of the
-- same statement: a foreign key would ask for it once more, row by row.
create table outbox (
  id bigint generated always as identity primary key,
  event_position bigint,
  act jsonb,
  check ((event_position is null) <> (act is null))
);

-- The audit log: each entry's hash covers the one before, so that none can be changed, moved or left out.
create table audit_entries (
  seq bigint primary key,
  kind text not null,
  participant_id text,
  entry text not null,
  digest text not null,
  hash text not null
);
create index audit_entries_by_participant on audit_entries (participant_id, seq) where participant_id is not null;

-- The last entry, in one row that whoever appends must lock.
create table audit_head (
  one boolean primary key default true check (one),
  seq bigint not null,
  hash text not null
);
insert into audit_head (seq, hash) values (0, repeat('0', 64));

-- Heads that were written to the chain, each in a chain transaction of our own.
create table audit_anchors (
  seq bigint primary key,
  hash text not null,
  lane text not null,
  nonce bigint not null,
  created_at timestamptz not null default now(),
  foreign key (lane, nonce) references chain_transactions
);

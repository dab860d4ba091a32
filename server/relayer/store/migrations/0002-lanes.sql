-- A chain transaction carries calls, an anchor of the audit log, or nothing but its nonce.
alter table chain_transactions add column purpose text not null default 'calls';
-- When its newest form was signed: a fee is raised only on what blocks have passed by.
alter table chain_transactions add column signed_at timestamptz not null default now();

-- The forms of a chain transaction that were signed again with a higher fee: any of them may still be mined.
create table replaced_transactions (
  hash text primary key,
  lane text not null,
  nonce bigint not null,
  raw text not null,
  replaced_at timestamptz not null default now(),
  foreign key (lane, nonce) references chain_transactions
);

-- What this rail does not do for the time being, and why: `reservations`, or `lane:` and an address.
create table halts (
  scope text primary key,
  reason text not null,
  since timestamptz not null default now()
);

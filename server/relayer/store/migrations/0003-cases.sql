-- What facts contradict, and must be decided by people: what is known, what each side says, what to do next.
create table cases (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  subject text not null,
  facts jsonb not null,
  next_action text not null,
  opened_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolution text
);
-- One open case for one contradiction, however often it is met.
create unique index cases_open on cases (kind, subject) where resolved_at is null;

-- The blocks that were followed last: where to go back to when the chain replaces some.
create table followed_blocks (
  number bigint primary key,
  hash text not null
);

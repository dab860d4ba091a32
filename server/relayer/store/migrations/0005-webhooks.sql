-- Where wallets want to be told. `cursor_seq` is the audit entry up to which deliveries have been made out.
create table webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  participant_id text not null,
  url text not null,
  secret text not null,
  previous_secret text,
  previous_secret_until timestamptz,
  state text not null default 'active' check (state in ('active', 'disabled')),
  disabled_reason text,
  cursor_seq bigint not null,
  created_at timestamptz not null default now()
);
create index webhook_endpoints_by_participant on webhook_endpoints (participant_id, created_at);

-- One delivery for each endpoint and step; its id stays the same over all attempts.
create table webhook_deliveries (
  id uuid primary key default gen_random_uuid(),
  endpoint_id uuid not null references webhook_endpoints on delete cascade,
  seq bigint not null references audit_entries,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  attempts int not null default 0,
  -- Attempts since it was made out or last made due again: the schedule counts these.
  tries int not null default 0,
  due_at timestamptz not null default now(),
  lease_until timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  unique (endpoint_id, seq)
);
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at) where state = 'pending';

create table webhook_attempts (
  delivery_id uuid not null references webhook_deliveries on delete cascade,
  attempt int not null,
  at timestamptz not null default now(),
  status int,
  error text,
  duration_ms int not null,
  primary key (delivery_id, attempt)
);

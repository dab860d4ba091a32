-- Time and number partitions for a relayer's PostgreSQL (15 or later), for those who keep hundreds of millions of transfers.
-- Why each table is cut as it is, and what changes by it: docs/scaling.md.
--
-- Run it once, in one transaction, on a database that a relayer has migrated, while no relayer runs:
--
--   psql "$DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction -f docs/operations/partitioning.sql
--
-- What is stored already stays where it is, as the first partition of each table: no row is copied, and only indexes that
-- are unique are made anew. Afterwards, every month:
--
--   select partitioning.add_months(date '2027-02-01', 2);       -- the next two, before they begin
--   select partitioning.add_numbers('transfer_events', 2);      -- likewise transfer_events, journal_entries, audit_entries,
--                                                               -- position_movements
--   select partitioning.put_away('transfers_2026_01');          -- what nobody asks the relayer for any more,
--                                                               -- nor can return
--
-- What comes without a partition of its own waits in transfers_rest and the like, and moves when its partition is added.
-- Months are UTC's, as everywhere here.
set local time zone 'utc';

create schema partitioning;
create schema archive;

-- One UETR of one payer once, for ever, whatever has been put away: 16 bytes each, of which nothing can be read.
create table transfer_keys (key uuid primary key) partition by hash (key);
do $$ begin
  for n in 0..15 loop
    execute format('create table transfer_keys_%s partition of transfer_keys
      for values with (modulus 16, remainder %s)', n, n);
  end loop;
end $$;

create function partitioning.key_of(participant_id text, uetr text) returns uuid
  language sql immutable strict parallel safe
  return encode(substring(sha256((participant_id || ':' || uetr)::bytea) for 16), 'hex')::uuid;

insert into transfer_keys select partitioning.key_of(participant_id, uetr) from transfers;

-- A transfer whose key is known is left out, as `on conflict do nothing` leaves it out: the relayer counts what was stored,
-- and rolls its order back.
create function partitioning.keep_once() returns trigger language plpgsql as $$
begin
  insert into transfer_keys values (partitioning.key_of(new.participant_id, new.uetr)) on conflict do nothing;
  if not found then return null; end if;
  return new;
end $$;

-- The foreign keys between tables that are cut differently. Each is written in one statement or one commit with what it
-- points at; the books are compared with the chain and the wallets all the time besides.
alter table transfers drop constraint transfers_batch_id_fkey;
alter table returns drop constraint returns_batch_id_fkey;
alter table webhook_deliveries drop constraint webhook_deliveries_seq_fkey;

-- Makes a table the first partition of a new one of its name. Its indexes and constraints become the new one's, with the
-- column that it is cut by in each that is unique.
create function partitioning.cut(name text, by_column text, below text, unique_columns text[], once text[] default '{}')
returns void language plpgsql as $$
declare
  first text := name || '_first';
  kind text;
  made record;
  columns text;
begin
  for made in select conname from pg_constraint where conrelid = name::regclass and contype in ('p', 'u') loop
    execute format('alter table %I drop constraint %I', name, made.conname);
  end loop;
  for made in select a.attname from pg_attribute a where a.attrelid = name::regclass and a.attidentity <> '' loop
    execute format('alter table %I alter column %I drop identity', name, made.attname);
    execute format('create sequence partitioning.%I', name || '_numbers');
    execute format('select setval(''partitioning.%I'', coalesce((select max(%I) from %I), 0) + 1, false)',
      name || '_numbers', made.attname, name);
    execute format('alter table %I alter column %I set default nextval(''partitioning.%I'')',
      name, made.attname, name || '_numbers');
  end loop;
  execute format('alter table %I rename to %I', name, first);
  execute format('create table %I (like %I including defaults including constraints including storage)
    partition by range (%I)', name, first, by_column);
  for made in
    select i.indexrelid::regclass::text as index, pg_get_indexdef(i.indexrelid) as definition, i.indisunique
    from pg_index i where i.indrelid = first::regclass
  loop
    -- One that is still unique here is so for some rows only, and its statement sees to that by itself.
    if made.indisunique then
      execute format('drop index %s', made.index);
    else
      execute format('alter index %s rename to %I', made.index, made.index || '_first');
    end if;
    execute replace(replace(made.definition, 'UNIQUE INDEX', 'INDEX'),
      format('ON public.%I ', first), format('ON public.%I ', name));
  end loop;
  execute format('alter table %I add primary key (%s)', name, array_to_string(unique_columns, ', '));
  foreach columns in array once loop
    execute format('create unique index on %I (%s)', name, columns);
  end loop;
  select format_type(atttypid, null) into kind from pg_attribute
    where attrelid = first::regclass and attname = by_column;
  execute format('alter table %I add constraint in_partition check (%I is not null and %I < %L::%s)',
    first, by_column, by_column, below, kind);
  execute format('alter table %I attach partition %I for values from (minvalue) to (%L)', name, first, below);
  -- Where rows go for which nobody has made a partition in time: nothing is refused, and they move when it is made.
  execute format('create table %I partition of %I default', name || '_rest', name);
  execute format('create table archive.%I (like %I including defaults) partition by range (%I)', name, name, by_column);
end $$;

-- The first month with partitions of its own, before which everything must be that is stored already: the next one. A
-- new database may begin earlier: set partitioning.first_month = '2027-01-01'.
create function partitioning.first_month() returns date language sql stable
  return coalesce(nullif(current_setting('partitioning.first_month', true), '')::date,
    (date_trunc('month', now() at time zone 'utc') + interval '1 month')::date);

-- By time: what changes for some minutes and is looked up for some months.
select partitioning.cut('transfers', 'accepted_at', partitioning.first_month()::text,
  '{participant_id, uetr, accepted_at}', '{"batch_id, batch_index, accepted_at"}');
select partitioning.cut('batches', 'accepted_at', partitioning.first_month()::text,
  '{batch_id, accepted_at}', '{"participant_id, idempotency_key, accepted_at"}');
select partitioning.cut('quotes', 'created_at', partitioning.first_month()::text, '{id, created_at}');

create trigger keep_once before insert on transfers for each row execute function partitioning.keep_once();

-- By number: what is only ever appended to. A partition holds so many numbers, the first one what is there, rounded up. Kept
-- in a table, since it must never change afterwards.
create table partitioning.spans (span bigint not null);
insert into partitioning.spans
  select coalesce(nullif(current_setting('partitioning.span', true), '')::bigint, 100000000);
create function partitioning.span() returns bigint language sql stable return (select span from partitioning.spans);

create function partitioning.first_number(name text, by_column text) returns text language plpgsql as $$
declare highest bigint;
begin
  execute format('select coalesce(max(%I), 0) from %I', by_column, name) into highest;
  return ((highest / partitioning.span() + 1) * partitioning.span())::text;
end $$;

select partitioning.cut('transfer_events', 'position',
  partitioning.first_number('transfer_events', 'position'), '{position}');
select partitioning.cut('journal_entries', 'position',
  partitioning.first_number('journal_entries', 'position'), '{position}');
select partitioning.cut('audit_entries', 'seq', partitioning.first_number('audit_entries', 'seq'), '{seq}');
select partitioning.cut('position_movements', 'block_number',
  partitioning.first_number('position_movements', 'block_number'), '{block_number, log_index, leg}');

-- A partition, with what has already come for it. It has its bounds as a constraint of its own besides: by that the archive
-- believes it without reading it.
create function partitioning.add(name text, partition text, by_column text, bounds text[]) returns void
language plpgsql as $$
begin
  execute format('create table %I (like %I including defaults including constraints)', partition, name);
  execute format('alter table %I add constraint in_partition check (%I is not null and %I >= %L and %I < %L)',
    partition, by_column, by_column, bounds[1], by_column, bounds[2]);
  execute format('lock table %I in exclusive mode', name || '_rest');
  execute format('with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
    name || '_rest', by_column, bounds[1], by_column, bounds[2], partition);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', name, partition, bounds[1], bounds[2]);
end $$;

-- Monthly partitions of transfers, batches and quotes, from a month on. One that is there is left alone.
create function partitioning.add_months(start date, months int) returns void language plpgsql as $$
declare
  name text;
  month timestamptz;
  partition text;
begin
  foreach name in array array['transfers', 'batches', 'quotes'] loop
    for n in 0 .. months - 1 loop
      month := (date_trunc('month', start) + n * interval '1 month') at time zone 'utc';
      partition := name || to_char(month at time zone 'utc', '_YYYY_MM');
      continue when to_regclass(partition) is not null;
      perform partitioning.add(name, partition, case name when 'quotes' then 'created_at' else 'accepted_at' end,
        array[month, (month at time zone 'utc' + interval '1 month') at time zone 'utc']::text[]);
      -- As the table itself has it: see migration 0010.
      if name = 'transfers' then execute format('alter table %I set (fillfactor = 50)', partition); end if;
    end loop;
  end loop;
end $$;

-- The next partitions of a table that is cut by number.
create function partitioning.add_numbers(name text, partitions int) returns void language plpgsql as $$
declare
  highest bigint;
  by_column text;
begin
  select attname into by_column from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0] where partrelid = name::regclass;
  for n in 1 .. partitions loop
    select max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?(\d+)''?\)'))[1]::bigint) into highest
      from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = name::regclass;
    perform partitioning.add(name, name || '_' || highest / partitioning.span(), by_column,
      array[highest, highest + partitioning.span()]::text[]);
  end loop;
end $$;

-- Takes a partition out of the relayer's sight and into the schema `archive`, where it can be read, dumped and dropped.
-- Nothing is copied, and nothing read but to look for work under way: the two steps after that change the catalogue alone,
-- and hold the table for so long.
create function partitioning.put_away(partition text) returns void language plpgsql as $$
declare
  parent text;
  bound text;
  unfinished bigint;
begin
  select i.inhparent::regclass::text, pg_get_expr(c.relpartbound, c.oid) into strict parent, bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhrelid = partition::regclass;
  if bound = 'DEFAULT' then
    raise exception 'make the partitions that its rows are for: add_months, add_numbers';
  end if;
  if parent = 'journal_entries' then
    raise exception 'the journal stays: balances are the sum of all its entries';
  end if;
  if parent in ('batches', 'transfers') then
    execute format('select count(*) from %I where %s', partition, case parent
      when 'batches' then 'stage <> ''done'''
      else 'state in (''accepted'', ''reserved'', ''credited'', ''held'', ''disputed'')' end) into unfinished;
    if unfinished > 0 then
      raise exception '% of % are not at their end', unfinished, partition;
    end if;
    -- A step is written into the audit log with its transfers' names.
    execute format('select count(*) from outbox o, unnest(o.event_positions) as p(position), transfer_events e
      where e.position = p.position and e.batch_id in (select batch_id from %I)', partition) into unfinished;
    if unfinished > 0 then
      raise exception '% steps of % are not in the audit log yet', unfinished, partition;
    end if;
  end if;
  if parent = 'audit_entries' then
    execute format('delete from webhook_deliveries where seq in (select seq from %I)', partition);
  end if;
  execute format('alter table %I detach partition %I', parent, partition);
  execute format('drop trigger if exists keep_once on %I', partition);
  execute format('alter table %I set schema archive', partition);
  execute format('alter table archive.%I attach partition archive.%I %s', parent, partition, bound);
end $$;

select partitioning.add_months(partitioning.first_month(), 2);
select partitioning.add_numbers(name, 1)
  from unnest(array['transfer_events', 'journal_entries', 'audit_entries', 'position_movements']) as name;

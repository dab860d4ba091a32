-- What one statement leads on of a batch is one step of all these transfers, in one row. One for each of them, and its place
-- in an index of random ids, was a fifth of the database's work in batches. `places` are their positions in the batch.
alter table transfer_events
  add column batch_id text, add column places int4multirange, add column count int not null default 1;
alter table if exists archive.transfer_events
  add column batch_id text, add column places int4multirange, add column count int not null default 1;
update transfer_events e
set batch_id = t.batch_id, places = int4multirange(int4range(t.batch_index, t.batch_index + 1))
from transfers t where t.participant_id = e.participant_id and t.uetr = e.uetr;
-- Of what has been put away, where anything has. No line but the last ends a statement here.
do $$ declare pair text[]; begin
  if to_regclass('archive.transfers') is null then return; end if; foreach pair slice 1 in array array[
    ['transfer_events', 'archive.transfers'], ['archive.transfer_events', 'archive.transfers'],
    ['archive.transfer_events', 'transfers']
  ] loop execute format('update %s e set batch_id = t.batch_id,
      places = int4multirange(int4range(t.batch_index, t.batch_index + 1))
    from %s t where t.participant_id = e.participant_id and t.uetr = e.uetr', pair[1], pair[2]); end loop; end $$;
alter table transfer_events
  drop column participant_id, drop column uetr,
  alter column batch_id set not null, alter column places set not null, alter column count drop default;
alter table if exists archive.transfer_events
  drop column participant_id, drop column uetr, alter column count drop default;
create index transfer_events_by_batch on transfer_events (batch_id, version);

-- How many steps a row of the outbox stands for.
alter table outbox add column steps int;
update outbox set steps = cardinality(event_positions) where event_positions is not null;

-- What is told of one transfer in the journal and in the audit log is found with its batch's: these indexes grow at one
-- place while a batch is written, instead of at a random one for each transfer of it.
create index journal_entries_by_batch on journal_entries (batch_id);
drop index journal_entries_by_transfer;
alter table audit_entries add column batch_id text;
alter table if exists archive.audit_entries add column batch_id text;
update audit_entries a set batch_id = t.batch_id
from transfers t
where a.kind = 'transfer' and t.participant_id = a.participant_id and t.uetr = a.entry::jsonb ->> 'uetr';
create index audit_entries_by_batch on audit_entries (batch_id) where batch_id is not null;
drop index audit_entries_by_transfer;

-- Half of what they take as text.
alter table audit_entries
  alter column digest type bytea using decode(digest, 'hex'), alter column hash type bytea using decode(hash, 'hex');
alter table if exists archive.audit_entries
  alter column digest type bytea using decode(digest, 'hex'), alter column hash type bytea using decode(hash, 'hex');

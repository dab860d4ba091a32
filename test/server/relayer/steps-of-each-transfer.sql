-- Takes a database back to where it was before steps were shared: each transfer's in rows of its own, hashes as text.
insert into transfer_events (participant_id, uetr, version, state, reason, at)
select t.participant_id, t.uetr, e.version, e.state, e.reason, e.at
from shared e join transfers t on t.batch_id = e.batch_id and e.places @> t.batch_index
order by e.position, t.batch_index;
drop table shared;
alter table outbox drop column steps;
delete from outbox;
insert into outbox (event_positions) select array_agg(position order by position) from transfer_events group by version order by version;
alter table audit_entries
  drop column batch_id,
  alter column digest type text using encode(digest, 'hex'), alter column hash type text using encode(hash, 'hex');
drop index journal_entries_by_batch;
delete from migrations where name like '0016-%';

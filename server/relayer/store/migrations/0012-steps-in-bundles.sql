-- What one statement writes waits for the audit log in one row, however many steps it is: a row written and deleted for
-- each of them was an eighth of the database's work in batches.
alter table outbox add column event_positions bigint[];
update outbox set event_positions = array[event_position] where event_position is not null;
alter table outbox drop column event_position;
alter table outbox add check ((event_positions is null) <> (act is null));

-- A wallet's list is read newest first by (accepted_at, uetr): with both the same way, a page begins at its cursor instead
-- of being sorted out of all that came before.
drop index transfers_by_time;
create index transfers_by_time on transfers (participant_id, accepted_at, uetr);

-- Both are read, and the bank's quote is updated, in the very statement or commit that writes the reference, and nothing
-- deletes them: asking once more, row by row, finds nothing out.
alter table quotes drop constraint quotes_quote_hash_fkey;
alter table transfers drop constraint transfers_quote_id_fkey;

-- The state that a transfer's last step has led on from. Nobody else is asked for it, and it is no part of any index. It
-- is there from the beginning, so that a step makes no row larger than the room that is left for it beside it.
alter table transfers add column state_before text not null default 'accepted';
alter table if exists archive.transfers add column state_before text not null default 'accepted';

-- How many transfers the steps of a bundle's statement have led on from each state.
alter table outbox add column left_states jsonb;

-- How many transfers are in each state, as the audit log tells it: only one at a time writes the log, so that counting
-- along makes no commit of transfers wait for another's.
create table transfer_counts (
  state text primary key,
  count bigint not null
);
-- What still waits for the log is counted when it is written there.
insert into transfer_counts
select state, sum(count)::bigint from (
  select state, count(*) as count from transfers group by state
  union all
  select e.state, -count(*) from outbox o cross join unnest(o.event_positions) as p(position)
  join transfer_events e on e.position = p.position group by e.state
) as counted group by state;

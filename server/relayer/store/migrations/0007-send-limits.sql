-- What a payer may send through a corridor in one UTC day, where an operator has set a bound. What was accepted counts,
-- whatever becomes of it.
create table send_limits (
  participant_id text not null,
  corridor_id text not null,
  maximum_minor numeric(29) not null,
  day date not null default (now() at time zone 'utc')::date,
  sent_minor numeric(29) not null default 0,
  primary key (participant_id, corridor_id)
);

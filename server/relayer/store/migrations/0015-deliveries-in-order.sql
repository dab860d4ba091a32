-- What was made out or made due again by one statement is due at one instant: in the order of its steps, the first few are
-- found without sorting all of it.
drop index webhook_deliveries_due;
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at, seq) where state = 'pending';

-- Each step of a transfer writes its row anew. With room for it on the row's own page, no index has to learn of it: half
-- the database's work per step, and less on disk than the copies it saves.
alter table transfers set (fillfactor = 50);

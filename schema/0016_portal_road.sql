-- How the road to the portal is, as each daemon finds it: a supervisor asks one daemon, and another may be the one that
-- sends. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

CREATE TABLE portal_road (
	daemon text PRIMARY KEY,         -- random, of one run of one daemon
	closed_by text NOT NULL,         -- an error's token; '': the road is open
	since timestamptz NOT NULL,      -- that it is open, or closed
	told_at timestamptz NOT NULL     -- who has been silent for a while is not believed any more
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE, DELETE ON portal_road TO hoso_daemon;

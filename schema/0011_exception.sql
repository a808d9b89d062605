-- The exception desk: what waits for somebody is found by indexes that hold nothing else, so that a page costs the
-- same with ten million legs. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- As open_on and stuck_in (0002): columns of their own, which stay the same while a leg just moves, so that its moves
-- touch no index.
-- late_at: the instant after the last day of the promise, while its clock runs. To the agency it runs until the end,
-- to the citizen until the first attempt or notice (TT 17/2017 Điều 7.2).
-- gap_at: a hand-over of an open leg was not scanned.
-- waits_for, waits_since: a leg that somebody could not deliver waits for one thing at a time.
ALTER TABLE leg
	ADD COLUMN late_at timestamptz GENERATED ALWAYS AS (CASE WHEN accepted_at IS NOT NULL AND ended_at IS NULL
			AND (attempted_at IS NULL OR kind IN ('submit', 'supplement_in', 'reclaim', 'inter'))
		THEN (promised_on + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' END) STORED,
	ADD COLUMN gap_at timestamptz GENERATED ALWAYS AS (CASE WHEN gaps > 0 AND ended_at IS NULL THEN accepted_at END) STORED,
	ADD COLUMN waits_for text GENERATED ALWAYS AS (CASE
		WHEN state NOT IN ('attempt_failed', 'held') THEN NULL
		WHEN kind IN ('submit', 'supplement_in', 'reclaim', 'inter') THEN 'held_long'
		WHEN invitations >= 2 THEN 'return_due'
		WHEN invitations = 1 THEN 'invite_again'
		WHEN attempts >= 2 THEN 'invite'
		ELSE 'held_long' END) STORED,
	ADD COLUMN waits_since timestamptz GENERATED ALWAYS AS (CASE
		WHEN state NOT IN ('attempt_failed', 'held') THEN NULL
		WHEN kind IN ('submit', 'supplement_in', 'reclaim', 'inter') OR invitations = 0 THEN state_at
		WHEN invitations >= 2 THEN last_invited_at
		ELSE first_invited_at END) STORED;
-- Those that begin with a day end with the desk's key: thousands may be due on one. With what says who may see it, so
-- that an office finds its own few among all without a look at each row. Neither these columns nor those of the
-- predicates change while a leg just moves: offices has an index already (leg_offices).
CREATE INDEX leg_late ON leg (late_at, (('late:' || id::text) COLLATE "C")) INCLUDE (id, offices) WHERE late_at IS NOT NULL;
CREATE INDEX leg_gap ON leg (gap_at) INCLUDE (id, offices) WHERE gap_at IS NOT NULL;
CREATE INDEX leg_waits ON leg (waits_for, waits_since) INCLUDE (id, offices) WHERE waits_for IS NOT NULL;

-- What the agency owes, and what waits at the agency.
CREATE INDEX dossier_unanswered ON dossier (submitted_at) INCLUDE (id, agency_id) WHERE status = 'submitted';
CREATE INDEX dossier_overdue ON dossier (((due_on + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'),
		(('agency_overdue:' || id::text) COLLATE "C")) INCLUDE (id, due_on, agency_id)
	WHERE status IN ('submitted', 'received', 'processing') AND due_on IS NOT NULL;
CREATE INDEX dossier_not_collected ON dossier (result_ready_at, (('not_collected:' || id::text) COLLATE "C"))
	INCLUDE (id, agency_id, service) WHERE status = 'result_ready';

-- Scans that did not fit, of one verdict after the other; and the legs where such a scan still stands, so that those
-- that were settled cost no look at their leg. stuck_in, not state: it stays while a leg moves (0002).
DROP INDEX event_exception;
CREATE INDEX event_exception ON event (verdict, recorded_at) WHERE verdict IN ('conflict', 'unknown_item', 'refused');
CREATE INDEX leg_unknown ON leg (id) INCLUDE (dossier_id) WHERE stuck_in = 'new';
CREATE INDEX leg_in_conflict ON leg (id) INCLUDE (dossier_id) WHERE conflicts > 0;

-- What lists, deadlines and reports ask of a leg and of a dossier, so that nobody folds millions of events for it.
-- Like a leg's state it is a cache: what the events amount to. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- Who may see a leg, and whose it is, is read from the index by the lists of 0011. Here, before other tables refer to it.
ALTER TABLE leg
	DROP CONSTRAINT leg_pkey, ADD CONSTRAINT leg_pkey PRIMARY KEY (id) INCLUDE (dossier_id),
	DROP CONSTRAINT leg_dossier_id_no_key, ADD CONSTRAINT leg_dossier_id_no_key UNIQUE (dossier_id, no) INCLUDE (offices);

-- accepted, attempted (the first attempt or invitation: it stops a result's clock), ended (delivered, returned,
-- cancelled, lost): when, by the scanner's clock; where; and whose account.
ALTER TABLE leg
	ADD COLUMN accepted_at timestamptz,
	ADD COLUMN accepted_office_id integer REFERENCES office,
	ADD COLUMN accepted_by bigint,
	ADD COLUMN attempted_at timestamptz,
	ADD COLUMN first_invited_at timestamptz,
	ADD COLUMN last_invited_at timestamptz,
	ADD COLUMN ended_at timestamptz,
	ADD COLUMN ended_office_id integer REFERENCES office,
	ADD COLUMN ended_by bigint,
	ADD COLUMN promised_on date; -- J + n of TT 17/2017 Điều 7, reckoned at acceptance; NULL: no relation is known

-- What is there already says it itself. The end is the event that brought the leg into the state it is in.
CREATE TEMPORARY TABLE taken ON COMMIT DROP AS
	WITH voided AS MATERIALIZED (
		SELECT DISTINCT (data->>'target')::uuid AS id FROM event
		WHERE kind = 'void' AND verdict IN ('recorded', 'late', 'duplicate'))
	SELECT e.leg_id, e.id, e.kind, e.occurred_at, e.office_id, e.account_id FROM event e
	WHERE e.kind IN ('accepted', 'delivered', 'delivery_failed', 'invited', 'returned', 'cancelled', 'lost')
		AND e.verdict IN ('recorded', 'late') AND NOT EXISTS (SELECT FROM voided v WHERE v.id = e.id);
UPDATE leg l SET accepted_at = a.occurred_at, accepted_office_id = a.office_id, accepted_by = a.account_id
	FROM (SELECT DISTINCT ON (leg_id) * FROM taken WHERE kind = 'accepted' ORDER BY leg_id, occurred_at, id) a
	WHERE a.leg_id = l.id;
UPDATE leg l SET attempted_at = a.at
	FROM (SELECT leg_id, min(occurred_at) AS at FROM taken WHERE kind IN ('delivered', 'delivery_failed', 'invited')
		GROUP BY leg_id) a
	WHERE a.leg_id = l.id;
UPDATE leg l SET first_invited_at = a.first, last_invited_at = a.last
	FROM (SELECT leg_id, min(occurred_at) AS first, max(occurred_at) AS last FROM taken WHERE kind = 'invited'
		GROUP BY leg_id) a
	WHERE a.leg_id = l.id;
UPDATE leg l SET ended_at = e.occurred_at, ended_office_id = e.office_id, ended_by = e.account_id
	FROM (SELECT DISTINCT ON (leg_id, kind, occurred_at) * FROM taken
		WHERE kind IN ('delivered', 'returned', 'cancelled', 'lost') ORDER BY leg_id, kind, occurred_at, id) e
	WHERE e.leg_id = l.id AND e.kind = l.state AND e.occurred_at = l.state_at;
DROP TABLE taken;

-- The citizen's case as the post and its agency know it (domain 5.4). The agency's steps are events of the dossier
-- without an item.
ALTER TABLE dossier
	ADD COLUMN status text NOT NULL DEFAULT 'with_post' CHECK (status IN ('draft', 'with_post', 'submitted', 'received',
		'processing', 'supplement', 'refused', 'withdrawn', 'result_ready', 'result_with_post', 'result_delivered',
		'result_undeliverable', 'closed')),
	ADD COLUMN submitted_at timestamptz,     -- the signature on the hand-over minutes: the legal instant (QĐ 45/2016 Điều 7.4)
	ADD COLUMN received_on date,             -- as the agency's slip says
	ADD COLUMN result_ready_at timestamptz,
	ADD COLUMN submitter_id uuid REFERENCES person; -- who handed it in for the sender; NULL: the sender

-- What lists, deadlines and reports ask of a leg and of a dossier, so that nobody folds millions of events for it.
-- Like a leg's state it is a cache: what the events amount to. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- accepted, attempted (the first attempt or invitation: it stops a result's clock), ended (delivered, returned,
-- cancelled, lost): when, by the scanner's clock; where; and whose account.
ALTER TABLE leg
	ADD COLUMN accepted_at timestamptz,
	ADD COLUMN accepted_office_id integer REFERENCES office,
	ADD COLUMN accepted_by bigint,
	ADD COLUMN attempted_at timestamptz,
	ADD COLUMN ended_at timestamptz,
	ADD COLUMN ended_office_id integer REFERENCES office,
	ADD COLUMN ended_by bigint,
	ADD COLUMN promised_on date; -- J + n of TT 17/2017 Điều 7, reckoned at acceptance; NULL: no relation is known

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

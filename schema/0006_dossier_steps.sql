-- The agency's steps of a dossier: events without an item (item_code '' and leg_id all zero), in the dossier's own chain.
-- Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

ALTER TABLE event DROP CONSTRAINT event_kind_check;
ALTER TABLE event ADD CONSTRAINT event_kind_check CHECK (kind IN (
	-- event kinds
	'requested', 'assigned', 'pickup_failed', 'accepted', 'dispatched', 'arrived', 'out_for_delivery',
	'delivered', 'delivery_failed', 'invited', 'held', 'redirected', 'returning', 'returned', 'cancelled',
	'lost', 'damaged', 'found', 'fee', 'note', 'bound', 'void', 'result_ready', 'supplement_asked', 'declined',
	'due_changed', 'withdrawn', 'closed'
	-- /event kinds
));
-- The leg of a dossier's own step is nobody's, and its item has no code: one does not come without the other.
ALTER TABLE event ADD CONSTRAINT event_step_check
	CHECK ((item_code = '') = (leg_id = '00000000-0000-0000-0000-000000000000'));

-- What the judge reads of the steps, as leg.track is of a leg's events: a cache, too.
ALTER TABLE dossier ADD COLUMN steps bytea NOT NULL DEFAULT '';

-- Those that were there before: as far as their items say. The first scan of each works it out again.
UPDATE dossier d SET status = CASE
		WHEN result.state = 'delivered' THEN 'result_delivered'
		WHEN result.state = 'returned' THEN 'result_undeliverable'
		WHEN result.state IS NOT NULL THEN 'result_with_post'
		WHEN d.code IS NOT NULL AND submit.state = 'delivered' THEN 'received'
		WHEN submit.state = 'delivered' THEN 'submitted'
		WHEN submit.state IS NULL OR submit.state IN ('new', 'requested', 'assigned', 'pickup_failed', 'returned',
			'cancelled') THEN 'draft'
		ELSE 'with_post' END,
	submitted_at = CASE WHEN submit.state = 'delivered' THEN submit.state_at END
	FROM dossier same
		LEFT JOIN LATERAL (SELECT state, state_at FROM leg WHERE dossier_id = same.id AND kind = 'submit'
			ORDER BY no DESC LIMIT 1) submit ON true
		LEFT JOIN LATERAL (SELECT state FROM leg WHERE dossier_id = same.id AND kind = 'result' AND state NOT IN ('new',
			'cancelled') ORDER BY no DESC LIMIT 1) result ON true
	WHERE d.id = same.id;

-- What the province's system told, word for word, and what it was answered: the same notice again gets that again.
-- Written in the transaction of the step that it is.
CREATE TABLE portal_notice (
	webhook_id text PRIMARY KEY CHECK (webhook_id ~ '^[A-Za-z0-9_.:-]{1,128}$'),
	body bytea NOT NULL CHECK (length(body) <= 16384),
	dossier_code text NOT NULL,
	kind text NOT NULL,
	event_id uuid NOT NULL,
	answer json NOT NULL,
	received_at timestamptz NOT NULL
);
CREATE INDEX portal_notice_dossier ON portal_notice (dossier_code);
CREATE TRIGGER portal_notice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_notice
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON portal_notice TO hoso_daemon;

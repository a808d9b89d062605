-- Manifests: what is handed over together, as a scan session that outlives the PC it was begun on, signed once by both
-- parties and then frozen. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- revision: counts what changed while it was open; who closes it says which one they have seen.
-- content, close_content: digests of the requests that opened and closed it: the same again is the same.
CREATE TABLE manifest (
	id uuid PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('bag', 'route', 'handover_in', 'handover_out', 'remittance')),
	state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'cancelled')),
	revision integer NOT NULL DEFAULT 0,
	office_id integer NOT NULL REFERENCES office,
	agency_id integer REFERENCES agency,
	next_office_id integer REFERENCES office,
	courier_id bigint REFERENCES account,
	label text NOT NULL DEFAULT '', -- number of the bag, or of the route
	content bytea NOT NULL CHECK (length(content) = 32),
	opened_at timestamptz NOT NULL,
	opened_by bigint NOT NULL REFERENCES account,
	opened_name text NOT NULL,
	signed_at timestamptz, -- the legal instant of the hand-over (QĐ 45/2016 Điều 7.4)
	signer text NOT NULL DEFAULT '',
	signer_unit text NOT NULL DEFAULT '',
	signer_account_id bigint REFERENCES account, -- an officer's own session, not a typed name
	minutes text NOT NULL DEFAULT '',
	close_content bytea CHECK (length(close_content) = 32),
	closed_at timestamptz,
	closed_by bigint REFERENCES account,
	closed_name text NOT NULL DEFAULT '',
	hash bytea CHECK (length(hash) = 32),
	cancel_reason text NOT NULL DEFAULT '',
	CHECK ((kind = 'bag') = (next_office_id IS NOT NULL)),
	CHECK ((kind = 'route') = (courier_id IS NOT NULL)),
	CHECK ((kind IN ('handover_in', 'handover_out', 'remittance')) = (agency_id IS NOT NULL)),
	CHECK ((state = 'open') = (closed_at IS NULL)),
	CHECK ((state = 'closed') = (hash IS NOT NULL AND signed_at IS NOT NULL AND close_content IS NOT NULL)),
	CHECK ((state = 'cancelled') = (cancel_reason <> ''))
);
CREATE INDEX manifest_office ON manifest (office_id, id);
CREATE INDEX manifest_agency ON manifest (agency_id, id) WHERE agency_id IS NOT NULL;
CREATE INDEX manifest_next ON manifest (next_office_id, id) WHERE next_office_id IS NOT NULL;
CREATE INDEX manifest_open ON manifest (id) WHERE state = 'open';

-- One scan. counts: it is part of the hand-over; not when it was undone or its item stood there already.
-- verdict, why: what the rules said when it was scanned, as they say of an event; a claim about then, not a promise.
-- The line's id is also that of the event that closing records.
CREATE TABLE manifest_line (
	id uuid PRIMARY KEY,
	manifest_id uuid NOT NULL REFERENCES manifest,
	no integer NOT NULL CHECK (no > 0),
	revision integer NOT NULL, -- of the manifest, when this was last touched
	item_code text NOT NULL CHECK (item_code ~ '^[A-Z0-9.-]{6,40}$'),
	counts boolean NOT NULL,
	verdict text NOT NULL CHECK (verdict IN ('recorded', 'duplicate', 'late', 'conflict', 'unknown_item', 'refused')),
	why text NOT NULL,
	other_id uuid REFERENCES manifest, -- the open one that has this item too
	other_name text NOT NULL DEFAULT '', -- whose it is; of the earlier line when its item stood here already
	complete boolean,
	note text NOT NULL DEFAULT '',
	money_kind text CHECK (money_kind IN ('fee', 'collect')),
	amount_vnd bigint CHECK (amount_vnd >= 0),
	content bytea NOT NULL CHECK (length(content) = 32),
	scanned_at timestamptz NOT NULL,  -- by the scanner's clock
	recorded_at timestamptz NOT NULL,
	account_id bigint NOT NULL REFERENCES account,
	actor text NOT NULL,
	device text NOT NULL,
	undone_at timestamptz,
	undone_by bigint REFERENCES account,
	undone_name text NOT NULL DEFAULT '',
	event_verdict text CHECK (event_verdict IN ('recorded', 'duplicate', 'late', 'conflict', 'unknown_item', 'refused')),
	event_why text NOT NULL DEFAULT '',
	UNIQUE (manifest_id, no),
	CHECK (undone_at IS NULL OR NOT counts)
);
CREATE UNIQUE INDEX manifest_line_once ON manifest_line (manifest_id, item_code, coalesce(money_kind, '')) WHERE counts;
CREATE INDEX manifest_line_item ON manifest_line (item_code) WHERE counts;

-- The other party says yes to one revision, in a session of their own; it closes that one manifest, once.
CREATE TABLE manifest_consent (
	id uuid PRIMARY KEY,
	manifest_id uuid NOT NULL REFERENCES manifest,
	revision integer NOT NULL,
	account_id bigint NOT NULL REFERENCES account,
	name text NOT NULL,
	unit text NOT NULL,
	device text NOT NULL,
	at timestamptz NOT NULL
);
CREATE INDEX manifest_consent_manifest ON manifest_consent (manifest_id);

-- What was signed stays as it was signed, whoever asks.
CREATE FUNCTION refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	closed boolean;
BEGIN
	IF TG_TABLE_NAME = 'manifest' THEN
		closed := TG_OP = 'DELETE' OR OLD.state <> 'open';
	ELSIF TG_OP = 'DELETE' THEN
		closed := true;
	ELSE
		SELECT state <> 'open' INTO closed FROM hoso.manifest WHERE id = NEW.manifest_id;
		closed := closed OR TG_OP = 'UPDATE' AND OLD.manifest_id <> NEW.manifest_id;
	END IF;
	IF closed THEN
		RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER manifest_frozen BEFORE UPDATE OR DELETE ON manifest
	FOR EACH ROW EXECUTE FUNCTION refuse_frozen();
CREATE TRIGGER manifest_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON manifest_line
	FOR EACH ROW EXECUTE FUNCTION refuse_frozen();
CREATE TRIGGER manifest_no_truncate BEFORE TRUNCATE ON manifest
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER manifest_line_no_truncate BEFORE TRUNCATE ON manifest_line
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER manifest_consent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON manifest_consent
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON manifest, manifest_line TO hoso_daemon;
GRANT SELECT, INSERT ON manifest_consent TO hoso_daemon;

-- Masked: numbers and times, no names.
CREATE VIEW report_manifest AS
	SELECT id, kind, state, office_id, agency_id, next_office_id, opened_at, signed_at, closed_at FROM manifest;
CREATE VIEW report_manifest_line AS
	SELECT id, manifest_id, item_code, counts, verdict, complete, money_kind, amount_vnd, scanned_at, event_verdict
	FROM manifest_line;
GRANT SELECT ON report_manifest, report_manifest_line TO hoso_report;

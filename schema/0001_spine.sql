-- The spine: who and where, dossiers and their legs, what happened, what the portal is told.
-- Run by hosod migrate as hoso_owner, in one transaction.

CREATE SCHEMA IF NOT EXISTS hoso;
REVOKE ALL ON SCHEMA hoso FROM PUBLIC;
GRANT USAGE ON SCHEMA hoso TO hoso_daemon, hoso_report;
SET LOCAL search_path = hoso;

-- What was applied, and the file it came from: hosod migrate refuses a file that changed since.
CREATE TABLE schema_migration (
	version integer PRIMARY KEY,
	name text NOT NULL,
	sha256 text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);

-- Times travel as Unix milliseconds; both ways are exact.
CREATE FUNCTION at(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT timestamptz 'epoch' + ms * interval '1 millisecond' $$;
CREATE FUNCTION ms(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT round(extract(epoch FROM at) * 1000)::bigint $$;

-- ── who and where ──────────────────────────────────────────────────────────────────────────────────
-- Effective-dated: a renamed or merged office is a new row; what happened under the old one keeps it.

CREATE TABLE office (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code text NOT NULL CHECK (code ~ '^[A-Z0-9][A-Z0-9._-]{0,39}$'),
	name text NOT NULL CHECK (name <> ''),
	parent_id integer REFERENCES office,
	valid_from date NOT NULL,
	valid_to date,
	CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX office_current ON office (code) WHERE valid_to IS NULL;

-- Every office with all it contains, itself included: "my office" in one predicate.
CREATE TABLE office_scope (
	ancestor integer NOT NULL REFERENCES office,
	descendant integer NOT NULL REFERENCES office,
	PRIMARY KEY (ancestor, descendant)
);

CREATE TABLE agency (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code text NOT NULL CHECK (code <> '' AND length(code) <= 60),
	name text NOT NULL CHECK (name <> ''),
	valid_from date NOT NULL,
	valid_to date,
	CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX agency_current ON agency (code) WHERE valid_to IS NULL;

CREATE TABLE procedure (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code text NOT NULL CHECK (code <> '' AND length(code) <= 60),
	name text NOT NULL CHECK (name <> ''),
	field_code text NOT NULL DEFAULT '',
	field_name text NOT NULL DEFAULT '',
	by_post boolean NOT NULL DEFAULT true,
	fee_vnd bigint NOT NULL DEFAULT 0 CHECK (fee_vnd >= 0),
	valid_from date NOT NULL,
	valid_to date,
	CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX procedure_current ON procedure (code) WHERE valid_to IS NULL;

CREATE TABLE account (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account text NOT NULL UNIQUE CHECK (account ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
	name text NOT NULL CHECK (name <> ''),
	role text NOT NULL CHECK (role IN ('clerk', 'courier', 'supervisor', 'agency', 'system')),
	office_id integer REFERENCES office,
	agency_id integer REFERENCES agency,
	password_hash text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	disabled_at timestamptz,
	-- An officer belongs to an agency, everybody else to an office.
	CHECK ((role = 'agency') = (agency_id IS NOT NULL)),
	CHECK ((role IN ('clerk', 'courier', 'supervisor')) = (office_id IS NOT NULL))
);

CREATE TABLE session (
	token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
	account_id bigint NOT NULL REFERENCES account,
	device text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL,
	seen_at timestamptz NOT NULL,
	ended_at timestamptz
);
CREATE INDEX session_account ON session (account_id) WHERE ended_at IS NULL;

CREATE TABLE login_failure (
	account text NOT NULL,
	address text NOT NULL,
	at timestamptz NOT NULL
);
CREATE INDEX login_failure_account ON login_failure (account, at);
CREATE INDEX login_failure_address ON login_failure (address, at);

-- ── dossiers ───────────────────────────────────────────────────────────────────────────────────────

-- A name and an address as they were given once: kept with the dossier, never shared between two.
CREATE TABLE person (
	id uuid PRIMARY KEY,
	name text NOT NULL,
	name_folded text NOT NULL,  -- lower case, without marks, đ as d
	phone text NOT NULL DEFAULT '',
	phone_last4 text GENERATED ALWAYS AS (right(phone, 4)) STORED,
	address text NOT NULL DEFAULT ''
);
CREATE INDEX person_name ON person (name_folded text_pattern_ops);
CREATE INDEX person_phone ON person (phone_last4);

-- stub: only seen by an item that nobody has accepted yet.
CREATE TABLE dossier (
	id uuid PRIMARY KEY,
	code text UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9./-]{4,59}$'),
	stub boolean NOT NULL,
	agency_id integer REFERENCES agency,
	procedure_id integer REFERENCES procedure,
	service smallint CHECK (service IN (1, 2, 3)),
	sender_id uuid REFERENCES person,
	receiver_id uuid REFERENCES person,
	due_on date,
	dseq integer NOT NULL CHECK (dseq >= 0),
	hash bytea NOT NULL CHECK (length(hash) = 32),
	legs smallint NOT NULL,
	recorded_at timestamptz NOT NULL,
	-- A stub whose item turned out to belong to a known dossier: its events are read with that one's.
	merged_into uuid REFERENCES dossier,
	CHECK (stub OR (agency_id IS NOT NULL AND procedure_id IS NOT NULL AND service IS NOT NULL
		AND sender_id IS NOT NULL AND receiver_id IS NOT NULL))
);
CREATE INDEX dossier_recorded ON dossier (recorded_at, id);
CREATE INDEX dossier_merged ON dossier (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX dossier_sender ON dossier (sender_id);
CREATE INDEX dossier_receiver ON dossier (receiver_id);
CREATE INDEX dossier_agency ON dossier (agency_id, recorded_at);

-- state … invitations and offices are a cache: the fold of the leg's events; track holds what the fold reads.
CREATE TABLE leg (
	id uuid PRIMARY KEY,
	dossier_id uuid NOT NULL REFERENCES dossier,
	no smallint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('submit', 'slip', 'supplement_out', 'supplement_in', 'result', 'refused',
		'reclaim', 'inter')),
	item_code text NOT NULL UNIQUE CHECK (item_code ~ '^[A-Z0-9.-]{6,40}$'),
	state text NOT NULL CHECK (state IN ('new', 'requested', 'assigned', 'pickup_failed', 'accepted', 'in_transit',
		'arrived', 'out_for_delivery', 'attempt_failed', 'held', 'delivered', 'returning', 'returned', 'cancelled',
		'lost')),
	state_at timestamptz NOT NULL,
	state_office_id integer REFERENCES office,
	state_actor text NOT NULL,  -- who brought it there: a second scan is told
	gaps integer NOT NULL,
	conflicts integer NOT NULL,
	attempts integer NOT NULL,
	invitations integer NOT NULL,
	seal text NOT NULL DEFAULT '',
	-- Three different amounts of three different owners; never added up.
	fee_vnd bigint NOT NULL DEFAULT 0 CHECK (fee_vnd >= 0),
	postage_vnd bigint NOT NULL DEFAULT 0 CHECK (postage_vnd >= 0),
	collect_vnd bigint NOT NULL DEFAULT 0 CHECK (collect_vnd >= 0),
	offices integer[] NOT NULL,  -- where it was, and where it is going: who may see it
	track bytea NOT NULL,
	UNIQUE (dossier_id, no)
);
CREATE INDEX leg_state ON leg (state, state_at) WHERE state NOT IN ('delivered', 'returned', 'cancelled');
CREATE INDEX leg_offices ON leg USING gin (offices);
CREATE INDEX leg_troubled ON leg (state_at) WHERE conflicts > 0 OR gaps > 0 OR state = 'new';

-- Append-only. Partitioned by month over the UUIDv7 itself, so the primary key is global.
CREATE TABLE event (
	id uuid PRIMARY KEY,
	dossier_id uuid NOT NULL,
	leg_id uuid NOT NULL,
	dseq integer NOT NULL CHECK (dseq > 0),
	item_code text NOT NULL,
	kind text NOT NULL CHECK (kind IN (
		-- event kinds
		'requested', 'assigned', 'pickup_failed', 'accepted', 'dispatched', 'arrived', 'out_for_delivery',
		'delivered', 'delivery_failed', 'invited', 'held', 'redirected', 'returning', 'returned', 'cancelled',
		'lost', 'damaged', 'found', 'fee', 'note', 'bound', 'void'
		-- /event kinds
	)),
	occurred_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	account_id bigint NOT NULL,
	actor text NOT NULL,
	role text NOT NULL CHECK (role IN ('clerk', 'courier', 'supervisor', 'agency', 'system')),
	office_id integer,
	device text NOT NULL,
	verdict text NOT NULL CHECK (verdict IN ('recorded', 'duplicate', 'late', 'conflict', 'unknown_item', 'refused')),
	why text NOT NULL,
	leg_state text NOT NULL,
	gap boolean NOT NULL,
	content bytea NOT NULL CHECK (length(content) = 32),  -- digest of the claim: same id, same content?
	data json NOT NULL,  -- json, not jsonb: the text is hashed as it stands
	hash bytea NOT NULL CHECK (length(hash) = 32),
	-- The feed's order: a transaction's rows become visible together, and only below the oldest open one.
	txid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint
) PARTITION BY RANGE (id);
CREATE INDEX event_dossier ON event (dossier_id, dseq);
CREATE INDEX event_feed ON event (txid, id);
CREATE INDEX event_exception ON event (recorded_at) WHERE verdict IN ('conflict', 'unknown_item', 'refused');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only: a correction is a void event', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The smallest UUIDv7 of an instant.
CREATE FUNCTION uuid7_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE
	AS $$ SELECT rpad(lpad(to_hex(hoso.ms(at)), 12, '0'), 32, '0')::uuid $$;

-- Months from three back (a courier's longest time offline) to @months_ahead; made by migrate and by the daemon.
CREATE FUNCTION make_event_partitions(months_ahead integer) RETURNS integer
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = hoso, pg_temp AS $$
DECLARE
	month timestamp;  -- UTC
	name text;
	made integer := 0;
BEGIN
	IF months_ahead NOT BETWEEN 0 AND 24 THEN
		RAISE EXCEPTION 'months_ahead is 0 to 24';
	END IF;
	FOR n IN -3 .. months_ahead LOOP
		month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n);
		name := 'event_' || to_char(month, 'YYYY_MM');
		CONTINUE WHEN to_regclass('hoso.' || name) IS NOT NULL;
		EXECUTE format('CREATE TABLE hoso.%I PARTITION OF hoso.event FOR VALUES FROM (%L) TO (%L)', name,
			hoso.uuid7_floor(month AT TIME ZONE 'UTC'),
			hoso.uuid7_floor((month + interval '1 month') AT TIME ZONE 'UTC'));
		EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON hoso.%I
			FOR EACH STATEMENT EXECUTE FUNCTION hoso.refuse_change()', name);
		made := made + 1;
	END LOOP;
	RETURN made;
END
$$;
REVOKE ALL ON FUNCTION make_event_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_event_partitions(integer) TO hoso_daemon;
SELECT make_event_partitions(3);

-- ── the portal ─────────────────────────────────────────────────────────────────────────────────────
-- One line per event that the portal hears of; written with the event, frozen.

CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid NOT NULL UNIQUE,
	dossier_id uuid NOT NULL REFERENCES dossier,
	item_code text NOT NULL,
	dseq integer NOT NULL,
	kind text NOT NULL,
	line json NOT NULL,
	state text NOT NULL CHECK (state IN ('waiting_code', 'ready', 'done', 'dead', 'skipped')),
	attempt integer NOT NULL DEFAULT 0,     -- the fencing token of a claim
	failures integer NOT NULL DEFAULT 0,    -- what the backoff counts: not the times the road was closed
	in_doubt boolean NOT NULL DEFAULT false, -- it may have reached the portal: ask before sending
	next_at timestamptz NOT NULL,
	lease_until timestamptz,
	lease_owner text,
	last_error text NOT NULL DEFAULT '',
	answer text NOT NULL DEFAULT '',        -- the portal's own words
	created_at timestamptz NOT NULL,
	settled_at timestamptz,
	settled_by bigint REFERENCES account,   -- a person's skip
	settled_why text NOT NULL DEFAULT '',
	UNIQUE (dossier_id, dseq)
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'ready';
CREATE INDEX outbox_lane ON outbox (dossier_id, dseq) WHERE state IN ('waiting_code', 'ready', 'dead');
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';

-- ── kept for a person ──────────────────────────────────────────────────────────────────────────────

CREATE TABLE quarantine (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid NOT NULL,
	account_id bigint NOT NULL,
	item_code text NOT NULL,
	kind text NOT NULL,
	occurred_at timestamptz NOT NULL,
	data bytea NOT NULL,  -- bytes, not text: what broke may be the text
	sqlstate text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX quarantine_event ON quarantine (event_id);

-- Who saw whose data: every read of a citizen's data leaves a line (Luật 91/2025, Luật Bưu chính Điều 7).
CREATE TABLE view_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT now(),
	account_id bigint NOT NULL,
	what text NOT NULL,
	dossier_id uuid
);
CREATE INDEX view_log_dossier ON view_log (dossier_id, at);
CREATE INDEX view_log_account ON view_log (account_id, at);

-- What people did to the system itself: accounts, catalogue, outbox.
CREATE TABLE audit (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT now(),
	account_id bigint,
	action text NOT NULL,
	subject text NOT NULL,
	detail text NOT NULL DEFAULT ''
);

CREATE TRIGGER view_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON view_log
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ── rights ─────────────────────────────────────────────────────────────────────────────────────────

GRANT SELECT, INSERT ON event, view_log, audit, quarantine, person TO hoso_daemon;
GRANT SELECT, INSERT, UPDATE ON office, agency, procedure, account, session, dossier, leg, outbox TO hoso_daemon;
GRANT SELECT, INSERT, DELETE ON login_failure, office_scope TO hoso_daemon;
GRANT SELECT ON schema_migration TO hoso_daemon;

-- Masked, for reports: no names, phones or addresses.
CREATE VIEW report_event AS
	SELECT id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, role, office_id, verdict, why,
		leg_state, gap FROM event;
CREATE VIEW report_leg AS
	SELECT l.id, l.dossier_id, l.no, l.kind, l.item_code, l.state, l.state_at, l.state_office_id, l.gaps, l.conflicts,
		l.attempts, l.invitations, l.fee_vnd, l.postage_vnd, l.collect_vnd, d.code AS dossier_code, d.agency_id,
		d.procedure_id, d.service, d.recorded_at
	FROM leg l JOIN dossier d ON d.id = l.dossier_id;
GRANT SELECT ON report_event, report_leg, office, agency, procedure TO hoso_report;

-- Money: who holds what now, and whose it is. Three kinds of three owners, never added up. Run by hosod migrate as
-- hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- A hand-in: a person's cash goes to the office's safe. Offered by who has it, received by somebody else: two sessions.
CREATE TABLE money_hand_in (
	id uuid PRIMARY KEY,
	office_id integer NOT NULL REFERENCES office,
	state text NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'received', 'cancelled')),
	content bytea NOT NULL CHECK (length(content) = 32),
	giver_id bigint NOT NULL REFERENCES account,
	giver_name text NOT NULL,
	offered_at timestamptz NOT NULL,
	receiver_id bigint REFERENCES account CHECK (receiver_id <> giver_id),
	receiver_name text NOT NULL DEFAULT '',
	received_at timestamptz,
	CHECK ((state = 'received') = (received_at IS NOT NULL AND receiver_id IS NOT NULL))
);
CREATE INDEX money_hand_in_office ON money_hand_in (office_id, id);

CREATE TABLE money_hand_in_line (
	hand_in_id uuid NOT NULL REFERENCES money_hand_in,
	kind text NOT NULL CHECK (kind IN ('fee', 'postage', 'collect')),
	agency_id integer NOT NULL, -- 0: the post's own
	amount_vnd bigint NOT NULL CHECK (amount_vnd > 0),
	PRIMARY KEY (hand_in_id, kind, agency_id)
);

-- One amount, one movement; written with the event that says so (or with the hand-in). Append-only: what was wrong is
-- reversed by a further row. held_by: whose hands it came into or left: the person's, the office's, or, when the
-- citizen paid the agency itself, nobody's of the post.
CREATE TABLE money_entry (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid,
	hand_in_id uuid REFERENCES money_hand_in,
	dossier_id uuid,
	leg_id uuid,
	item_code text NOT NULL DEFAULT '',
	kind text NOT NULL CHECK (kind IN ('fee', 'postage', 'collect')),
	direction text NOT NULL CHECK (direction IN ('in', 'out')),
	amount_vnd bigint NOT NULL CHECK (amount_vnd > 0),
	payment text NOT NULL CHECK (payment IN ('cash', 'transfer_post', 'transfer_agency', 'online')),
	held_by text NOT NULL CHECK (held_by IN ('person', 'office', 'agency')),
	receipt text NOT NULL DEFAULT '',
	manifest_id uuid REFERENCES manifest,
	office_id integer NOT NULL,
	account_id bigint NOT NULL,
	agency_id integer NOT NULL DEFAULT 0, -- 0: the post's own
	occurred_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	reverses bigint REFERENCES money_entry,
	-- Days of the cash book: when it was written down, in the offices' own time.
	booked_on date GENERATED ALWAYS AS ((recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) STORED,
	CHECK ((event_id IS NULL) <> (hand_in_id IS NULL)),
	CHECK ((kind = 'postage') = (agency_id = 0)),
	CHECK ((held_by = 'person') = (payment = 'cash' AND (hand_in_id IS NULL OR direction = 'out')))
);
CREATE UNIQUE INDEX money_entry_once ON money_entry (event_id, kind, coalesce(reverses, 0)) WHERE event_id IS NOT NULL;
CREATE UNIQUE INDEX money_entry_reversed ON money_entry (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX money_entry_book ON money_entry (office_id, booked_on, account_id);
CREATE INDEX money_entry_agency ON money_entry (agency_id, office_id, item_code) WHERE agency_id <> 0;
CREATE INDEX money_entry_item ON money_entry (item_code) WHERE item_code <> '';

CREATE TRIGGER money_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON money_entry
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER money_hand_in_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON money_hand_in_line
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' OR OLD.state <> 'offered' THEN
		RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER money_hand_in_frozen BEFORE UPDATE OR DELETE ON money_hand_in
	FOR EACH ROW EXECUTE FUNCTION refuse_settled();
CREATE TRIGGER money_hand_in_no_truncate BEFORE TRUNCATE ON money_hand_in
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A number of a receipt is given once an office and year, to one item.
CREATE TABLE money_receipt (
	office_id integer NOT NULL,
	year smallint NOT NULL,
	number text NOT NULL CHECK (number <> ''),
	item_code text NOT NULL,
	event_id uuid NOT NULL,
	actor text NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (office_id, year, number)
);
CREATE INDEX money_receipt_number ON money_receipt (number);
CREATE TRIGGER money_receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON money_receipt
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The sum of the entries, so that nobody adds up years of them. account_id 0: the office's safe. Kept by the entries'
-- trigger alone: the daemon may read it, and nobody can adjust it. In one order, so that two cannot wait for each other.
CREATE TABLE money_held (
	office_id integer NOT NULL,
	account_id bigint NOT NULL,
	kind text NOT NULL,
	agency_id integer NOT NULL,
	in_vnd bigint NOT NULL,
	out_vnd bigint NOT NULL,
	PRIMARY KEY (office_id, account_id, kind, agency_id)
);
ALTER TABLE money_held SET (fillfactor = 50);

CREATE FUNCTION count_money() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = hoso, pg_temp AS $$
BEGIN
	INSERT INTO money_held AS h (office_id, account_id, kind, agency_id, in_vnd, out_vnd)
	SELECT office_id, CASE held_by WHEN 'person' THEN account_id ELSE 0 END AS holder, kind, agency_id,
		coalesce(sum(amount_vnd) FILTER (WHERE direction = 'in'), 0),
		coalesce(sum(amount_vnd) FILTER (WHERE direction = 'out'), 0)
	FROM fresh WHERE held_by <> 'agency' GROUP BY office_id, holder, kind, agency_id
	ORDER BY office_id, holder, kind, agency_id
	ON CONFLICT (office_id, account_id, kind, agency_id) DO UPDATE
	SET in_vnd = h.in_vnd + excluded.in_vnd, out_vnd = h.out_vnd + excluded.out_vnd;
	RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION count_money() FROM PUBLIC;
CREATE TRIGGER money_entry_counted AFTER INSERT ON money_entry REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION count_money();

-- The end of a person's day, or of the office's (account 0): what was counted against what was reckoned, one row a kind.
-- in_vnd and out_vnd are sums since the beginning: the day's own are the differences to the row before, so that what is
-- recorded while a day is being closed is in exactly one of them. A difference adjusts nothing.
CREATE TABLE money_day (
	office_id integer NOT NULL,
	day date NOT NULL,
	account_id bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('fee', 'postage', 'collect')),
	in_vnd bigint NOT NULL,
	out_vnd bigint NOT NULL,
	reckoned_vnd bigint GENERATED ALWAYS AS (in_vnd - out_vnd) STORED,
	counted_vnd bigint NOT NULL CHECK (counted_vnd >= 0),
	difference_vnd bigint GENERATED ALWAYS AS (counted_vnd - (in_vnd - out_vnd)) STORED,
	reason text NOT NULL DEFAULT '',
	closed_at timestamptz NOT NULL,
	closed_by bigint NOT NULL REFERENCES account,
	closed_name text NOT NULL,
	PRIMARY KEY (office_id, day, account_id, kind),
	CHECK (counted_vnd = in_vnd - out_vnd OR reason <> '')
);
CREATE INDEX money_day_difference ON money_day (closed_at) WHERE difference_vnd <> 0;
CREATE TRIGGER money_day_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON money_day
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON money_entry, money_receipt, money_day, money_hand_in_line TO hoso_daemon;
GRANT SELECT, INSERT, UPDATE ON money_hand_in TO hoso_daemon;
GRANT SELECT ON money_held TO hoso_daemon;

CREATE VIEW report_money AS
	SELECT event_id, dossier_id, leg_id, item_code, kind, direction, amount_vnd, payment, held_by, manifest_id, office_id,
		agency_id, occurred_at, recorded_at, booked_on, reverses FROM money_entry;
GRANT SELECT ON report_money TO hoso_report;

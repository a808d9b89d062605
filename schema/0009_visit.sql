-- Visits by appointment. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- Equality beside overlap in one index. A trusted extension: the owner of the database may make it.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA hoso;

-- ── what an office offers ──────────────────────────────────────────────────────────────────────────
-- By the office's code: a renamed office has a new row, and its seats and hours are still its own.
-- Its row is locked by whoever books, moves or assigns: they see each other's seats. That is a courtesy, so that
-- the second gets the next free seat; what nobody can go round are the constraints of the table visit.
CREATE TABLE visit_office (
	office text PRIMARY KEY CHECK (office ~ '^[A-Z0-9][A-Z0-9._-]{0,39}$'),
	slot_minutes smallint NOT NULL CHECK (slot_minutes BETWEEN 15 AND 240), -- the grid of the windows that are offered
	grace_minutes smallint NOT NULL CHECK (grace_minutes BETWEEN 0 AND 240) -- then a window is missed
);

-- day: 1 Monday … 7 Sunday, 8 a holiday of calendar_day. A weekend day that is worked has Monday's hours.
-- Minutes since local midnight. out_of_hours: the agencies are closed then; the report counts such visits.
CREATE TABLE visit_hours (
	office text NOT NULL REFERENCES visit_office,
	day smallint NOT NULL CHECK (day BETWEEN 1 AND 8),
	opens smallint NOT NULL CHECK (opens >= 0),
	closes smallint NOT NULL CHECK (closes <= 1440),
	capacity smallint NOT NULL CHECK (capacity BETWEEN 1 AND 200),
	out_of_hours boolean NOT NULL,
	CHECK (opens < closes),
	EXCLUDE USING gist (office WITH =, day WITH =, int4range(opens, closes) WITH &&)
);

-- ── visits ─────────────────────────────────────────────────────────────────────────────────────────
/*
 * seat: one of 1 … capacity of the office, held for the window; NULL gives it back. Two visits of one seat cannot
 * overlap: visit_seat is checked by the index itself, also against rows that others have inserted and not yet
 * committed (the second waits for the first, and fails when that one stays). So however many book at once, over
 * however many daemons, and whatever they have read before, at most "capacity" visits lie over one instant: a
 * count that was read before the insert could be raced, a seat that is taken cannot. visit_courier says the same
 * of a courier, who is not in two places. What is done keeps both: its time was used.
 */
CREATE TABLE visit (
	id uuid PRIMARY KEY,
	office_id integer NOT NULL REFERENCES office, -- as it was when it was booked: who may see it
	office text NOT NULL REFERENCES visit_office,
	kind text NOT NULL CHECK (kind IN ('guidance', 'pickup', 'return', 'mix')),
	channel text NOT NULL CHECK (channel IN ('phone', 'counter', 'agency', 'public')),
	person_id uuid NOT NULL REFERENCES person,
	procedures text[] NOT NULL,
	dossiers text[] NOT NULL,
	window_from timestamptz NOT NULL,
	window_to timestamptz NOT NULL,
	out_of_hours boolean NOT NULL,
	missed_at timestamptz NOT NULL, -- the window's end and the office's grace
	note text NOT NULL,
	state text NOT NULL CHECK (state IN ('booked', 'assigned', 'started', 'arrived', 'done', 'cancelled')),
	done_from text CHECK (done_from <> 'done'), -- the state in which an item's scan found it
	seat smallint CHECK (seat > 0),
	courier_id bigint REFERENCES account,
	attempts smallint NOT NULL DEFAULT 0, -- that failed
	changes integer NOT NULL,
	booked_by bigint NOT NULL,
	booked_at timestamptz NOT NULL,
	CHECK (window_from < window_to),
	-- One local day: what spans midnight is two visits.
	CHECK ((window_from AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
		= ((window_to - interval '1 microsecond') AT TIME ZONE 'Asia/Ho_Chi_Minh')::date),
	CHECK (seat IS NOT NULL OR state IN ('done', 'cancelled')),
	CHECK (seat IS NULL OR state <> 'cancelled'),
	CHECK (courier_id IS NOT NULL OR state NOT IN ('assigned', 'started', 'arrived')),
	CONSTRAINT visit_seat EXCLUDE USING gist (office WITH =, seat WITH =, tstzrange(window_from, window_to) WITH &&)
		WHERE (seat IS NOT NULL),
	CONSTRAINT visit_courier EXCLUDE USING gist (courier_id WITH =, tstzrange(window_from, window_to) WITH &&)
		WHERE (courier_id IS NOT NULL AND seat IS NOT NULL)
);
CREATE INDEX visit_day ON visit (office_id, window_from, id);
CREATE INDEX visit_time ON visit (window_from, id);
CREATE INDEX visit_state ON visit (state, window_from, id);
CREATE INDEX visit_mine ON visit (courier_id, window_from) WHERE courier_id IS NOT NULL;
CREATE INDEX visit_open ON visit (missed_at, id) WHERE state IN ('booked', 'assigned', 'started', 'arrived');
CREATE INDEX visit_person ON visit (person_id);

-- The items it is for: known when their labels were handed out before, or when they are scanned at the door.
-- event_id: the scan that took it in, or handed it over, in this visit.
CREATE TABLE visit_item (
	visit_id uuid NOT NULL REFERENCES visit,
	item_code text NOT NULL CHECK (item_code ~ '^[A-Z0-9.-]{6,40}$'),
	way text NOT NULL CHECK (way IN ('pickup', 'return')),
	event_id uuid,
	PRIMARY KEY (visit_id, item_code)
);
CREATE INDEX visit_item_event ON visit_item (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX visit_item_code ON visit_item (item_code);

-- Everything that was ever done to a visit. The id is made by the client: the same again changes nothing.
CREATE TABLE visit_change (
	id uuid PRIMARY KEY,
	visit_id uuid NOT NULL REFERENCES visit,
	no integer NOT NULL CHECK (no > 0),
	action text NOT NULL CHECK (action IN ('book', 'assign', 'move', 'start', 'arrive', 'done', 'fail', 'cancel',
		'scanned', 'unscanned')), -- the last two: by an item's scan, by its voiding
	state text NOT NULL, -- after it, as all that follows
	window_from timestamptz NOT NULL,
	window_to timestamptz NOT NULL,
	out_of_hours boolean NOT NULL,
	courier_id bigint REFERENCES account,
	reason text NOT NULL DEFAULT '',
	wished_by text NOT NULL DEFAULT '' CHECK (wished_by IN ('', 'citizen', 'post')),
	note text NOT NULL DEFAULT '',
	account_id bigint NOT NULL,
	office_id integer,
	occurred_at timestamptz NOT NULL,
	recorded_at timestamptz NOT NULL,
	content bytea CHECK (length(content) = 32), -- digest of the request: same id, same content?
	UNIQUE (visit_id, no)
);
CREATE TRIGGER visit_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON visit_change
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

/*
 * What is scanned at the door is the visit's proof: an acceptance or a delivery that names its visit makes it done,
 * in the transaction that records the scan. So it cannot be lost; it comes once, for the scan's id does; and it may
 * come hours late, before or after whatever else is said of the visit. Who takes papers has been there, so no state
 * forbids it, a cancelled one neither: it then holds no seat. When the scan is voided and no other stands, the visit is
 * what it was before. Another office's visit is left alone. Nothing in here may fail: the scan comes first.
 */
CREATE FUNCTION visit_note(of uuid, change uuid, what text, e event) RETURNS void LANGUAGE sql
	SET search_path = hoso, pg_temp AS $$
	INSERT INTO visit_change (id, visit_id, no, action, state, window_from, window_to, out_of_hours, courier_id,
			account_id, office_id, occurred_at, recorded_at)
		SELECT change, v.id, v.changes, what, v.state, v.window_from, v.window_to, v.out_of_hours, v.courier_id,
			e.account_id, e.office_id, e.occurred_at, e.recorded_at
		FROM visit v WHERE v.id = of
		ON CONFLICT (id) DO NOTHING
$$;

CREATE FUNCTION visit_follows_event() RETURNS trigger LANGUAGE plpgsql SET search_path = hoso, pg_temp AS $$
DECLARE
	found_id uuid;
	found_state text;
BEGIN
	IF NEW.kind = 'void' THEN
		SELECT visit_id INTO found_id FROM visit_item WHERE event_id = (NEW.data->>'target')::uuid;
		IF NOT FOUND THEN
			RETURN NULL;
		END IF;
		PERFORM FROM visit WHERE id = found_id FOR UPDATE;
		UPDATE visit_item SET event_id = NULL WHERE visit_id = found_id AND event_id = (NEW.data->>'target')::uuid;
		UPDATE visit v SET state = v.done_from, done_from = NULL, changes = v.changes + 1
			WHERE v.id = found_id AND v.done_from IS NOT NULL AND v.state = 'done'
				AND NOT EXISTS (SELECT FROM visit_item i WHERE i.visit_id = v.id AND i.event_id IS NOT NULL);
		IF FOUND THEN
			PERFORM visit_note(found_id, NEW.id, 'unscanned', NEW);
		END IF;
		RETURN NULL;
	END IF;
	SELECT v.id, v.state INTO found_id, found_state FROM visit v
		WHERE v.id = (NEW.data->>'visit')::uuid AND EXISTS (
			SELECT FROM office_scope s WHERE s.ancestor = NEW.office_id AND s.descendant = v.office_id)
		FOR UPDATE OF v;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	INSERT INTO visit_item (visit_id, item_code, way, event_id)
		VALUES (found_id, NEW.item_code, CASE NEW.kind WHEN 'accepted' THEN 'pickup' ELSE 'return' END, NEW.id)
		ON CONFLICT (visit_id, item_code) DO UPDATE SET event_id = coalesce(visit_item.event_id, EXCLUDED.event_id);
	IF found_state <> 'done' THEN
		UPDATE visit SET state = 'done', done_from = found_state, changes = changes + 1 WHERE id = found_id;
		PERFORM visit_note(found_id, NEW.id, 'scanned', NEW);
	END IF;
	RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION visit_note(uuid, uuid, text, event), visit_follows_event() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION visit_note(uuid, uuid, text, event), visit_follows_event() TO hoso_daemon;

-- The kind is looked at first: only few events have their data parsed.
CREATE TRIGGER visit_follows AFTER INSERT ON event FOR EACH ROW
	WHEN (NEW.kind IN ('accepted', 'delivered', 'void') AND NEW.verdict IN ('recorded', 'late', 'duplicate')
		AND (NEW.kind = 'void' OR NEW.data->>'visit' IS NOT NULL))
	EXECUTE FUNCTION visit_follows_event();

-- ── for others ─────────────────────────────────────────────────────────────────────────────────────

-- Masked, for reports.
CREATE VIEW report_visit AS
	SELECT v.id, v.office_id, v.office, v.kind, v.channel, v.procedures, v.window_from, v.window_to, v.out_of_hours,
		v.state, v.attempts, v.booked_at, v.courier_id,
		(SELECT max(c.occurred_at) FROM visit_change c WHERE c.visit_id = v.id AND c.state = 'done') AS done_at
	FROM visit v;

GRANT SELECT, INSERT, UPDATE ON visit_office, visit, visit_item TO hoso_daemon;
GRANT SELECT, INSERT, DELETE ON visit_hours TO hoso_daemon;
GRANT SELECT, INSERT ON visit_change TO hoso_daemon;
GRANT SELECT ON report_visit, visit_office, visit_hours TO hoso_report;

-- Reports: what they read of a leg, the figures that come from outside, targets as data, and reports that were closed.
-- Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- ── what a report reads of a leg ───────────────────────────────────────────────────────────────────
-- Agency, procedure and service are those of the leg's dossier, here so that a report needs no second table. When a fact was
-- recorded, beside when it happened: what came after the period's end is told as such. ended_as and ended_first change
-- once, when the leg ends: the indexes below stand on nothing that a scan on the way would touch.
ALTER TABLE leg
	ADD COLUMN agency_id integer,
	ADD COLUMN procedure_id integer,
	ADD COLUMN service smallint,
	ADD COLUMN accepted_recorded_at timestamptz,
	ADD COLUMN ended_recorded_at timestamptz,
	ADD COLUMN ended_as text GENERATED ALWAYS AS (CASE WHEN state IN ('delivered', 'returned', 'lost')
		THEN state END) STORED,
	ADD COLUMN ended_first boolean GENERATED ALWAYS AS (CASE WHEN state = 'delivered' THEN attempts = 0 END) STORED;
UPDATE leg l SET agency_id = d.agency_id, procedure_id = d.procedure_id, service = d.service, accepted_recorded_at = l.accepted_at,
	ended_recorded_at = l.ended_at FROM dossier d WHERE d.id = l.dossier_id;

CREATE FUNCTION leg_report_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = hoso, pg_temp AS $$
BEGIN
	SELECT d.agency_id, d.procedure_id, d.service INTO NEW.agency_id, NEW.procedure_id, NEW.service
		FROM dossier d WHERE d.id = NEW.dossier_id;
	IF TG_OP = 'INSERT' THEN
		NEW.accepted_recorded_at := CASE WHEN NEW.accepted_at IS NOT NULL
			THEN coalesce(NEW.accepted_recorded_at, now()) END;
		NEW.ended_recorded_at := CASE WHEN NEW.ended_at IS NOT NULL THEN coalesce(NEW.ended_recorded_at, now()) END;
		RETURN NEW;
	END IF;
	IF NEW.accepted_at IS DISTINCT FROM OLD.accepted_at THEN
		NEW.accepted_recorded_at := CASE WHEN NEW.accepted_at IS NOT NULL THEN now() END;
	END IF;
	IF NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
		NEW.ended_recorded_at := CASE WHEN NEW.ended_at IS NOT NULL THEN now() END;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER leg_report_facts_new BEFORE INSERT ON leg FOR EACH ROW EXECUTE FUNCTION leg_report_facts();
CREATE TRIGGER leg_report_facts_changed BEFORE UPDATE OF dossier_id, accepted_at, ended_at ON leg FOR EACH ROW
	WHEN (NEW.accepted_at IS DISTINCT FROM OLD.accepted_at OR NEW.ended_at IS DISTINCT FROM OLD.ended_at
		OR NEW.dossier_id IS DISTINCT FROM OLD.dossier_id)
	EXECUTE FUNCTION leg_report_facts();

-- Read without the table: a year of a province is a hundred megabytes of index and many times that of legs.
CREATE INDEX leg_report_accepted ON leg (accepted_at, id)
	INCLUDE (dossier_id, no, kind, agency_id, procedure_id, service, accepted_office_id, accepted_by, accepted_recorded_at)
	WHERE accepted_at IS NOT NULL;
CREATE INDEX leg_report_ended ON leg (ended_at, id)
	INCLUDE (dossier_id, kind, agency_id, procedure_id, ended_office_id, ended_by, ended_as, ended_first,
		ended_recorded_at)
	WHERE ended_at IS NOT NULL;
-- What is looked for among the few must not be looked for among all.
CREATE INDEX leg_report_undelivered ON leg (ended_at, id)
	INCLUDE (kind, agency_id, procedure_id, ended_office_id, ended_by, ended_as, ended_first)
	WHERE ended_as IN ('returned', 'lost');
CREATE INDEX leg_report_promised ON leg (promised_on, id) WHERE promised_on IS NOT NULL;
-- Rare, and asked for over long times.
CREATE INDEX event_damaged ON event (occurred_at) WHERE kind = 'damaged';

-- ── figures that are not the post's ────────────────────────────────────────────────────────────────
-- One import, whole or not at all; the same id again is the same import.
CREATE TABLE totals_import (
	id uuid PRIMARY KEY,
	what text NOT NULL CHECK (what IN ('totals', 'figures')),
	content bytea NOT NULL CHECK (length(content) = 32), -- SHA-256 of the file
	lines integer NOT NULL CHECK (lines > 0),
	account_id bigint NOT NULL REFERENCES account,
	at timestamptz NOT NULL DEFAULT now()
);

-- All channels' dossiers of an agency in a period, as its one-stop system says: the denominators. procedure '' is all
-- of them together. NULL: the source does not say; that is not 0. A correction is a new row; the newest counts.
CREATE TABLE agency_period_totals (
	import_id uuid NOT NULL REFERENCES totals_import,
	line integer NOT NULL CHECK (line > 0),
	period text NOT NULL,
	cut text NOT NULL CHECK (cut IN ('calendar', '15')),
	first_on date NOT NULL,
	last_on date NOT NULL CHECK (last_on >= first_on),
	agency text NOT NULL,
	procedure text NOT NULL,
	received_all bigint CHECK (received_all >= 0),
	received_online bigint CHECK (received_online BETWEEN 0 AND coalesce(received_all, received_online)),
	resolved_all bigint CHECK (resolved_all >= 0),
	resolved_online bigint CHECK (resolved_online BETWEEN 0 AND coalesce(resolved_all, resolved_online)),
	returned_all bigint CHECK (returned_all >= 0),
	source text NOT NULL CHECK (source <> ''),
	entered_by bigint NOT NULL REFERENCES account,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (import_id, line)
);
CREATE INDEX agency_period_totals_of ON agency_period_totals (first_on, last_on, agency, procedure, at);

-- What the quarterly report needs and no scan tells: complaints and compensation of an office (TT 17/2017 Điều 13).
CREATE TABLE period_figure (
	import_id uuid NOT NULL REFERENCES totals_import,
	line integer NOT NULL CHECK (line > 0),
	period text NOT NULL,
	cut text NOT NULL CHECK (cut IN ('calendar', '15')),
	first_on date NOT NULL,
	last_on date NOT NULL CHECK (last_on >= first_on),
	office text NOT NULL,
	figure text NOT NULL CHECK (figure IN ('complaints', 'complaints_settled', 'compensated', 'compensation')),
	value bigint NOT NULL CHECK (value >= 0),
	source text NOT NULL CHECK (source <> ''),
	entered_by bigint NOT NULL REFERENCES account,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (import_id, line)
);
CREATE INDEX period_figure_of ON period_figure (first_on, last_on, office, figure, at);

-- ── targets and hours, as data ─────────────────────────────────────────────────────────────────────
-- In hundredths of a percent.
CREATE TABLE plan_target (
	indicator text NOT NULL CHECK (indicator IN ('K1', 'K2', 'K3', 'K4', 'K5')),
	value integer NOT NULL CHECK (value BETWEEN 0 AND 10000),
	valid_from date NOT NULL,
	valid_to date CHECK (valid_to > valid_from),
	source text NOT NULL CHECK (source <> ''),
	PRIMARY KEY (indicator, valid_from)
);
INSERT INTO plan_target (indicator, value, valid_from, source)
	SELECT indicator, value, '2021-01-01', 'Kế hoạch TP Vũng Tàu năm 2021, mục I.2'
	FROM (VALUES ('K1', 5000), ('K2', 2000), ('K3', 5000), ('K4', 500), ('K5', 2000)) AS plan(indicator, value);

-- When the one-stop units are open, local time; 1 is Monday. A working Saturday is open as a Monday is.
CREATE TABLE one_stop_hours (
	weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
	opens time NOT NULL,
	closes time NOT NULL CHECK (closes > opens),
	PRIMARY KEY (weekday, opens)
);
INSERT INTO one_stop_hours SELECT weekday, opens, closes
	FROM generate_series(1, 5) AS weekday, (VALUES (time '07:30', time '11:30'), ('13:00', '17:00')) AS h(opens, closes);

-- ── closed reports ─────────────────────────────────────────────────────────────────────────────────
CREATE TABLE frozen_bytes (
	sha256 bytea PRIMARY KEY CHECK (sha256 = sha256(bytes)),
	bytes bytea NOT NULL
);
-- office, agency, procedure, courier: what was asked for; '' is all.
CREATE TABLE frozen_report (
	id uuid PRIMARY KEY,
	name text NOT NULL,
	period text NOT NULL,
	cut text NOT NULL CHECK (cut IN ('calendar', '15')),
	first_on date NOT NULL,
	last_on date NOT NULL CHECK (last_on >= first_on),
	office text NOT NULL,
	agency text NOT NULL,
	procedure text NOT NULL,
	courier text NOT NULL,
	definition integer NOT NULL, -- which version of the report's definition
	account_id bigint NOT NULL REFERENCES account,
	at timestamptz NOT NULL,
	UNIQUE (name, period, cut, office, agency, procedure, courier)
);
CREATE INDEX frozen_report_at ON frozen_report (at, id);
CREATE TABLE frozen_report_format (
	frozen_id uuid NOT NULL REFERENCES frozen_report,
	format text NOT NULL CHECK (format IN ('json', 'csv', 'xlsx', 'pdf')),
	sha256 bytea NOT NULL REFERENCES frozen_bytes,
	PRIMARY KEY (frozen_id, format)
);

DO $$
DECLARE
	kept text;
BEGIN
	FOREACH kept IN ARRAY ARRAY['totals_import', 'agency_period_totals', 'period_figure', 'frozen_bytes',
		'frozen_report', 'frozen_report_format'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON hoso.%I
			FOR EACH STATEMENT EXECUTE FUNCTION hoso.refuse_change()', kept || '_append_only', kept);
	END LOOP;
END
$$;

GRANT SELECT, INSERT ON totals_import, agency_period_totals, period_figure, frozen_bytes, frozen_report,
	frozen_report_format TO hoso_daemon;
GRANT SELECT ON plan_target, one_stop_hours TO hoso_daemon;
GRANT SELECT ON agency_period_totals, period_figure, plan_target, one_stop_hours TO hoso_report;

-- The catalogue whole: what may go by post and with which papers, fees and time limits; postage and concessions; the
-- calendar; areas and how far they are from each other. Effective-dated: what changes is a new row, and a dossier
-- keeps the one it was taken in under. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- Areas outlive the units they are named after: districts are gone since 2025-07-01, the time limits still speak of
-- them. An area is what the post says it is.
CREATE TABLE area (
	code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9][A-Z0-9._-]{0,39}$'),
	name text NOT NULL CHECK (name <> '')
);

-- Relations and their days: J + send_days to bring an item, J + slip_days when a slip must come back
-- (TT 17/2017 Điều 7). "special": areas with limits of their own.
CREATE TABLE relation (
	code text PRIMARY KEY CHECK (code IN ('district', 'province', 'cities', 'inter', 'special')),
	name text NOT NULL,
	send_days smallint NOT NULL CHECK (send_days >= 0),
	slip_days smallint NOT NULL CHECK (slip_days >= send_days)
);
INSERT INTO relation VALUES
	('district', 'Nội huyện (địa bàn cũ)', 1, 2),
	('province', 'Liên huyện trong tỉnh', 2, 4),
	('cities', 'Giữa các đô thị đặc biệt, loại I', 3, 6),
	('inter', 'Liên tỉnh khác', 4, 8),
	('special', 'Địa bàn đặc biệt', 6, 12);

-- Either way round; the same area is 'district' without a row.
CREATE TABLE area_relation (
	area text NOT NULL REFERENCES area,
	other text NOT NULL REFERENCES area,
	relation text NOT NULL REFERENCES relation,
	PRIMARY KEY (area, other),
	CHECK (area < other)
);

ALTER TABLE office
	ADD COLUMN area text REFERENCES area,
	ADD COLUMN merged_into text NOT NULL DEFAULT '', -- the code of the office that took it over when it was closed
	ADD COLUMN address text NOT NULL DEFAULT '',
	ADD COLUMN phone text NOT NULL DEFAULT '',
	ADD COLUMN hours text NOT NULL DEFAULT '';
ALTER TABLE agency
	ADD COLUMN area text REFERENCES area,
	ADD COLUMN merged_into text NOT NULL DEFAULT '',
	ADD COLUMN address text NOT NULL DEFAULT '';

-- level: how far it can be done online (NĐ 42/2022: toàn trình, một phần). send, return: may the post bring the
-- papers, may it bring the result? by_post: either; never a third answer beside the two.
ALTER TABLE procedure
	ADD COLUMN level text NOT NULL DEFAULT '' CHECK (level IN ('', 'full', 'partial', 'information')),
	ADD COLUMN send_by_post boolean NOT NULL DEFAULT true,
	ADD COLUMN return_by_post boolean NOT NULL DEFAULT true,
	ADD COLUMN days smallint CHECK (days BETWEEN 0 AND 999), -- working days the agency has
	ADD COLUMN note text NOT NULL DEFAULT '';
UPDATE procedure SET send_by_post = by_post, return_by_post = by_post;
ALTER TABLE procedure ADD CONSTRAINT procedure_by_post CHECK (by_post = (send_by_post OR return_by_post));

-- Published papers; nothing beyond them may be asked for (QĐ 45/2016 Điều 16.5.b). guidance: what to tell who lacks it.
CREATE TABLE procedure_paper (
	procedure_id integer NOT NULL REFERENCES procedure,
	no smallint NOT NULL CHECK (no > 0),
	name text NOT NULL CHECK (name <> ''),
	original smallint NOT NULL DEFAULT 0 CHECK (original BETWEEN 0 AND 99),
	certified smallint NOT NULL DEFAULT 0 CHECK (certified BETWEEN 0 AND 99),
	copy smallint NOT NULL DEFAULT 0 CHECK (copy BETWEEN 0 AND 99),
	required boolean NOT NULL DEFAULT true,
	guidance text NOT NULL DEFAULT '',
	PRIMARY KEY (procedure_id, no)
);

-- phi and le_phi are two things in law; both are the agency's money. procedure.fee_vnd is what is usually paid.
CREATE TABLE procedure_fee (
	procedure_id integer NOT NULL REFERENCES procedure,
	no smallint NOT NULL CHECK (no > 0),
	kind text NOT NULL CHECK (kind IN ('phi', 'le_phi')),
	name text NOT NULL CHECK (name <> ''),
	amount_vnd bigint NOT NULL CHECK (amount_vnd >= 0),
	PRIMARY KEY (procedure_id, no)
);

-- What a leg costs, by relation and weight (TT 22/2017: these are ceilings, so the figures are data).
CREATE TABLE postage (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	relation text NOT NULL REFERENCES relation,
	grams_max integer NOT NULL CHECK (grams_max > 0),
	amount_vnd bigint NOT NULL CHECK (amount_vnd >= 0),
	valid_from date NOT NULL,
	valid_to date,
	CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX postage_current ON postage (relation, grams_max) WHERE valid_to IS NULL;

CREATE TABLE concession (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code text NOT NULL CHECK (code ~ '^[A-Z0-9][A-Z0-9._-]{0,39}$'),
	name text NOT NULL CHECK (name <> ''),
	percent smallint NOT NULL CHECK (percent BETWEEN 0 AND 100), -- off the postage
	valid_from date NOT NULL,
	valid_to date,
	CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX concession_current ON concession (code) WHERE valid_to IS NULL;

-- Days that are not what their weekday says: holidays, Tết, and Saturdays that are worked for a day off.
CREATE TABLE calendar_day (
	day date PRIMARY KEY,
	is_workday boolean NOT NULL,
	name text NOT NULL CHECK (name <> '')
);

-- A version of a code begins once a day at most. By these the look-ups of a day go, too.
CREATE UNIQUE INDEX office_version ON office (code, valid_from);
CREATE UNIQUE INDEX agency_version ON agency (code, valid_from);
CREATE UNIQUE INDEX procedure_version ON procedure (code, valid_from);
CREATE UNIQUE INDEX postage_version ON postage (relation, grams_max, valid_from);
CREATE UNIQUE INDEX concession_version ON concession (code, valid_from);

-- One row. version counts every change to the catalogue, whoever makes it: who planned an import, or holds a copy, sees
-- whether it is still so. turned_on: the day for which people and office_scope follow what is in force.
CREATE TABLE catalogue_state (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	version bigint NOT NULL,
	turned_on date NOT NULL
);
INSERT INTO catalogue_state VALUES (true, 1, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date);

CREATE FUNCTION catalogue_touched() RETURNS trigger LANGUAGE plpgsql SET search_path = hoso, pg_temp AS $$
BEGIN
	UPDATE catalogue_state SET version = version + 1;
	RETURN NULL;
END
$$;
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['office', 'agency', 'procedure', 'procedure_paper', 'procedure_fee', 'postage', 'concession',
		'calendar_day', 'area', 'relation', 'area_relation'] LOOP
		EXECUTE format('CREATE TRIGGER catalogue_touched AFTER INSERT OR UPDATE OR DELETE ON hoso.%I
			FOR EACH STATEMENT EXECUTE FUNCTION hoso.catalogue_touched()', name);
	END LOOP;
END
$$;

-- Before an import is written: locks the catalogue, and refuses when it is not the one that the import was planned for.
CREATE FUNCTION catalogue_expect(expected bigint) RETURNS void LANGUAGE plpgsql SET search_path = hoso, pg_temp AS $$
BEGIN
	PERFORM FROM catalogue_state WHERE version = expected FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the catalogue was changed meanwhile' USING ERRCODE = 'serialization_failure';
	END IF;
END
$$;
GRANT SELECT, UPDATE ON catalogue_state TO hoso_daemon;

GRANT SELECT, INSERT, UPDATE, DELETE ON area, area_relation, relation, calendar_day TO hoso_daemon;
GRANT SELECT, INSERT, UPDATE ON postage, concession TO hoso_daemon;
GRANT SELECT, INSERT, DELETE ON procedure_paper, procedure_fee TO hoso_daemon;
GRANT SELECT ON area, area_relation, relation, calendar_day, postage, concession, procedure_paper, procedure_fee TO hoso_report;

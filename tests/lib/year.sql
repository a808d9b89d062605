-- A year of a province, the same for the same seed: run by a superuser against an empty hosod database.
-- The session's settings year.legs, year.seed, year.first_day and year.days say
-- which one (lib/year.py). Mix by domain §8: five results to
-- two dossiers handed in, few supplements, the rest of the kinds rare.
SET search_path = hoso;
-- References and triggers are for those who write; here both are right by construction.
SET session_replication_role = replica;

CREATE FUNCTION pg_temp.dice(i bigint, salt text, sides bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT (hashint8extended(i, hashtextextended(salt, current_setting('year.seed')::bigint)) & 9223372036854775807) % sides $$;

INSERT INTO area (code, name) SELECT 'Y' || n, 'Địa bàn ' || n FROM generate_series(1, 5) n ON CONFLICT DO NOTHING;
INSERT INTO area_relation (area, other, relation)
	SELECT 'Y' || a, 'Y' || b, (ARRAY['district', 'province', 'cities', 'inter', 'special'])[1 + (a + b) % 5]
	FROM generate_series(1, 5) a, generate_series(1, 5) b WHERE a < b AND (a, b) <> (1, 5) ON CONFLICT DO NOTHING;
INSERT INTO office (code, name, valid_from, area, parent_id)
	SELECT 'Y' || lpad(n::text, 3, '0'), 'Bưu cục ' || n, '2020-01-01', 'Y' || 1 + n % 5,
		CASE WHEN n > 1 THEN (SELECT id FROM office WHERE code = 'Y001') END
	FROM generate_series(1, 1) n;
INSERT INTO office (code, name, valid_from, area, parent_id)
	SELECT 'Y' || lpad(n::text, 3, '0'), 'Bưu cục ' || n, '2020-01-01', nullif('Y' || n % 6, 'Y0'),
		(SELECT id FROM office WHERE code = 'Y001')
	FROM generate_series(2, 40) n;
-- As office_scope has it, or the next midnight would set that right.
UPDATE office SET parent_id = (SELECT id FROM office WHERE code = 'Y002') WHERE code BETWEEN 'Y003' AND 'Y012';
INSERT INTO office_scope SELECT a.id, d.id FROM office a, office d
	WHERE a.code ~ '^Y\d' AND d.code ~ '^Y\d' AND (a.id = d.id OR a.code = 'Y001'
		OR a.code = 'Y002' AND d.code BETWEEN 'Y003' AND 'Y012');
INSERT INTO agency (code, name, valid_from, area)
	SELECT 'YA' || lpad(n::text, 2, '0'), 'UBND phường ' || n, '2020-01-01', 'Y' || 1 + n % 5 FROM generate_series(1, 31) n;
-- One of them had another name once: both rows are one agency.
INSERT INTO agency (code, name, valid_from, valid_to, area)
	VALUES ('YA01', 'UBND xã Một (tên cũ)', '2015-01-01', '2020-01-01', 'Y2');
INSERT INTO procedure (code, name, level, by_post, send_by_post, return_by_post, valid_from)
	SELECT '9.' || lpad(n::text, 6, '0'), 'Thủ tục số ' || n, (ARRAY['full', 'partial', 'information', ''])[1 + n % 4],
		n % 10 <> 0, n % 10 <> 0, n % 10 <> 0, '2020-01-01'
	FROM generate_series(1, 200) n;
INSERT INTO account (account, name, role, office_id, password_hash)
	SELECT 'buuta' || lpad(n::text, 3, '0'), 'Bưu tá ' || n, 'courier',
		(SELECT id FROM office WHERE code = 'Y' || lpad((1 + n % 40)::text, 3, '0')), 'x' FROM generate_series(1, 160) n;
INSERT INTO account (account, name, role, office_id, password_hash)
	SELECT 'quay' || lpad(n::text, 3, '0'), 'Quầy ' || n, 'clerk',
		(SELECT id FROM office WHERE code = 'Y' || lpad(n::text, 3, '0')), 'x' FROM generate_series(1, 40) n;
INSERT INTO person (id, name, name_folded) SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Người ' || n,
	'nguoi ' || n FROM generate_series(1, 100) n;
-- A holiday week and the Saturday worked for it, somewhere in the year.
INSERT INTO calendar_day SELECT current_setting('year.first_day')::date + 45 + n, false, 'Tết Nguyên đán' FROM generate_series(0, 6) n
	ON CONFLICT DO NOTHING;
INSERT INTO calendar_day SELECT d, true, 'Làm bù' FROM (SELECT current_setting('year.first_day')::date + 53 + n AS d FROM generate_series(0, 6) n) s
	WHERE extract(isodow FROM d) = 6 ON CONFLICT DO NOTHING;

CREATE TEMPORARY TABLE place AS SELECT n, (SELECT id FROM office WHERE code = 'Y' || lpad(n::text, 3, '0')) AS office,
	(SELECT id FROM account WHERE account = 'quay' || lpad(n::text, 3, '0')) AS clerk FROM generate_series(1, 40) n;
CREATE TEMPORARY TABLE runner AS SELECT n, (SELECT id FROM account WHERE account = 'buuta' || lpad(n::text, 3, '0')) AS courier
	FROM generate_series(1, 160) n;
CREATE TEMPORARY TABLE unit AS SELECT n, (SELECT id FROM agency WHERE code = 'YA' || lpad(n::text, 2, '0') AND valid_to IS NULL)
	AS agency FROM generate_series(1, 31) n;
UPDATE unit SET agency = (SELECT id FROM agency WHERE code = 'YA01' AND valid_to IS NOT NULL) WHERE n = 31;
CREATE TEMPORARY TABLE work AS SELECT n, (SELECT id FROM procedure WHERE code = '9.' || lpad(n::text, 6, '0')) AS procedure
	FROM generate_series(1, 200) n;

ANALYZE place; ANALYZE runner; ANALYZE unit; ANALYZE work;

-- One dossier, one or two legs; the second is the way back of the same dossier.
CREATE TEMPORARY TABLE plan AS
	SELECT i, 1 + i % 40 AS place, 1 + pg_temp.dice(i, 'runner', 160) AS runner,
		-- a few agencies and procedures have nearly all of it, and some nothing
		1 + (pg_temp.dice(i, 'unit', 900) * pg_temp.dice(i, 'unit2', 31) / 900) AS unit,
		1 + (pg_temp.dice(i, 'work', 1000) * pg_temp.dice(i, 'work2', 170) / 1000) AS work,
		CASE WHEN pg_temp.dice(i, 'service', 10) < 1 THEN 1 WHEN pg_temp.dice(i, 'service', 10) < 8 THEN 2 ELSE 3 END AS service,
		current_setting('year.first_day')::timestamptz + (pg_temp.dice(i, 'when', current_setting('year.days')::bigint * 86400000)) * interval '1 millisecond' AS t,
		pg_temp.dice(i, 'fate', 1000) AS fate, pg_temp.dice(i, 'late', 1000) AS late
	FROM generate_series(1, current_setting('year.legs')::bigint) AS i;
ANALYZE plan;

INSERT INTO dossier (id, stub, agency_id, procedure_id, service, sender_id, receiver_id, dseq, hash, legs, recorded_at, words)
	SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, false, u.agency, w.procedure, service,
		('00000000-0000-7000-8000-' || lpad(to_hex(1 + i % 100), 12, '0'))::uuid,
		('00000000-0000-7000-8000-' || lpad(to_hex(1 + i % 100), 12, '0'))::uuid,
		0, decode(repeat('00', 32), 'hex'), 1, t, '{}'
	FROM plan JOIN unit u ON u.n = unit JOIN work w ON w.n = work
	WHERE service <> 3 OR i % 2 = 0 OR i = 1;

-- A dossier of service 3 has two legs; the odd ones are the ways back of the even ones before, when that is of service 3.
CREATE TEMPORARY TABLE trip AS
	SELECT p.*, CASE WHEN service = 2 OR service = 3 AND i % 2 = 1 THEN 'result'
			WHEN fate % 50 = 7 THEN (ARRAY['slip', 'supplement_out', 'supplement_in', 'refused', 'reclaim', 'inter'])[1 + fate % 6]
			ELSE 'submit' END AS kind,
		CASE WHEN service = 3 AND i % 2 = 1 AND i > 1 THEN i - 1 ELSE i END AS d
	FROM plan p;
CREATE TEMPORARY TABLE ride AS
	SELECT t.*, ('01900000-0000-7000-8000-' || lpad(to_hex(d), 12, '0'))::uuid AS dossier_id,
		CASE WHEN fate < 930 THEN 'delivered' WHEN fate < 960 THEN 'returned' WHEN fate < 963 THEN 'lost'
			WHEN fate < 970 THEN 'cancelled' WHEN fate < 985 THEN 'held' ELSE 'in_transit' END AS state,
		fate % 7 AS attempts, (10 + pg_temp.dice(i, 'ride', 5 * 24 * 60)) * interval '1 minute' AS lasting
	FROM trip t;
ANALYZE ride;

INSERT INTO leg (id, dossier_id, no, kind, item_code, state, state_at, state_actor, gaps, conflicts, attempts, invitations,
		fee_vnd, postage_vnd, collect_vnd, offices, track, accepted_at, accepted_office_id, accepted_by, attempted_at,
		ended_at, ended_office_id, ended_by, promised_on, accepted_recorded_at, ended_recorded_at, agency_id, procedure_id,
		service, dossier_recorded_at)
	SELECT ('01900000-0000-7000-9000-' || lpad(to_hex(r.i), 12, '0'))::uuid, r.dossier_id,
		row_number() OVER (PARTITION BY r.dossier_id ORDER BY r.i), r.kind, 'Y' || lpad(r.i::text, 10, '0'), r.state,
		r.t + r.lasting, 'x', 0, 0, least(r.attempts, 2) * (r.attempts < 3)::int, 0,
		CASE WHEN r.kind = 'submit' THEN 1000 * (r.fate % 100) ELSE 0 END, 1000 * (10 + r.fate % 30),
		CASE WHEN r.kind = 'result' AND r.fate % 3 = 0 THEN 5000 * (r.fate % 40) ELSE 0 END,
		ARRAY[a.office, e.office], '\x00',
		r.t, a.office, CASE WHEN r.fate % 3 = 0 THEN c.courier ELSE a.clerk END,
		CASE WHEN r.state IN ('delivered', 'returned', 'held') THEN r.t + r.lasting * 0.8 END,
		CASE WHEN r.state IN ('delivered', 'returned', 'lost', 'cancelled') THEN r.t + r.lasting END,
		CASE WHEN r.state IN ('delivered', 'returned', 'lost', 'cancelled') THEN e.office END,
		CASE WHEN r.state IN ('delivered', 'returned') THEN CASE WHEN r.fate % 4 = 0 THEN e.clerk ELSE c.courier END
			WHEN r.state IN ('lost', 'cancelled') THEN e.clerk END,
		CASE WHEN r.fate % 20 <> 3 THEN (r.t AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1 + (r.fate % 4)::int END,
		-- some come late, from a courier who was offline
		r.t + CASE WHEN r.late < 10 THEN interval '3 days' WHEN r.late < 100 THEN interval '5 hours' ELSE interval '2 seconds' END,
		CASE WHEN r.state IN ('delivered', 'returned', 'lost', 'cancelled') THEN r.t + r.lasting
			+ CASE WHEN r.late >= 990 THEN interval '4 days' ELSE interval '3 seconds' END END,
		d.agency_id, d.procedure_id, d.service, d.recorded_at
	FROM ride r JOIN dossier d ON d.id = r.dossier_id JOIN place a ON a.n = r.place JOIN place e ON e.n = 1 + (r.place * 7 + r.runner) % 40
		JOIN runner c ON c.n = r.runner;

ANALYZE leg;

-- Damages are rare; some of them are voided again.
INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor, role, office_id,
		device, verdict, why, leg_state, gap, content, data, hash)
	SELECT (substr(uuid7_floor(now())::text, 1, 14) || '7' || substr(md5(r.i || v.kind), 1, 3) || '-9000-' || lpad(to_hex(r.i), 12, '0'))::uuid,
		r.dossier_id, l.id, CASE v.kind WHEN 'void' THEN 2 ELSE 1 END, l.item_code, v.kind, l.accepted_at + interval '1 hour',
		l.accepted_at + interval '1 hour', l.accepted_by, 'x', 'clerk', l.accepted_office_id, '', 'recorded', '', l.state, false,
		decode(repeat('00', 32), 'hex'),
		CASE v.kind WHEN 'void' THEN json_build_object('target', substr(uuid7_floor(now())::text, 1, 14) || '7'
			|| substr(md5(r.i || 'damaged'), 1, 3) || '-9000-' || lpad(to_hex(r.i), 12, '0')) ELSE '{}' END,
		decode(repeat('00', 32), 'hex')
	FROM ride r JOIN leg l ON l.item_code = 'Y' || lpad(r.i::text, 10, '0'),
		(VALUES ('damaged'), ('void')) AS v(kind)
	WHERE r.fate = 500 AND (v.kind = 'damaged' OR r.i % 11 = 0);
SET session_replication_role = origin;
ANALYZE;

-- :legs dossiers, each with one accepted leg, as hosod itself would have left them. Run as the owner of the database.
SET search_path = hoso;
SELECT set_config('bench.ms', ((extract(epoch FROM now()) * 1000)::bigint - 3600000)::text, false) \g /dev/null

INSERT INTO agency (code, name, valid_from) VALUES ('BENCH.A', 'UBND phường', '2020-01-01') ON CONFLICT DO NOTHING;
INSERT INTO procedure (code, name, field_code, field_name, valid_from)
	VALUES ('1.000001', 'Cấp bản sao trích lục hộ tịch', 'HT', 'Hộ tịch', '2020-01-01') ON CONFLICT DO NOTHING;

-- A UUIDv7 of an hour ago whose last bytes are the number @n, in the block @block.
CREATE OR REPLACE FUNCTION pg_temp.made_id(block integer, n bigint) RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT (lpad(to_hex(current_setting('bench.ms')::bigint), 12, '0')
		|| '7' || lpad(to_hex(block), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid
$$;

-- UPU S10: RR, the serial number, its check digit, VN.
CREATE OR REPLACE FUNCTION pg_temp.made_code(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT 'RR' || digits || CASE rest WHEN 10 THEN 0 WHEN 11 THEN 5 ELSE rest END || 'VN'
	FROM (SELECT digits, 11 - (8 * substr(digits, 1, 1)::int + 6 * substr(digits, 2, 1)::int
		+ 4 * substr(digits, 3, 1)::int + 2 * substr(digits, 4, 1)::int + 3 * substr(digits, 5, 1)::int
		+ 5 * substr(digits, 6, 1)::int + 9 * substr(digits, 7, 1)::int + 7 * substr(digits, 8, 1)::int) % 11 AS rest
		FROM (SELECT lpad((10000000 + n)::text, 8, '0') AS digits) AS a) AS b
$$;

INSERT INTO person (id, name, name_folded, phone, address)
	SELECT pg_temp.made_id(1, n), 'Nguyễn Văn ' || n, 'nguyen van ' || n, '0912' || lpad((n % 1000000)::text, 6, '0'),
		n || ' Lê Lợi' FROM generate_series(0, :legs - 1) AS n;
INSERT INTO dossier (id, code, stub, agency_id, procedure_id, service, sender_id, receiver_id, dseq, hash, legs, recorded_at,
		words)
	SELECT pg_temp.made_id(2, n), 'H06.' || lpad(n::text, 10, '0'), false, a.id, p.id, 1, pg_temp.made_id(1, n),
		pg_temp.made_id(1, n), 1, sha256(n::text::bytea), 1, at(current_setting('bench.ms')::bigint),
		json_build_object('agency', a.code, 'field', p.field_code, 'field_name', p.field_name, 'owner', 'Nguyễn Văn ' || n,
			'procedure', p.code, 'procedure_name', p.name, 'received_at_ms', current_setting('bench.ms')::bigint,
			'service', 1)
	FROM generate_series(0, :legs - 1) AS n, (SELECT * FROM agency WHERE code = 'BENCH.A') AS a,
		(SELECT * FROM procedure WHERE code = '1.000001') AS p;
INSERT INTO leg (id, dossier_id, no, kind, item_code, state, state_at, state_office_id, state_actor, gaps, conflicts,
		attempts, invitations, offices, track)
	SELECT pg_temp.made_id(3, n), pg_temp.made_id(2, n), 1, 'submit', pg_temp.made_code(n), 'accepted',
		at(current_setting('bench.ms')::bigint), :office, 'Bench', 0, 0, 0, 0, ARRAY[:office],
		uuid_send(pg_temp.made_id(4, n)) || decode(repeat('00', 16), 'hex')
		|| int8send(current_setting('bench.ms')::bigint) || int8send(:account) || int4send(:office)
		|| decode('0300000000', 'hex')
	FROM generate_series(0, :legs - 1) AS n;
INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor, role,
		office_id, device, verdict, why, leg_state, gap, content, data, hash)
	SELECT pg_temp.made_id(4, n), pg_temp.made_id(2, n), pg_temp.made_id(3, n), 1, pg_temp.made_code(n), 'accepted',
		at(current_setting('bench.ms')::bigint), at(current_setting('bench.ms')::bigint), :account, 'Bench', 'clerk', :office, '', 'recorded', 'ok',
		'accepted', false, sha256(n::text::bytea), '{}', sha256(n::text::bytea)
	FROM generate_series(0, :legs - 1) AS n;
VACUUM (ANALYZE) person, dossier, leg, event, outbox;

-- Events of every month that a scan may come from have a place; of any other time they have none.
BEGIN;
SELECT plan(17);

CREATE FUNCTION pg_temp.record(id uuid) RETURNS void LANGUAGE sql AS $$
	INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor,
		role, device, verdict, why, leg_state, gap, content, data, hash)
	VALUES (id, id, id, 1, 'RR123456785VN', 'note', now(), now(), 1, 'a', 'clerk', '', 'recorded', '', 'accepted',
		false, sha256(''), '{}', sha256(''))
$$;
CREATE FUNCTION pg_temp.month(n integer) RETURNS timestamptz LANGUAGE sql AS $$
	SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n)) AT TIME ZONE 'UTC'
$$;

SELECT has_table('hoso', 'event_' || to_char(pg_temp.month(n) AT TIME ZONE 'UTC', 'YYYY_MM'),
	'there is a place for month ' || n)
FROM generate_series(-3, 3) AS n;
SELECT lives_ok(format('SELECT pg_temp.record(%L)', uuid7_floor(at)), 'an event takes its place: ' || what)
FROM (VALUES (pg_temp.month(-3), 'the first instant'), (now(), 'now'),
	(pg_temp.month(4) - interval '1 millisecond', 'the last instant')) AS times (at, what);
SELECT throws_ok(format('SELECT pg_temp.record(%L)', id), '23514', NULL, 'an event has no place: ' || what)
FROM (VALUES (uuid7_floor(pg_temp.month(-3) - interval '1 millisecond'), 'the instant before the first month'),
	(uuid7_floor(pg_temp.month(4)), 'the instant after the last month'),
	('00000000-0000-0000-0000-000000000000', 'no time at all'),
	('f47ac10b-58cc-4372-a567-0e02b2c3d479', 'an id of another version')) AS ids (id, what);
SELECT is(tableoid::regclass::text, 'event_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM'), 'an event lies in its own month')
FROM event WHERE id = uuid7_floor(now());

SELECT results_eq('SELECT make_event_partitions(3) UNION ALL SELECT make_event_partitions(3)', ARRAY[0, 0],
	'what is there is not made again');
SELECT is_empty($$
	SELECT n FROM (SELECT n, uuid7_floor(at(n * 1234567891)) < uuid7_floor(at(n * 1234567891 + 1)) AS grows
		FROM generate_series(0, 2000::bigint) AS n) AS steps WHERE NOT grows
	$$, 'a later instant has a larger id');

SELECT * FROM finish();
ROLLBACK;

-- What was recorded stays: not even the owner of the tables, nor a superuser, changes it by mistake.
BEGIN;
SELECT plan(14);

INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor, role,
	device, verdict, why, leg_state, gap, content, data, hash)
SELECT uuid7_floor(now()), uuid7_floor(now()), uuid7_floor(now()), 1, 'RR123456785VN', 'accepted', now(), now(), 1,
	'a', 'clerk', '', 'recorded', '', 'accepted', false, sha256(''), '{}', sha256('');
INSERT INTO view_log (account_id, what) VALUES (1, 'dossier');
INSERT INTO audit (action, subject) VALUES ('made', 'account');

SELECT is((SELECT count(*)::integer FROM event), 1, 'an event of today has a partition');
SELECT throws_ok('UPDATE event SET dseq = 2', '23001', NULL, 'an event is not changed');
SELECT throws_ok('DELETE FROM event', '23001', NULL, 'an event is not deleted');
SELECT throws_ok('TRUNCATE event', '23001', NULL, 'the events are not emptied');
SELECT tableoid::regclass AS month FROM event \gset
SELECT throws_ok('TRUNCATE ' || :'month', '23001', NULL, 'nor is one month of them');
SELECT throws_ok('UPDATE ' || :'month' || ' SET dseq = 2', '23001', NULL,
	'nor is an event changed through its month');
SELECT throws_ok('UPDATE view_log SET account_id = 2', '23001', NULL, 'the view log is not changed');
SELECT throws_ok('DELETE FROM view_log', '23001', NULL, 'the view log is not deleted');
SELECT throws_ok('TRUNCATE audit', '23001', NULL, 'the audit is not emptied');
SELECT throws_ok('INSERT INTO event SELECT * FROM event', '23505', NULL, 'an event id is used once');
SELECT throws_ok($$
	INSERT INTO event SELECT (json_populate_record(event, json_build_object('id', uuid7_floor('2020-01-01')))).* FROM event
	$$, '23514', NULL, 'an event of a time long past has no place');

SELECT throws_ok(statement || ' device_clock' || rest, '23001', NULL, 'what was seen of a device''s clock stays: ' || statement)
FROM (VALUES ('UPDATE', ' SET offset_ms = 0'), ('DELETE FROM', ''), ('TRUNCATE', '')) AS tried(statement, rest);

SELECT * FROM finish();
ROLLBACK;

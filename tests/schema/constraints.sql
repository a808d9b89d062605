-- What no row can be, whoever writes it. The rules of a dossier's life are the program's; these are the floor below them.
BEGIN;
SELECT plan(99);

INSERT INTO office (code, name, valid_from) VALUES ('VT-01', 'Bưu cục', '2020-01-01');
INSERT INTO agency (code, name, valid_from) VALUES ('H06', 'Một cửa', '2020-01-01');
INSERT INTO procedure (code, name, valid_from) VALUES ('1.001', 'Thủ tục', '2020-01-01');
INSERT INTO dossier (id, stub, dseq, hash, legs, recorded_at) VALUES (uuid7_floor(now()), true, 0, sha256(''), 1, now());

-- A good row of each table, with some members replaced.
CREATE FUNCTION pg_temp.dossier(change jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO dossier SELECT (jsonb_populate_record(NULL::dossier, to_jsonb(d) || jsonb_build_object('id',
		uuid7_floor(now() + interval '1 hour')) || change)).* FROM dossier d LIMIT 1
$$;
CREATE FUNCTION pg_temp.leg(change jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO leg (id, dossier_id, no, kind, item_code, state, state_at, state_actor, gaps, conflicts, attempts,
		invitations, seal, fee_vnd, postage_vnd, collect_vnd, offices, track)
	SELECT id, dossier_id, no, kind, item_code, state, state_at, state_actor, gaps, conflicts, attempts, invitations,
		seal, fee_vnd, postage_vnd, collect_vnd, offices, track
	FROM jsonb_populate_record(NULL::leg, jsonb_build_object('id', uuid7_floor(now()), 'dossier_id',
		uuid7_floor(now()), 'no', 1, 'kind', 'submit', 'item_code', 'RR123456785VN', 'state', 'accepted', 'state_at',
		now(), 'state_actor', 'a', 'gaps', 0, 'conflicts', 0, 'attempts', 0, 'invitations', 0, 'seal', '', 'fee_vnd',
		0, 'postage_vnd', 0, 'collect_vnd', 0, 'offices', '{}'::integer[], 'track', '') || change)
$$;
CREATE FUNCTION pg_temp.event(change jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO event SELECT (jsonb_populate_record(NULL::event, jsonb_build_object('id', uuid7_floor(now()),
		'dossier_id', uuid7_floor(now()), 'leg_id', uuid7_floor(now()), 'dseq', 1, 'item_code', 'RR123456785VN', 'kind',
		'note', 'occurred_at', now(), 'recorded_at', now(), 'account_id', 1, 'actor', 'a', 'role', 'clerk', 'device',
		'', 'verdict', 'recorded', 'why', '', 'leg_state', 'accepted', 'gap', false, 'content', sha256(''), 'data',
		'{}'::json, 'hash', sha256(''), 'txid', 1) || change)).*
$$;
CREATE FUNCTION pg_temp.account(change jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO account (account, name, role, office_id, agency_id, password_hash)
	SELECT account, name, role, office_id, agency_id, password_hash FROM jsonb_populate_record(NULL::account,
		jsonb_build_object('account', 'gdv1', 'name', 'A', 'role', 'clerk', 'office_id', (SELECT id FROM office),
		'password_hash', 'x') || change)
$$;

-- Tries a row and takes it away again: null when it was taken, else why not.
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RAISE 'taken' USING ERRCODE = 'ZZ000';
EXCEPTION
	WHEN SQLSTATE 'ZZ000' THEN RETURN NULL;
	WHEN OTHERS THEN RETURN SQLERRM;
END
$$;

SELECT is(pg_temp.refusal(format('SELECT pg_temp.%s(''{}'')', name)), NULL, 'the row that is changed below is good: ' || name)
FROM unnest(ARRAY['dossier', 'leg', 'event', 'account']) AS name;

-- events
SELECT throws_ok(format('SELECT pg_temp.event(%L)', change), '23514', NULL, 'no event is this: ' || change)
FROM unnest(ARRAY['{"kind": "eaten"}', '{"kind": "Note"}', '{"kind": ""}', '{"verdict": "ok"}', '{"verdict": ""}',
	'{"role": "admin"}', '{"dseq": 0}', '{"dseq": -1}', '{"hash": "\\x00"}', '{"content": "\\x"}']) AS change;
SELECT is(pg_temp.refusal(format('SELECT pg_temp.event(jsonb_build_object(''kind'', %L))', kind)), NULL, 'an event may be ' || kind)
FROM unnest(ARRAY['requested', 'assigned', 'pickup_failed', 'accepted', 'dispatched', 'arrived', 'out_for_delivery',
	'delivered', 'delivery_failed', 'invited', 'held', 'redirected', 'returning', 'returned', 'cancelled', 'lost',
	'damaged', 'found', 'fee', 'note', 'bound', 'void']) AS kind;
SELECT throws_ok(format('SELECT pg_temp.event(%L)', change), '23502', NULL, 'every event has ' || change)
FROM unnest(ARRAY['{"occurred_at": null}', '{"recorded_at": null}', '{"account_id": null}', '{"hash": null}',
	'{"dossier_id": null}', '{"data": null}']) AS change;

-- legs
SELECT throws_ok(format('SELECT pg_temp.leg(%L)', change), '23514', NULL, 'no leg is this: ' || change)
FROM unnest(ARRAY['{"state": "open"}', '{"state": ""}', '{"kind": "parcel"}', '{"item_code": "rr123456785vn"}',
	'{"item_code": "RR 123456785 VN"}', '{"item_code": "AB-12"}', '{"item_code": ""}', '{"fee_vnd": -1}',
	'{"postage_vnd": -1}', '{"collect_vnd": -1}']) AS change;
SELECT throws_ok(format('SELECT pg_temp.leg(jsonb_build_object(''item_code'', %L))', repeat('A', 41)), '23514', NULL,
	'an item code has at most 40 characters');
SELECT throws_ok('SELECT pg_temp.leg(''{"dossier_id": "01930000-0000-7000-8000-000000000000"}'')', '23503', NULL,
	'a leg belongs to a dossier that is there');
SELECT is(pg_temp.refusal(format('SELECT pg_temp.leg(jsonb_build_object(''state'', %L))', state)), NULL, 'a leg may be ' || state)
FROM unnest(ARRAY['new', 'requested', 'assigned', 'pickup_failed', 'accepted', 'in_transit', 'arrived',
	'out_for_delivery', 'attempt_failed', 'held', 'delivered', 'returning', 'returned', 'cancelled', 'lost']) AS state;
SELECT pg_temp.leg('{}');
SELECT throws_ok(format('SELECT pg_temp.leg(%L)', change), '23505', NULL, 'only one leg has this: ' || change)
FROM unnest(ARRAY['{"id": "01930000-0000-7000-8000-000000000000", "no": 2}',
	'{"id": "01930000-0000-7000-8000-000000000000", "item_code": "RR123456799VN"}']) AS change;

-- dossiers
SELECT throws_ok(format('SELECT pg_temp.dossier(%L)', change), '23514', NULL, 'no dossier is this: ' || change)
FROM unnest(ARRAY['{"code": "H06"}', '{"code": "h06-261123-0001"}', '{"code": "-H06-261123"}', '{"code": "H06 261123"}',
	'{"service": 0}', '{"service": 4}', '{"dseq": -1}', '{"hash": "\\x00"}', '{"stub": false}']) AS change;
SELECT pg_temp.dossier('{"code": "H06-261123-0001"}');
SELECT throws_ok($$ SELECT pg_temp.dossier('{"code": "H06-261123-0001", "id": "01930000-0000-7000-8000-000000000000"}') $$,
	'23505', NULL, 'a code belongs to one dossier');

-- the outbox
CREATE FUNCTION pg_temp.line(event uuid, dseq integer, state text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO outbox (event_id, dossier_id, item_code, dseq, kind, line, state, next_at, created_at)
	VALUES (event, uuid7_floor(now()), 'RR123456785VN', dseq, 'delivered', '{}', state, now(), now())
$$;
SELECT lives_ok('SELECT pg_temp.line(uuid7_floor(now()), 1, ''ready'')', 'an event has a line');
SELECT throws_ok('SELECT pg_temp.line(uuid7_floor(now()), 1, ''ready'')', '23505', NULL,
	'but its place in the dossier has no second one');
SELECT throws_ok('SELECT pg_temp.line(uuid7_floor(at(1)), 2, ''sent'')', '23514', NULL, 'a line''s states are known');

-- who and where
SELECT throws_ok(format('SELECT pg_temp.account(%L)', change), '23514', NULL, 'no account is this: ' || change)
FROM unnest(ARRAY['{"account": "GDV1"}', '{"account": ""}', '{"account": "a b"}', '{"name": ""}', '{"role": "root"}',
	'{"office_id": null}', '{"role": "agency"}', '{"agency_id": 1}']) AS change;
SELECT throws_ok($$ INSERT INTO office (code, name, valid_from) VALUES ('VT-01', 'Khác', '2021-01-01') $$, '23505', NULL,
	'one office of today has a code');
SELECT lives_ok($$ INSERT INTO office (code, name, valid_from, valid_to) VALUES ('VT-01', 'Cũ', '2019-01-01', '2020-01-01') $$,
	'an office of the past may have had it');
SELECT throws_ok($$ INSERT INTO office (code, name, valid_from, valid_to) VALUES ('VT-02', 'X', '2020-01-02', '2020-01-02') $$,
	'23514', NULL, 'nothing ends before it begins');
SELECT throws_ok($$ INSERT INTO procedure (code, name, valid_from, fee_vnd) VALUES ('2', 'X', '2020-01-01', -1) $$, '23514',
	NULL, 'no fee is negative');
SELECT throws_ok($$ INSERT INTO procedure (code, name, valid_from, by_post) VALUES ('2', 'X', '2020-01-01', false) $$, '23514',
	NULL, 'what the post may bring one way goes by post');
SELECT throws_ok($$ UPDATE procedure SET send_by_post = false, return_by_post = false $$, '23514', NULL,
	'what the post may bring neither way does not');
SELECT throws_ok($$ INSERT INTO session (token_hash, account_id, created_at, seen_at) VALUES ('x', 1, now(), now()) $$,
	'23514', NULL, 'a session is kept as a digest, never as a token');

SELECT * FROM finish();
ROLLBACK;

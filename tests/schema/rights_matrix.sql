-- Every table, every role, every right: what is not in this list nobody may do. A new table must be added here.
BEGIN;
SELECT plan(14);

CREATE TEMPORARY TABLE granted (name text PRIMARY KEY, daemon text[] NOT NULL, report text[] NOT NULL);
INSERT INTO granted
SELECT name, ARRAY['SELECT', 'INSERT'], ARRAY[]::text[]
	FROM unnest(ARRAY['event', 'view_log', 'audit', 'quarantine', 'person', 'portal_notice', 'manifest_consent', 'money_entry',
		'money_receipt', 'money_day', 'money_hand_in_line', 'dossier_reclaim', 'device_clock']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'UPDATE'], ARRAY['SELECT']
	FROM unnest(ARRAY['office', 'agency', 'procedure']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'UPDATE'], ARRAY[]::text[]
	FROM unnest(ARRAY['account', 'session', 'dossier', 'leg', 'outbox', 'manifest', 'manifest_line', 'money_hand_in']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'DELETE'], ARRAY[]::text[]
	FROM unnest(ARRAY['login_failure', 'office_scope']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], ARRAY['SELECT']
	FROM unnest(ARRAY['area', 'area_relation', 'relation', 'calendar_day']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'UPDATE'], ARRAY['SELECT']
	FROM unnest(ARRAY['postage', 'concession']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'DELETE'], ARRAY['SELECT']
	FROM unnest(ARRAY['procedure_paper', 'procedure_fee']) AS name
UNION ALL SELECT 'catalogue_state', ARRAY['SELECT', 'UPDATE'], ARRAY[]::text[]
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT'], ARRAY[]::text[]
	FROM unnest(ARRAY['totals_import', 'frozen_bytes', 'frozen_report', 'frozen_report_format']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT'], ARRAY['SELECT'] FROM unnest(ARRAY['agency_period_totals', 'period_figure']) AS name
UNION ALL SELECT name, ARRAY['SELECT'], ARRAY['SELECT'] FROM unnest(ARRAY['plan_target', 'one_stop_hours']) AS name
UNION ALL SELECT name, ARRAY[]::text[], ARRAY['SELECT']
	FROM unnest(ARRAY['report_event', 'report_leg', 'report_manifest', 'report_manifest_line', 'report_money']) AS name
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], ARRAY[]::text[]
	FROM unnest(ARRAY['lookup_budget', 'lookup_try', 'portal_road']) AS name
UNION ALL VALUES ('lookup_secret', ARRAY['SELECT'], ARRAY[]::text[])
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'DELETE'], ARRAY[]::text[]
	FROM unnest(ARRAY['proof', 'proof_part']) AS name
UNION ALL VALUES ('proof_use', ARRAY['SELECT', 'INSERT'], ARRAY[]::text[]),
	('leg_care', ARRAY['SELECT', 'INSERT', 'UPDATE'], ARRAY[]::text[]),
	('report_proof', ARRAY[]::text[], ARRAY['SELECT'])
UNION ALL SELECT name, ARRAY['SELECT', 'INSERT', 'UPDATE'], ARRAY[]::text[]
	FROM unnest(ARRAY['visit', 'visit_item']) AS name
UNION ALL VALUES ('visit_office', ARRAY['SELECT', 'INSERT', 'UPDATE'], ARRAY['SELECT']),
	('visit_hours', ARRAY['SELECT', 'INSERT', 'DELETE'], ARRAY['SELECT']),
	('visit_change', ARRAY['SELECT', 'INSERT'], ARRAY[]::text[]),
	('report_visit', ARRAY[]::text[], ARRAY['SELECT'])
UNION ALL VALUES ('schema_migration', ARRAY['SELECT'], ARRAY[]::text[]), ('money_held', ARRAY['SELECT'], ARRAY[]::text[]);

CREATE FUNCTION pg_temp.rights_of(role name) RETURNS TABLE (name text, rights text[]) LANGUAGE sql AS $$
	SELECT relname::text, coalesce(array_agg(kind ORDER BY kind) FILTER (WHERE has_table_privilege(role, c.oid, kind)), '{}')
	FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS kind
	WHERE relnamespace = 'hoso'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
	GROUP BY relname
$$;
CREATE FUNCTION pg_temp.sorted(list text[]) RETURNS text[] LANGUAGE sql AS $$
	SELECT coalesce(array_agg(item ORDER BY item), '{}') FROM unnest(list) AS item
$$;

SELECT set_eq('SELECT * FROM pg_temp.rights_of(''hoso_daemon'')', 'SELECT name, pg_temp.sorted(daemon) FROM granted',
	'hoso_daemon may do this with every table, and no more');
SELECT set_eq('SELECT * FROM pg_temp.rights_of(''hoso_report'')', 'SELECT name, pg_temp.sorted(report) FROM granted',
	'hoso_report may read these, and no more');
SELECT is_empty($$
	SELECT relname FROM pg_class, unnest(ARRAY['hoso_daemon', 'hoso_report']) AS role
	WHERE relnamespace = 'hoso'::regnamespace AND relispartition AND relkind = 'r'
		AND has_table_privilege(role, pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
	$$, 'nobody goes round the whole into one month of events');
SELECT is_empty($$
	SELECT relname FROM pg_class WHERE relnamespace = 'hoso'::regnamespace AND relkind IN ('r', 'p', 'v')
		AND relowner <> 'hoso_owner'::regrole
	$$, 'every table is the owner''s');
SELECT is_empty($$
	SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE relname LIKE 'report\_%' AND relnamespace = 'hoso'::regnamespace AND attnum > 0
		AND (attname ~ '(^|_)(name|phone|address|actor|data|note|sender|receiver|seal|device|account|track)')
	$$, 'what hoso_report reads names nobody');

-- Tried, not only looked up.
CREATE FUNCTION pg_temp.as_role(role text, statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'SET LOCAL ROLE ' || quote_ident(role);
	EXECUTE statement;
END
$$;
SELECT throws_ok(format('SELECT pg_temp.as_role(''hoso_daemon'', %L)', statement), '42501', NULL, 'hoso_daemon may not: ' || statement)
FROM unnest(ARRAY['CREATE TABLE hoso.mine ()', 'DROP TABLE hoso.session', 'ALTER TABLE hoso.event DISABLE TRIGGER ALL',
	'TRUNCATE hoso.view_log', 'DELETE FROM hoso.audit', 'UPDATE hoso.quarantine SET data = ''''',
	'SET LOCAL session_replication_role = replica', 'INSERT INTO hoso.schema_migration VALUES (99, ''x'', ''x'')']) AS statement;
SELECT is((SELECT setconfig @> ARRAY['default_transaction_read_only=on'] FROM pg_db_role_setting
	WHERE setrole = 'hoso_report'::regrole AND setdatabase = 0), true, 'hoso_report''s sessions are read only');

SELECT * FROM finish();
ROLLBACK;

-- The daemon's role can do its work and nothing else; the report's role sees no citizen.
BEGIN;
SELECT plan(19);

SELECT table_privs_are('hoso', kept, 'hoso_daemon', ARRAY['SELECT', 'INSERT'],
	'hoso_daemon only adds to ' || kept)
FROM unnest(ARRAY['event', 'view_log', 'audit', 'quarantine', 'person']) AS kept;
SELECT table_privs_are('hoso', month::text, 'hoso_daemon', ARRAY[]::text[], 'hoso_daemon reaches events only as a whole')
FROM (SELECT relname AS month FROM pg_inherits JOIN pg_class ON oid = inhrelid
	WHERE inhparent = 'hoso.event'::regclass ORDER BY relname LIMIT 1) AS months;
SELECT table_privs_are('hoso', 'schema_migration', 'hoso_daemon', ARRAY['SELECT'], 'hoso_daemon writes no migrations');
SELECT schema_privs_are('hoso', 'hoso_daemon', ARRAY['USAGE'], 'hoso_daemon makes nothing in the schema');
SELECT schema_privs_are('hoso', 'hoso_report', ARRAY['USAGE'], 'hoso_report makes nothing in the schema');
SELECT table_privs_are('hoso', hidden, 'hoso_report', ARRAY[]::text[], 'hoso_report does not see ' || hidden)
FROM unnest(ARRAY['person', 'account', 'session', 'event', 'dossier', 'view_log']) AS hidden;
SELECT is_empty($$
	SELECT oid::regrole FROM pg_roles WHERE rolname IN ('hoso_owner', 'hoso_daemon', 'hoso_report')
		AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)
	$$, 'no role of ours is more than an ordinary one');
SELECT is_empty($$
	SELECT relname FROM pg_class WHERE relnamespace = 'hoso'::regnamespace
		AND has_table_privilege('hoso_daemon', oid, 'TRUNCATE, TRIGGER, REFERENCES') AND relkind IN ('r', 'p', 'v')
	$$, 'hoso_daemon can empty or bend no table');
SELECT is_empty($$
	SELECT proname FROM pg_proc WHERE pronamespace = 'hoso'::regnamespace AND prosecdef
		AND NOT coalesce(array_to_string(proconfig, ',') LIKE 'search_path=%', false)
	$$, 'a function with its owner''s rights pins its search_path');
SELECT throws_ok($$ DO 'BEGIN SET LOCAL ROLE hoso_daemon; UPDATE hoso.event SET dseq = 1; END' $$, '42501', NULL,
	'hoso_daemon is refused before the trigger is asked');

SELECT * FROM finish();
ROLLBACK;

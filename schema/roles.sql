-- The three roles. Run once by a superuser, before the first `hosod migrate`; harmless when run again.
-- How they sign in (peer, scram …) is pg_hba.conf's business.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hoso_owner') THEN
		CREATE ROLE hoso_owner LOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hoso_daemon') THEN
		CREATE ROLE hoso_daemon LOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hoso_report') THEN
		CREATE ROLE hoso_report LOGIN;
	END IF;
END
$$;
ALTER ROLE hoso_owner SET search_path = hoso;
ALTER ROLE hoso_daemon SET search_path = hoso;
ALTER ROLE hoso_report SET search_path = hoso;
ALTER ROLE hoso_report SET default_transaction_read_only = on;

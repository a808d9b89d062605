-- The public look-up. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- What the tokens on the slips are made with: HMAC-SHA-256 over the item code. It lives in the database so that all
-- daemons have the same one, and a restored database opens the slips that are out there. The newest makes new tokens;
-- all that are not retired open old ones. Only the owner changes it:
--   SELECT hoso.rotate_lookup_secret();      -- new slips get another secret; old slips stay good
--   SELECT hoso.rotate_lookup_secret(true);  -- it leaked: old slips open nothing from now on; their phones still do
CREATE TABLE lookup_secret (
	no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	secret bytea NOT NULL CHECK (length(secret) = 32),
	created_at timestamptz NOT NULL DEFAULT now(),
	retired_at timestamptz
);
CREATE FUNCTION rotate_lookup_secret(retire_old boolean DEFAULT false) RETURNS integer LANGUAGE sql AS $$
	UPDATE hoso.lookup_secret SET retired_at = now() WHERE retired_at IS NULL AND (retire_old
		OR no <= (SELECT max(no) - 3 FROM hoso.lookup_secret)); -- four at a time are tried
	-- Each of the four has 122 bits of the server's strong random numbers.
	INSERT INTO hoso.lookup_secret (secret) VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
		|| uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))) RETURNING no;
$$;
REVOKE ALL ON FUNCTION rotate_lookup_secret(boolean) FROM PUBLIC;
SELECT rotate_lookup_secret();

-- How often a network has asked in one window of time; '' is all of them. Two counters are all that a good look-up
-- writes. They are gone with the next sweep, and a lost one is a look-up too many.
CREATE TABLE lookup_budget (
	network text NOT NULL,
	slot bigint NOT NULL, -- number of the window since 1970
	asked integer NOT NULL,
	PRIMARY KEY (network, slot)
) WITH (fillfactor = 50);

-- Wrong tries of one code, whether there is such a code or not: key is the code's digest. Nothing in here says who asked.
CREATE TABLE lookup_try (
	key bytea PRIMARY KEY CHECK (length(key) = 32),
	wrong integer NOT NULL,
	last_at timestamptz NOT NULL,
	closed_until timestamptz
) WITH (fillfactor = 50);
CREATE INDEX lookup_try_last ON lookup_try (last_at);

GRANT SELECT ON lookup_secret TO hoso_daemon;
GRANT SELECT, INSERT, UPDATE, DELETE ON lookup_budget, lookup_try TO hoso_daemon;

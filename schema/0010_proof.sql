-- Proofs of delivery, and what the delivery of one item needs beside its leg. Run by hosod migrate as hoso_owner, in
-- one transaction.
SET LOCAL search_path = hoso;

-- A picture of a signature or of a signed slip, stored once however many events speak of it. It may come before its
-- event or after. keep_until: not swept before; a later day keeps it longer (a complaint, a court). An event that
-- speaks of it keeps it for its own time, whatever stands here.
CREATE TABLE proof (
	sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
	media text NOT NULL CHECK (media IN ('image/png', 'image/jpeg', 'image/webp')),
	bytes bytea NOT NULL CHECK (length(bytes) BETWEEN 1 AND 2097152),
	account_id bigint NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	keep_until timestamptz NOT NULL
);
ALTER TABLE proof ALTER COLUMN bytes SET STORAGE EXTERNAL; -- pictures are compressed already
CREATE INDEX proof_account ON proof (account_id, created_at);
CREATE INDEX proof_keep_until ON proof (keep_until);

-- What a phone has sent of a proof so far.
CREATE TABLE proof_part (
	sha256 bytea NOT NULL CHECK (length(sha256) = 32),
	account_id bigint NOT NULL,
	from_byte integer NOT NULL CHECK (from_byte >= 0),
	total integer NOT NULL CHECK (total BETWEEN 1 AND 2097152),
	media text NOT NULL,
	bytes bytea NOT NULL CHECK (length(bytes) > 0 AND from_byte + length(bytes) <= total),
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (sha256, account_id, from_byte)
);
ALTER TABLE proof_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX proof_part_account ON proof_part (account_id, created_at);
CREATE INDEX proof_part_created ON proof_part (created_at);

-- Which events speak of which proofs, written with the event. No reference to proof: it may come later. came_at: a
-- cache, for the desk; whether the proof is there decides.
CREATE TABLE proof_use (
	event_id uuid NOT NULL,
	what text NOT NULL CHECK (what IN ('signature', 'photo')),
	sha256 bytea NOT NULL CHECK (length(sha256) = 32),
	leg_id uuid NOT NULL REFERENCES leg,
	recorded_at timestamptz NOT NULL,
	came_at timestamptz,
	PRIMARY KEY (event_id, what)
);
CREATE INDEX proof_use_sha256 ON proof_use (sha256, recorded_at);
CREATE INDEX proof_use_waits ON proof_use (recorded_at) WHERE came_at IS NULL;

-- Few legs have a row here. reclaim: names of papers that the agency wants back, a line each. receiver: who it goes to
-- since it was redirected. pin: keyed digest (model/pin.h); pin_request: the request that made it.
CREATE TABLE leg_care (
	leg_id uuid PRIMARY KEY REFERENCES leg,
	reclaim text NOT NULL DEFAULT '',
	receiver_id uuid REFERENCES person,
	pin_digest bytea CHECK (length(pin_digest) = 32),
	pin_request uuid,
	pin_wrong smallint NOT NULL DEFAULT 0 CHECK (pin_wrong >= 0),
	pin_made_at timestamptz,
	pin_made_by bigint,
	CHECK ((pin_digest IS NULL) = (pin_request IS NULL))
);

GRANT SELECT, INSERT, DELETE ON proof, proof_part TO hoso_daemon;
GRANT SELECT, INSERT ON proof_use TO hoso_daemon;
GRANT UPDATE (came_at) ON proof_use TO hoso_daemon;
GRANT SELECT, INSERT, UPDATE ON leg_care TO hoso_daemon;

-- For reports: how many deliveries are proven, by what; no picture, and nothing that finds one.
CREATE VIEW report_proof AS
	SELECT event_id, what, leg_id, recorded_at, came_at FROM proof_use;
GRANT SELECT ON report_proof TO hoso_report;

-- How far devices' clocks are off, so that a claimed time can be read beside the right one: nothing is refused for a clock.
-- A row says what holds from then on; a device without one has never been seen to be off. Run by hosod migrate as
-- hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

CREATE TABLE device_clock (
	account_id bigint NOT NULL REFERENCES account,
	device text NOT NULL,            -- as the session names it
	noted_at timestamptz NOT NULL,   -- by the daemon's clock, when the device's request came
	offset_ms bigint NOT NULL,       -- the device's clock less the daemon's
	PRIMARY KEY (account_id, device, noted_at)
);
CREATE TRIGGER device_clock_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON device_clock
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON device_clock TO hoso_daemon;

-- Times travel as Unix milliseconds, and come back as they were.
BEGIN;
SELECT plan(6);
SELECT setseed(0.20261123);

SELECT is_empty($$
	SELECT n FROM (SELECT floor(random() * 7258118400000)::bigint AS n FROM generate_series(1, 20000)) AS random
	WHERE ms(at(n)) <> n
	$$, 'every millisecond until the year 2200 comes back');
SELECT is_empty($$
	SELECT n FROM (SELECT floor(random() * 7258118400000)::bigint AS n FROM generate_series(1, 20000)) AS random
	WHERE at(n + 1) <= at(n)
	$$, 'and the next one is later');
SELECT is(at(0), '1970-01-01T00:00:00Z', 'the first one');
SELECT is(at(1795402800001), '2026-11-23T10:00:00.001+07:00', 'ten o''clock in Viet Nam, and a millisecond');
SELECT is(ms('1969-12-31T23:59:59.999Z'), -1::bigint, 'a time before the first one');
SET LOCAL TimeZone = 'America/New_York';
SELECT is(ms(at(1795402800001)), 1795402800001, 'wherever the session believes itself to be');

SELECT * FROM finish();
ROLLBACK;

"""What a scan costs when the record has grown: the same scans before and after many more events are in it."""

import statistics
import time

from contenders import Hosod

BLOCK = 1_000_000
DAYS = 60  # that the added events are spread over

# Events of the months behind us, one after the other, of dossiers that lie among the others; as the intake writes them.
_ADD = """
INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor, role,
  office_id, device, verdict, why, leg_state, gap, content, data, hash)
 SELECT overlay(gen_random_uuid()::text PLACING left(uuid7_floor(at)::text, 14) || '7' FROM 1 FOR 15)::uuid, l.dossier_id,
  l.id, %(first)s + n, l.item_code, 'note', at, at, 1, 'Bench', 'clerk', 1, '', 'recorded', 'ok', 'arrived', false,
  sha256(n::text::bytea), '{"note":"x"}', sha256(n::text::bytea)
 FROM (SELECT n, now() - %(days)s * interval '1 day' * (1 - (%(first)s + n) / %(events)s::double precision) AS at,
   (n * 611953) %% %(legs)s AS place FROM generate_series(1, %(block)s::bigint) AS n) AS made
 JOIN bench_leg l USING (place)
"""

_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = 'event'::regclass AND NOT i.indisprimary
"""


def add_events(connection, events, legs):
    connection.execute(
        "CREATE TABLE bench_leg AS SELECT row_number() OVER () - 1 AS place, id, dossier_id, item_code FROM leg")
    for first in range(0, events, BLOCK):
        connection.execute(_ADD, {"first": first, "legs": legs, "block": min(BLOCK, events - first), "days": DAYS,
                                  "events": events})
    connection.execute("DROP TABLE bench_leg")


def grow(place, events):
    """Without the indexes, which are made anew in the end: row by row it would take a night."""
    # The filling need not keep its log until the end.
    place.psql("-c", "ALTER SYSTEM SET max_wal_size = '4GB'", "-c", "ALTER SYSTEM SET autovacuum = off", "-c", "SELECT pg_reload_conf()")
    with place.running.connect() as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET statement_timeout = 0")
        connection.execute("SET maintenance_work_mem = '1GB'")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("ALTER TABLE event DROP CONSTRAINT event_pkey")
        add_events(connection, events, place.legs)
        connection.execute("ALTER TABLE event ADD PRIMARY KEY (id)")
        for _, definition in indexes:
            connection.execute(definition)
    place.psql("-c", "VACUUM (ANALYZE) hoso.event")
    place.psql("-c", "ALTER SYSTEM SET max_wal_size = '48GB'", "-c", "ALTER SYSTEM RESET autovacuum", "-c", "SELECT pg_reload_conf()")


def rate(place, options):
    """After a checkpoint each time: then the first touch of each page costs an image of it, before and after."""
    place.psql("-c", "CHECKPOINT")
    Hosod(place, 64).rate(options.seconds)  # warms what the growing has pushed out
    return statistics.median(Hosod(place, 64).rate(options.seconds) for _ in range(options.rounds))


def measure(place, options):
    few, before = place.events(), rate(place, options)
    began = time.monotonic()
    grow(place, options.events)
    print(f"  {options.events:,} events were added in {time.monotonic() - began:.0f} s", flush=True)
    many, after = place.events(), rate(place, options)
    yield "growth", [(f"scans a second with {many:,} events to with {few:,}: {after:,.0f} to {before:,.0f}",
                      f"{after / before:.2f}", ">= 0.85", after >= 0.85 * before)]

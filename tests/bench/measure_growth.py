"""What a scan costs when the record has grown: the same scans before and after many more events are in it."""

import statistics
import time

from contenders import Hosod

BLOCK = 1_000_000

# Events of the months behind us, of dossiers that lie among the others; as the intake writes them.
_ADD = """
INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor, role,
  office_id, device, verdict, why, leg_state, gap, content, data, hash)
 SELECT overlay(gen_random_uuid()::text PLACING left(uuid7_floor(at)::text, 14) || '7' FROM 1 FOR 15)::uuid, l.dossier_id,
  l.id, %(first)s + n, l.item_code, 'note', at, at, 1, 'Bench', 'clerk', 1, '', 'recorded', 'ok', 'arrived', false,
  sha256(n::text::bytea), '{"note":"x"}', sha256(n::text::bytea)
 FROM (SELECT n, now() - random() * interval '60 days' AS at, (n * 611953) %% %(legs)s AS place
   FROM generate_series(1, %(block)s::bigint) AS n) AS made
 JOIN bench_leg l USING (place)
"""


def grow(place, events):
    # The filling need not keep its log until the end.
    place.psql("-c", "ALTER SYSTEM SET max_wal_size = '4GB'", "-c", "SELECT pg_reload_conf()")
    with place.running.connect() as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET statement_timeout = 0")
        connection.execute(
            "CREATE TABLE bench_leg AS SELECT row_number() OVER () - 1 AS place, id, dossier_id, item_code FROM leg")
        for first in range(0, events, BLOCK):
            connection.execute(_ADD, {"first": 1000 + first, "legs": place.legs, "block": min(BLOCK, events - first)})
        connection.execute("DROP TABLE bench_leg")
    place.psql("-c", "VACUUM (ANALYZE) hoso.event")
    place.psql("-c", "ALTER SYSTEM SET max_wal_size = '48GB'", "-c", "SELECT pg_reload_conf()")


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

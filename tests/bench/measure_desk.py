#!/usr/bin/python3
"""
How long a page of the exception desk and of the other lists takes with a year of a large province: 1,000,000 legs, of
which 2 in 100 are open and most of the open ones in some trouble. Prints the middle and the slowest of twenty requests each, as a client sees them.

    HOSO_BUILD=build nice -n 19 /usr/bin/python3 -B tests/bench/measure_desk.py [LEGS]
"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lib.standalone import Standalone  # noqa: E402
from lib.town import Town  # noqa: E402

LEGS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
BOUND_MS = 50

LISTS = [("/v1/dossiers", {}), ("/v1/dossiers", {"late": "true"}), ("/v1/dossiers", {"agency": "TU-PHAP"}),
         ("/v1/dossiers", {"office": "SOUTH"}), ("/v1/dossiers", {"state": "held", "office": "SOUTH"}),
         ("/v1/dossiers", {"from": "2026-01-01"}), ("/v1/manifests", {}), ("/v1/visits", {}), ("/v1/money/held", {})]
LISTS += [("/v1/dossiers", {"state": state}) for state in ("held", "attempt_failed", "arrived", "delivered", "returning")]
SUPERVISORS_LISTS = [("/v1/outbox", {}), ("/v1/board", {}), ("/v1/feed", {})]

# Every 50th is open; what it waits for goes round. Offices by turns; half of the trouble is of one that sees nothing else.
FILL = """
CREATE FUNCTION pg_temp.id7(what text, n int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
 AS $$ SELECT overlay(overlay(md5(what || n) PLACING '7' FROM 13) PLACING '8' FROM 17)::uuid $$;
INSERT INTO dossier (id, code, stub, agency_id, procedure_id, service, sender_id, receiver_id, due_on, dseq, hash, legs,
  recorded_at, words, status, submitted_at, result_ready_at)
 SELECT pg_temp.id7('d', n), 'H06.' || lpad(n::text, 9, '0'), false, (SELECT min(id) FROM agency) + n % 2,
  (SELECT min(id) FROM procedure), 3, p.id, p.id, (now() - n % 365 * interval '1 day')::date + 20, 6, sha256(''), 1,
  date_trunc('milliseconds', now()) - n % 365 * interval '1 day', '{}',
  CASE WHEN n % 50 > 0 THEN 'closed' WHEN n % 200 = 0 THEN 'submitted' WHEN n % 200 = 50 THEN 'processing'
    WHEN n % 200 = 100 THEN 'result_ready' ELSE 'with_post' END,
  now() - n % 365 * interval '1 day', now() - n % 300 * interval '1 day'
 FROM generate_series(1, %(legs)s) n, (SELECT id FROM person LIMIT 1) p;
INSERT INTO leg (id, dossier_id, no, kind, item_code, state, state_at, state_office_id, state_actor, gaps, conflicts,
  attempts, invitations, offices, track, accepted_at, accepted_office_id, accepted_by, attempted_at, first_invited_at,
  last_invited_at, ended_at, promised_on, dossier_recorded_at)
 SELECT pg_temp.id7('l', n), pg_temp.id7('d', n), 1, CASE WHEN n % 200 = 0 THEN 'result' ELSE 'submit' END,
  'RR' || lpad(n::text, 9, '0') || 'VN',
  CASE WHEN n % 50 > 0 THEN 'delivered' WHEN n % 200 = 0 THEN 'held' WHEN n % 200 = 100 THEN 'attempt_failed'
    ELSE 'arrived' END,
  at, o.id, 'Ai', CASE WHEN n % 250 = 0 THEN 1 ELSE 0 END, 0, CASE WHEN n % 100 = 0 THEN 2 ELSE 0 END,
  CASE WHEN n % 200 = 0 THEN n / 200 % 3 ELSE 0 END, ARRAY[o.id], sha256('') || sha256('') || sha256(''), at, o.id, 1,
  CASE WHEN n % 50 > 0 OR n % 100 = 0 THEN at END, at, at + interval '3 days',
  CASE WHEN n % 50 > 0 THEN at + interval '1 day' END, at::date + 2,
  (SELECT recorded_at FROM dossier d WHERE d.id = pg_temp.id7('d', n))
 FROM generate_series(1, %(legs)s) n,
  LATERAL (SELECT now() - n % 523000 * interval '1 minute' AS at) t,
  LATERAL (SELECT id FROM office WHERE code = CASE WHEN n % 1000 = 0 THEN 'SOUTH' WHEN n % 2 = 0 THEN 'NORTH'
    ELSE 'NORTH-1' END) o;
INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor, role,
  office_id, device, verdict, why, leg_state, gap, content, data, hash)
 SELECT overlay(overlay(overlay(md5('e' || n) PLACING lpad(to_hex(ms(at)), 12, '0') FROM 1 FOR 12) PLACING '7' FROM 13) PLACING '8' FROM 17)::uuid,
  pg_temp.id7('d', n), pg_temp.id7('l', n), 7, 'RR' || lpad(n::text, 9, '0') || 'VN', 'delivered', at, at, 1, 'Ai',
  'clerk', (SELECT id FROM office WHERE code = 'NORTH'), '', CASE n %% 3 WHEN 0 THEN 'conflict' WHEN 1 THEN 'refused'
    ELSE 'unknown_item' END, 'wrong_state', 'delivered', false, sha256(''), '{}', sha256('')
 FROM generate_series(1, %(legs)s, 100) n, LATERAL (SELECT now() - n %% 50000 * interval '1 minute' AS at) t;
"""


def timed(client, path, **query):
    """The middle one and the slowest of twenty, in ms."""
    took = []
    for _ in range(20):
        began = time.monotonic()
        reply = client.get(path, params=query)
        took.append((time.monotonic() - began) * 1000)
        assert reply.status_code == 200, reply.text
    return sorted(took)[len(took) // 2], max(took), reply.json()


def main():
    with Standalone() as running:
        town = Town(running, None)
        town.take_in()
        began = time.monotonic()
        with running.connect() as connection:
            connection.execute("SET statement_timeout = 0; SET session_replication_role = replica")
            connection.execute("DROP INDEX leg_offices")
            for statement in FILL.replace("%%", "%").replace("%(legs)s", str(LEGS)).split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute("CREATE INDEX leg_offices ON leg USING gin (offices)")
            connection.execute("VACUUM ANALYZE leg, dossier, event")
        print(f"{LEGS} legs in {time.monotonic() - began:.0f} s")
        kinds = [item["what"] for item in town.root.get("/v1/exceptions/counts").json()["items"]]
        slow = 0
        desk = [("/v1/exceptions", {}), ("/v1/exceptions/counts", {})]
        desk += [("/v1/exceptions", {"what": kind}) for kind in kinds]
        desk += [("/v1/exceptions", {"office": "SOUTH"}), ("/v1/exceptions", {"owner": "agency"})]
        for login, asked in (("root", desk + LISTS + SUPERVISORS_LISTS), ("south-supervisor", desk + LISTS + SUPERVISORS_LISTS),
                             ("south-clerk", LISTS), ("justice", desk[:2] + LISTS[:6])):
            client = town.root if login == "root" else town.person[login]
            for path, query in asked:
                middle, slowest, body = timed(client, path, **query)
                slow += middle > BOUND_MS
                print(f"{login:17} {path:23} {str(query):28} {len(body.get('items', [])):4} rows  middle "
                      f"{middle:6.1f} ms, slowest {slowest:6.1f} ms{'  SLOW' if middle > BOUND_MS else ''}", flush=True)
            cursor, took = None, []
            for _ in range(40 if asked[0] in desk else 0):
                began = time.monotonic()
                page = client.get("/v1/exceptions", params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
                took.append((time.monotonic() - began) * 1000)
                cursor = page["next"]
                if not cursor:
                    break
            if took:
                print(f"{login:17} pages of 200, one after the other: middle {sorted(took)[len(took) // 2]:.1f} ms,"
                      f" slowest {max(took):.1f} ms", flush=True)
        town.close()
        return slow


if __name__ == "__main__":
    sys.exit(1 if main() else 0)

"""Many visits: every list finds its page by an index, and says how long it took. HOSO_VISITS=200000 makes so many."""

import datetime
import json
import os
import re
import subprocess
import time

import pytest

from lib import places
from lib.api import Api
from lib.standalone import Standalone
from lib.world import World

COUNT = int(os.environ.get("HOSO_VISITS", "20000"))
DAYS = COUNT // 6000  # 60 offices of ten seats, ten windows of an hour a day: half of them behind us
ZONE = datetime.timezone(datetime.timedelta(hours=7))

_FILL = """
INSERT INTO office (code, name, valid_from) SELECT 'V' || n, 'Bưu cục ' || n, '2020-01-01' FROM generate_series(1, 60) n;
INSERT INTO office_scope SELECT a.id, d.id FROM office a, office d
 WHERE d.code ~ '^V[0-9]+$' AND (a.code = 'KT0' OR a.id = d.id);
INSERT INTO visit_office SELECT code, 60, 30 FROM office WHERE code ~ '^V[0-9]+$';
INSERT INTO account (account, name, role, office_id, password_hash)
 SELECT 'v' || o.id || '.' || n, 'Bưu tá', 'courier', o.id, 'x' FROM office o, generate_series(1, 10) n WHERE o.code ~ '^V[0-9]+$';
CREATE TEMPORARY TABLE made AS SELECT row_number() OVER () AS n, o.id AS office_id, o.code, seat,
  (((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + day + time '08:00' + hour * interval '1 hour') AT TIME ZONE 'Asia/Ho_Chi_Minh')
   AS window_from,
  lpad(to_hex(1790000000000 + 1000 * (row_number() OVER ())), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8'
   || substr(md5(random()::text), 1, 15) AS id
 FROM office o, generate_series(1, 10) seat, generate_series(-%(days)s / 2, %(days)s / 2) day, generate_series(0, 9) hour
 WHERE o.code ~ '^V[0-9]+$';
INSERT INTO person (id, name, name_folded, phone, address)
 SELECT id::uuid, 'Người ' || n, 'nguoi ' || n, '09' || lpad((n %% 100000000)::text, 8, '0'), 'Đường ' || n FROM made;
INSERT INTO visit (id, office_id, office, kind, channel, person_id, procedures, dossiers, window_from, window_to, out_of_hours,
  missed_at, note, state, seat, courier_id, changes, booked_by, booked_at)
 SELECT m.id::uuid, m.office_id, m.code, 'pickup', 'phone', m.id::uuid, '{}', '{}', m.window_from,
  m.window_from + interval '1 hour', false, m.window_from + interval '90 minutes', '',
  CASE WHEN m.window_from > now() THEN 'booked' WHEN m.n %% 50 = 0 THEN 'assigned' ELSE 'done' END, m.seat,
  CASE WHEN m.window_from < now() THEN (SELECT a.id FROM account a WHERE a.account = 'v' || m.office_id || '.' || m.seat) END,
  1, 1, now() FROM made m;
ANALYZE;
"""


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        with own.connect() as connection:
            connection.execute("SET statement_timeout = '300s'")
            connection.execute("SET synchronous_commit = off")
            connection.execute("SET session_replication_role = replica")  # references are right by themselves
            connection.execute(_FILL % {"days": DAYS})
        own.sql("UPDATE account SET office_id = (SELECT id FROM office WHERE code = 'V1') WHERE account = 'clerk'")
        yield made
        made.close()


def nodes(plan):
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def explain(world, login, way_in, **search):
    """What PostgreSQL does for the daemon's own statement: (indexes of visit, its sequential scans, milliseconds)."""
    sql = sources()[way_in]
    scope = world.running.sql("SELECT office_id, id FROM account WHERE account = %s", login)[0]
    values = {1: scope[0], 2: None, 3: scope[1], 4: None, 5: None, 6: None, 7: 0, 8: 253402300799000, 9: -1,
              10: "00000000-0000-0000-0000-000000000000", 11: 51, 12: None, 13: None}
    values.update({int(key[1:]): value for key, value in search.items()})
    with world.running.connect("hoso_daemon") as connection:
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute("SET jit = off")
        connection.execute(f"PREPARE asked AS {sql}")
        literals = ", ".join("NULL" if value is None else f"'{value}'" for value in values.values())
        best = min((connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked({literals})").fetchone()[0][0]
                    for _ in range(3)), key=lambda found: found["Execution Time"])
    found = [node for node in nodes(best["Plan"])]
    indexes = {node["Index Name"] for node in found if node.get("Index Name", "").startswith("visit")
               and node["Actual Loops"] > 0}
    scans = [node for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "visit"
             and node["Actual Loops"] > 0]
    return indexes, scans, best["Execution Time"]


def sources():
    """{name: SQL} of the statements of visit_read.c: the compiler puts them together."""
    flags = subprocess.run(["pkg-config", "--cflags", "glib-2.0", "libpq"], capture_output=True, text=True, check=True)
    command = ["cc", "-E", "-P", f"-I{places.ROOT / 'daemon'}", f"-I{places.ROOT / 'include'}", *flags.stdout.split(),
               str(places.ROOT / "daemon" / "store" / "visit_read.c")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {}
    for name, rest in re.findall(r'static const struct pg_statement \w+ = \{\s*"(visit_\w+)",(.*?)\};', text, re.S):
        found[name] = "".join(json.loads(f'"{part}"') for part in re.findall(r'"((?:[^"\\]|\\.)*)"', rest))
    assert len(found) >= 8, found.keys()
    return found


TODAY_MS = int(time.time() // 86400 * 86400000)


@pytest.mark.parametrize("what, login, way_in, search", [
    ("a supervisor's day", "chief", "visit_by_time", {"_7": TODAY_MS, "_8": TODAY_MS + 86400000}),
    ("a supervisor's last page", "chief", "visit_by_time", {"_7": TODAY_MS + (DAYS // 2 - 1) * 86400000}),
    ("an office's day", "clerk", "visit_by_time", {"_7": TODAY_MS, "_8": TODAY_MS + 86400000}),
    ("one office of many", "chief", "visit_by_time", {"_4": "V7", "_7": TODAY_MS}),
    ("an office's beginning", "clerk", "visit_by_time", {}),
    ("booked, all offices", "chief", "visit_by_state", {"_6": "booked", "_7": TODAY_MS}),
    ("assigned, one small office", "clerk", "visit_by_state", {"_6": "assigned"}),
    ("a courier's", "chief", "visit_by_courier", {"_5": "v9.1"}),
    ("one telephone", "chief", "visit_by_phone", {"_12": "4711", "_13": "0900004711"}),
    ("missed", "chief", "visit_by_grace", {}),
    ("missed, one office", "clerk", "visit_by_grace", {}),
])
def test_a_page_goes_by_an_index(world, what, login, way_in, search):
    indexes, scans, milliseconds = explain(world, login, way_in, **search)
    print(f"{what}: {milliseconds:.1f} ms by {', '.join(sorted(indexes))}")
    assert indexes and not scans


def test_pages_through_the_api(world):
    chief = Api(world.running.url, world.running.ca)  # nobody holds the answers against the contract meanwhile
    chief.token = world.token("chief")
    day = str(datetime.datetime.now(ZONE).date())
    for query in ({"day": day}, {"state": "booked"}, {"missed": "true"}, {"office": "V3"}):
        began = time.monotonic()
        reply = chief.get("/v1/visits", params=query)
        print(f"{query}: {1000 * (time.monotonic() - began):.1f} ms")
        assert reply.status_code == 200 and len(reply.json()["items"]) == 50
    assert chief.get("/v1/visits/board", params={"day": day}).json()["rows"]
    chief.close()


def test_a_seat_is_found_by_the_constraints_own_index(world):
    with world.running.connect("hoso_daemon") as connection:
        plan = connection.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT seat FROM visit v WHERE v.office = 'V5' AND v.seat IS NOT NULL"
            " AND tstzrange(v.window_from, v.window_to) && tstzrange(now(), now() + interval '1 hour')").fetchone()[0][0]
    indexes = {node.get("Index Name") for node in nodes(plan["Plan"])}
    print(f"busy seats: {plan['Execution Time']:.1f} ms by {indexes}")
    assert "visit_seat" in indexes

"""Long lists on the page: only what is near the eye is drawn, and nothing is out of reach."""

import datetime
import json
import shutil

import pytest

from lib import browser, places
from lib.api import rfc3339, scan, uuid7
from lib.appointments import ZONE, book, changed, new_day, open_offices
from lib.standalone import Standalone
from lib.world import World, first_leg, new_item
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600),
              pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here"),
              pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too"),
              browser.needed]

LINES, MISSING, FRESH, UNKNOWN, VISITS, CARRIED = 480, 700, 3, 250, 240, 240
AT_ONCE = 200


def in_parts(everything):
    return [everything[start:start + AT_ONCE] for start in range(0, len(everything), AT_ONCE)]


def many_visits(world):
    """One courier's day: a visit a minute, each like the first but for its person."""
    open_offices(world)
    day = new_day()
    changed(world, book(world, day), "assign", courier="courier")
    world.running.sql("INSERT INTO person (id, name, name_folded, phone, address) SELECT md5(n::text)::uuid, 'Người ' || n, 'nguoi ' || n, '0912345678', n || ' Trần Phú'"
                      " FROM generate_series(2, %s) AS n", VISITS)
    columns = "office_id, office, kind, channel, procedures, dossiers, out_of_hours, missed_at, note, state, seat, courier_id, changes, booked_by, booked_at"
    world.running.sql(f"INSERT INTO visit (id, person_id, window_from, window_to, {columns}) SELECT gen_random_uuid(), md5(n::text)::uuid,"
                      f" window_to + n * interval '1 minute', window_to + (n + 1) * interval '1 minute', {columns} FROM visit, generate_series(2, %s) AS n", VISITS)
    return day


def test_long_lists(tmp_path):
    with Standalone() as running:
        world = World(running)
        clerk = world.person("clerk")
        codes = [new_item() for _ in range(LINES + MISSING + FRESH)]
        for part in in_parts(codes):
            answers = clerk.send(*[scan("accepted", code, rfc3339(-600), **first_leg()) for code in part]).json()
            assert {answer["verdict"] for answer in answers} == {"recorded"}, answers
        unknown = [new_item() for _ in range(UNKNOWN)]
        for part in in_parts(unknown):
            clerk.send(*[scan("arrived", code, rfc3339(-300)) for code in part])
        manifest = uuid7()
        assert clerk.post("/v1/manifests", {"id": manifest, "kind": "handover_in", "agency": "KT.A1"}).status_code in (200, 201)
        for part in in_parts(codes[:LINES]):
            lines = [{"event_id": uuid7(), "code": code, "kind": "note", "occurred_at": rfc3339(), "data": {}} for code in part]
            assert clerk.post(f"/v1/manifests/{manifest}/lines", lines).status_code == 200
        carried = sorted(new_item() for _ in range(CARRIED))
        for part in in_parts(carried):
            clerk.send(*[scan("accepted", code, rfc3339(-600), **first_leg()) for code in part])
            clerk.send(*[scan("out_for_delivery", code, rfc3339(-300), courier="courier") for code in part])
        day = many_visits(world)
        items = {"day": str(day), "today": str(datetime.datetime.now(ZONE).date()), "carried": carried, "last_visit": f"Người {VISITS}",
                 "manifest": manifest, "lines": codes[:LINES], "fresh": codes[-FRESH:], "unknown": unknown}
        (tmp_path / "items.json").write_text(json.dumps(items))
        screens = places.BUILD / "tests" / "web" / "screens"
        run("long", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"),
            HOSO_CONFIRMED=str(tmp_path / "confirmed"), HOSO_SCREENS=str(screens), HOSO_SEED=str(SEED))
        scanned = running.sql("SELECT item_code FROM manifest_line WHERE manifest_id = %s::uuid AND counts ORDER BY no", manifest)
        assert [row[0] for row in scanned] == [*codes[:LINES], *codes[-FRESH:]], "each once, in the scanner's order"
        assert running.sql("SELECT count(*) FROM event WHERE item_code LIKE 'RR10000%%'") == [(0,)]
        world.close()

"""A clerk on the telephone books visits on the page; every history is held against what was pressed."""

import json
import shutil

import pytest

from lib import browser, places
from lib.api import scan
from lib.appointments import new_day, open_offices, show
from lib.standalone import Standalone
from lib.world import FIRST_LEG, PROCEDURE, World, moment, new_dossier_code, new_item
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]


def a_result(clerk):
    """An item that lies at the office for a citizen, and its dossier's code."""
    first, dossier, item = new_item(), new_dossier_code(), new_item()
    answers = clerk.send(scan("accepted", first, moment(0), **FIRST_LEG), scan("bound", first, moment(1), dossier_code=dossier),
                         scan("accepted", item, moment(2), dossier_code=dossier, leg_kind="result")).json()
    assert {answer["verdict"] for answer in answers} == {"recorded"}, answers
    return item, dossier


@pytest.mark.once
def test_the_forms_modules():
    run("booking_modules")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@browser.needed
def test_a_clerk_books_by_telephone(tmp_path):
    with Standalone() as running:
        world = World(running)
        open_offices(world)
        world.hire("clerk3", "clerk", "KT1")
        session = world.person("chief").post("/v1/session", {"account": "clerk3", "password": world.password}).json()
        label, result, dossier = new_item(), *a_result(world.person("clerk"))
        (tmp_path / "items.json").write_text(json.dumps({"procedure": PROCEDURE, "label": label, "result": result, "dossier": dossier}))
        run("booking", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_DAY=str(new_day()), HOSO_TOKEN=session["token"],
            HOSO_ITEMS=str(tmp_path / "items.json"), HOSO_CONFIRMED=str(tmp_path / "confirmed"), HOSO_SEED=str(SEED),
            HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"))
        told = json.loads((tmp_path / "confirmed").read_text())
        rows = running.sql("SELECT v.id::text FROM hoso.visit v JOIN hoso.visit_change c ON c.visit_id = v.id JOIN hoso.account a"
                           " ON a.id = c.account_id WHERE c.action = 'book' AND a.account = 'clerk' ORDER BY v.id")
        first, second, things = [show(world, row[0]) for row in rows]
        assert first["person"] == {"name": "Trần Thị Bé", "phone": "0912345678", "address": "5 Trần Phú, Đồng Hới"}
        assert (first["channel"], first["kind"], first["procedures"]) == ("phone", "mix", [PROCEDURE])
        assert [(line["action"], line["window_from"], line["courier"]) for line in first["history"]] == [
            ("book", told["first"], None), ("assign", told["first"], "courier"), ("move", told["moved"], "courier")]
        assert (first["history"][2]["reason"], first["history"][2]["wished_by"]) == ("busy", "citizen")
        assert [(line["action"], line["reason"], line["note"]) for line in second["history"]] == [
            ("book", None, None), ("cancel", "other", "Gọi nhầm số")]
        assert (second["window_from"], second["state"]) == (told["second"], "cancelled")
        assert {(item["code"], item["way"]) for item in things["items"]} == {(label, "pickup"), (result, "return")}
        assert (things["dossiers"], things["procedures"], things["kind"]) == ([dossier], [PROCEDURE], "mix")
        assert running.sql("SELECT kind FROM event WHERE item_code = %s", label) == [("requested",)]
        world.close()

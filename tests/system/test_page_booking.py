"""A clerk on the telephone books visits on the page; every history is held against what was pressed."""

import json
import shutil

import pytest

from lib import places
from lib.appointments import new_day, open_offices, show
from lib.standalone import Standalone
from lib.world import PROCEDURE, World
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]


@pytest.mark.once
def test_the_forms_modules():
    run("booking_modules")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium: tools/setup web installs it")
def test_a_clerk_books_by_telephone(tmp_path):
    with Standalone() as running:
        world = World(running)
        open_offices(world)
        world.hire("clerk3", "clerk", "KT1")
        session = world.person("chief").post("/v1/session", {"account": "clerk3", "password": world.password}).json()
        (tmp_path / "items.json").write_text(json.dumps({"procedure": PROCEDURE}))
        run("booking", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_DAY=str(new_day()), HOSO_TOKEN=session["token"],
            HOSO_ITEMS=str(tmp_path / "items.json"), HOSO_CONFIRMED=str(tmp_path / "confirmed"), HOSO_SEED=str(SEED),
            HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"))
        told = json.loads((tmp_path / "confirmed").read_text())
        rows = running.sql("SELECT v.id::text FROM hoso.visit v JOIN hoso.visit_change c ON c.visit_id = v.id JOIN hoso.account a"
                           " ON a.id = c.account_id WHERE c.action = 'book' AND a.account = 'clerk' ORDER BY v.id")
        first, second = [show(world, row[0]) for row in rows]
        assert first["person"] == {"name": "Trần Thị Bé", "phone": "0912345678", "address": "5 Trần Phú, Đồng Hới"}
        assert (first["channel"], first["kind"], first["procedures"]) == ("phone", "mix", [PROCEDURE])
        assert [(line["action"], line["window_from"], line["courier"]) for line in first["history"]] == [
            ("book", told["first"], None), ("assign", told["first"], "courier"), ("move", told["moved"], "courier")]
        assert (first["history"][2]["reason"], first["history"][2]["wished_by"]) == ("busy", "citizen")
        assert [(line["action"], line["reason"], line["note"]) for line in second["history"]] == [
            ("book", None, None), ("cancel", "other", "Gọi nhầm số")]
        assert (second["window_from"], second["state"]) == (told["second"], "cancelled")
        world.close()

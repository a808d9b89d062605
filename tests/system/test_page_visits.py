"""A courier's visits on the page, in Chromium; the history of the visit is held against what was pressed."""

import shutil

import pytest

from lib import browser, places
from lib.appointments import book, changed, new_day, open_offices, show
from lib.standalone import Standalone
from lib.world import World
from system.test_page import NODE, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@browser.needed
def test_a_couriers_day_on_the_page():
    with Standalone() as running:
        world = World(running)
        open_offices(world)
        day = new_day()
        visit = book(world, day)
        changed(world, visit, "assign", courier="courier")
        run("visits", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_DAY=str(day),
            HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"))
        whole = show(world, visit)
        assert [line["action"] for line in whole["history"]] == ["book", "assign", "start", "arrive", "done"]
        assert [line["actor"] for line in whole["history"][2:]] == ["Người courier"] * 3
        world.close()

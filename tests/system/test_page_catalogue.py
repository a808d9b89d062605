"""Tables of the catalogue brought in on the page, in Chromium; the database says what became of them."""

import shutil

import pytest

from lib import browser, places
from lib.standalone import Standalone
from lib.world import World
from system.test_page import NODE, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]
NOW = "SELECT code, name, days FROM hoso.procedure WHERE valid_to IS NULL ORDER BY code"


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@browser.needed
def test_a_catalogue_on_the_page():
    with Standalone() as running:
        world = World(running)
        before = running.sql(NOW)
        run("catalogue", HOSO_URL=running.url, HOSO_PASSWORD=world.password,
            HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"))
        assert running.sql(NOW) == [
            ("1.000001", "Cấp bản sao trích lục hộ tịch", 5), ("1.000002", "Chỉ nhận trực tiếp", None),
            ("1.000077", "Cấp giấy phép xây dựng", 15)], "what was only checked, or wrong, has changed nothing"
        assert [row[:2] for row in before] == [("1.000001", "Cấp bản sao trích lục hộ tịch"), ("1.000002", "Chỉ nhận trực tiếp")]
        ((lines,),) = running.sql("SELECT count(*) FROM hoso.audit WHERE action LIKE 'catalogue%'")
        assert lines == 1, "one import, one line in the audit"
        world.close()

"""Accounts on the page, in Chromium; the database says what became of them."""

import shutil

import pytest

from lib import browser, places
from lib.standalone import Standalone
from lib.world import World
from system.test_page import NODE, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@browser.needed
def test_accounts_on_the_page():
    with Standalone() as running:
        world = World(running)
        before = set(running.sql("SELECT account, disabled_at IS NULL FROM hoso.account"))
        run("accounts", HOSO_URL=running.url, HOSO_PASSWORD=world.password,
            HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"))
        after = set(running.sql("SELECT account, disabled_at IS NULL FROM hoso.account"))
        assert after - before == {("moi", False)} and before <= after, "nobody else was touched"
        assert running.sql("SELECT a.name, a.role, o.code FROM hoso.account a JOIN hoso.office o ON o.id = a.office_id"
                           " WHERE a.account = 'moi'") == [("Người Mới", "clerk", "KT1")]
        world.close()

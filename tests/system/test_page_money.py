"""Money on the page, in Chromium: handed in, received, remitted, the day closed; each is held against the database."""

import json
import shutil

import pytest

from lib import browser, places
from lib.api import rfc3339, scan
from lib.standalone import Standalone
from lib.world import TO_CITIZEN, World, first_leg, new_dossier_code, new_item
from system.test_page import NODE, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600),
              pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here"),
              pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too"),
              browser.needed]


def collect(world, amount):
    """A courier takes money for the agency at a door."""
    first, result, code = new_item(), new_item(), new_dossier_code()
    world.person("clerk").send(scan("accepted", first, rfc3339(-60), **first_leg()), scan("bound", first, rfc3339(-50), dossier_code=code))
    world.person("courier").send(
        scan("accepted", result, rfc3339(-40), dossier_code=code, leg_kind="result", collect=amount),
        scan("out_for_delivery", result, rfc3339(-30)), scan("delivered", result, rfc3339(-20), **TO_CITIZEN, collected=amount))
    return result


def test_money_goes_its_way_on_the_page(tmp_path):
    with Standalone() as running:
        world = World(running)
        for login, role in (("cashier", "clerk"), ("idle", "courier")):
            world.hire(login, role, "KT1")
        item = new_item()
        (answer,) = world.person("courier").send(scan("accepted", item, rfc3339(-30), **first_leg(fee=1234567, postage=26000))).json()
        assert answer["verdict"] == "recorded", answer
        collected = collect(world, 99000)
        (tmp_path / "items.json").write_text(json.dumps({"item": item, "collected": collected}))
        said = tmp_path / "said"
        run("money", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_SAID=str(said),
            HOSO_ITEMS=str(tmp_path / "items.json"), HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"))
        said = dict(json.loads(line) for line in said.read_text().splitlines())
        hand_ins = running.sql("SELECT h.id::text, h.state, a.account, h.receiver_name FROM hoso.money_hand_in h"
                               " JOIN hoso.account a ON a.id = h.giver_id ORDER BY h.id")
        assert [row[0] for row in hand_ins] == [said["first"], said["second"]], "pressed twice is once"
        assert [row[1:] for row in hand_ins] == [("cancelled", "courier", ""), ("received", "courier", "Người cashier")]
        lines = running.sql("SELECT kind, amount_vnd FROM hoso.money_hand_in_line WHERE hand_in_id = %s::uuid ORDER BY kind",
                            said["second"])
        assert lines == [("collect", 99000), ("fee", 1234567), ("postage", 20000)]
        manifests = running.sql("SELECT id::text, state FROM hoso.manifest")
        assert manifests == [(said["manifest"], "closed")]
        out = running.sql("SELECT item_code, kind, amount_vnd, payment, held_by FROM hoso.money_entry"
                          " WHERE manifest_id IS NOT NULL ORDER BY kind")
        assert out == [(collected, "collect", 99000, "cash", "office"), (item, "fee", 1234567, "cash", "office")]
        held = running.sql("SELECT coalesce(a.account, ''), h.kind, h.in_vnd - h.out_vnd FROM hoso.money_held h"
                           " LEFT JOIN hoso.account a ON a.id = h.account_id WHERE h.in_vnd <> h.out_vnd ORDER BY 1, 2")
        assert held == [("", "postage", 20000), ("courier", "postage", 6000)]
        days = running.sql("SELECT coalesce(a.account, ''), d.kind, d.counted_vnd, d.difference_vnd, d.reason FROM hoso.money_day d"
                           " LEFT JOIN hoso.account a ON a.id = d.account_id ORDER BY 1, 2")
        assert days == [("", "collect", 0, 0, ""), ("", "fee", 0, 0, ""), ("", "postage", 20000, 0, ""),
                        ("courier", "collect", 0, 0, ""), ("courier", "fee", 0, 0, ""),
                        ("courier", "postage", 5500, -500, "thối nhầm 500 đồng")]
        world.close()

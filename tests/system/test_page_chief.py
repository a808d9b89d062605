"""What leaves its way, on the page, in Chromium: what the portal and the database have in the end is what the screens said."""

import contextlib
import json
import shutil

import pytest

from lib import browser, places, wait
from lib.api import rfc3339, scan
from lib.hosod import Hosod, portal_settings
from lib.sim import PortalSim
from lib.standalone import Standalone
from lib.world import FIRST_LEG, TO_AGENCY, World, moment, new_dossier_code, new_item
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600),
              pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here"),
              pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too"),
              browser.needed]


def dossiers(world, hosod, count):
    """Of three lines each."""
    made = [{"item": new_item(), "code": new_dossier_code()} for _ in range(count)]
    scans = [event for one in made for event in (
        scan("accepted", one["item"], moment(0), **FIRST_LEG), scan("out_for_delivery", one["item"], moment(1)),
        scan("delivered", one["item"], moment(2), **TO_AGENCY, dossier_code=one["code"]))]
    results = world.person("clerk").request("POST", hosod.url + "/v1/scans", scans).json()
    assert {result["verdict"] for result in results} == {"recorded"}
    return made


def test_what_leaves_its_way(tmp_path):
    with contextlib.ExitStack() as stack:
        portal = stack.enter_context(PortalSim())
        running = stack.enter_context(Standalone())
        hosod = stack.enter_context(Hosod(running, portal_settings(running, portal, "webhook")))
        world = World(running)
        stack.callback(world.close)
        portal.misbehave({"mode": "422", "count": 3})
        items = dict(zip(("skipped", "wrong", "again"), dossiers(world, hosod, 3)))
        items["wrong"]["right"] = new_dossier_code()
        wait.until(lambda: running.sql("SELECT count(*) FROM outbox WHERE state = 'dead'") == [(3,)], 20, "three dead letters")
        items["moved"] = new_item()
        clerk = world.person("clerk")
        fast = {"Hoso-Device-Time": rfc3339(7 * 60 + 30)}
        assert clerk.send(scan("note", new_item(), note="trước"), headers=fast).status_code == 200
        wait.until(lambda: running.sql("SELECT count(*) FROM device_clock") == [(1,)], 20, "how far the clock is off")
        assert clerk.send(scan("accepted", items["moved"], moment(0), **FIRST_LEG), headers=fast).status_code == 200
        (tmp_path / "items.json").write_text(json.dumps(items))
        run("chief", HOSO_URL=hosod.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"), HOSO_CONFIRMED="",
            HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"), HOSO_SEED=str(SEED))

        def steps(code):
            return [line["dseq"] for line in portal.applied() if line["dossier_code"] == code]

        wait.until(lambda: steps(items["again"]["code"]) == [1, 2, 3], 20, "what was sent again")
        wait.until(lambda: steps(items["wrong"]["right"]) == [1, 2, 3], 20, "what goes under the right code")
        assert (steps(items["skipped"]["code"]), steps(items["wrong"]["code"])) == ([2, 3], [])
        assert running.sql("SELECT a.account, o.settled_why FROM outbox o JOIN account a ON a.id = o.settled_by") == [
            ("chief", "Cơ quan đã nhận bằng văn bản")]
        assert running.sql("SELECT count(*) FROM audit WHERE action = 'outbox.skip'") == [(1,)], "once, however often it was pressed"
        assert running.sql("SELECT verdict, data->>'note' FROM event WHERE kind = 'bound' AND verdict <> 'refused' AND role = 'supervisor'") == [
            ("recorded", "Gõ nhầm mã")]
        rows = running.sql("SELECT role, kind, verdict, data::jsonb - 'receiver' - 'target' FROM event WHERE item_code = %s AND kind <> 'accepted' ORDER BY dseq", items["moved"])
        assert rows == [("clerk", "redirected", "recorded", {"requester": "Người nhận", "fee": 10_000}),
                        ("clerk", "void", "recorded", {"void_reason": "incorrect_data"}),
                        ("clerk", "redirected", "recorded", {"requester": "Người nhận", "next_office": "KT2"}),
                        ("supervisor", "lost", "recorded", {"note": "Túi TUI-01 mở ra thiếu một bưu gửi", "minutes": "BB-TL-3"}),
                        ("supervisor", "found", "recorded", {})]

"""A hand-over signed on the page: by the post's clerk and the agency's officer, each in their own session."""

import json
import shutil

import pytest

from lib import browser, places
from lib.api import rfc3339, scan, uuid7
from lib.standalone import Standalone
from lib.world import World, first_leg, new_item
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600),
              pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here"),
              pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too"),
              browser.needed]


def test_two_people_sign_one_hand_over(tmp_path):
    with Standalone() as running:
        world = World(running)
        clerk = world.person("clerk")
        first, late = new_item(), new_item()
        clerk.send(*[scan("accepted", item, rfc3339(-600), **first_leg()) for item in (first, late)])
        manifest = {"id": uuid7(), "kind": "handover_in", "agency": "KT.A1"}
        assert clerk.post("/v1/manifests", manifest).status_code == 201
        path = f"/v1/manifests/{manifest['id']}"
        line = {"event_id": uuid7(), "code": first, "kind": "note", "occurred_at": rfc3339()}
        assert clerk.post(f"{path}/lines", [line]).status_code == 200
        session = clerk.post("/v1/session", {"account": "clerk", "password": world.password}).json()
        (tmp_path / "items.json").write_text(json.dumps({"late": late, "event_id": uuid7()}))
        confirmed = tmp_path / "confirmed"
        run("hand", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"),
            HOSO_CONFIRMED=str(confirmed), HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"), HOSO_SEED=str(SEED),
            HOSO_MANIFEST=manifest["id"], HOSO_TOKEN=session["token"])
        stale, fresh = json.loads(confirmed.read_text())
        stored = running.sql("SELECT id::text FROM hoso.manifest_consent WHERE manifest_id = %s::uuid", manifest["id"])
        assert {row[0] for row in stored} == {stale, fresh} and len(stored) == 2, "pressed twice is once"
        revision = clerk.get(path).json()["revision"]
        refused = clerk.post(f"{path}/close", {"revision": revision, "consent": stale, "minutes": "BB-1"})
        assert (refused.status_code, refused.json()["error"]) == (409, "manifest_changed")
        closed = clerk.post(f"{path}/close", {"revision": revision, "consent": fresh, "minutes": "BB-1"})
        assert closed.status_code == 200, closed.text
        assert closed.json()["signature"]["account"] == "officer"
        delivered = running.sql("SELECT item_code FROM hoso.event WHERE kind = 'delivered' AND verdict = 'recorded'")
        assert {row[0] for row in delivered} == {first, late}
        world.close()

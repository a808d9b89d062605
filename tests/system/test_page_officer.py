"""An agency's steps on the page: what the screen confirmed is what the database has, and nothing else."""

import json
import shutil

import pytest

from lib import browser, places
from lib.api import rfc3339, scan, uuid7
from lib.standalone import Standalone
from lib.world import PROCEDURE, TO_AGENCY, World, first_leg, new_dossier_code, new_item
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]


def handed_over(world, count):
    """Dossiers that the agency has, and whose code the post does not know."""
    codes = [new_item() for _ in range(count)]
    scans = [scan("accepted", code, rfc3339(-600), **first_leg()) for code in codes]
    scans += [scan("delivered", code, rfc3339(-300), **TO_AGENCY) for code in codes]
    world.person("clerk").send(*scans)
    return codes


def stored(running):
    """What officers have recorded: id, (item or dossier, kind, verdict, data)."""
    rows = running.sql("SELECT e.id::text, e.item_code, d.code, e.kind, e.verdict, e.data FROM hoso.event e"
                       " JOIN hoso.dossier d ON d.id = e.dossier_id WHERE e.role = 'agency' ORDER BY e.id")
    return {event_id: (item or code, kind, verdict, data) for event_id, item, code, kind, verdict, data in rows}


@pytest.mark.once
def test_the_forms_modules():
    run("officer_modules")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too")
@browser.needed
def test_an_officers_steps(tmp_path):
    with Standalone() as running:
        world = World(running)
        items = dict(zip(("whole", "raced", "other", "chief"), handed_over(world, 4)))
        items.update(code=new_dossier_code(), raced_code=new_dossier_code(), unseen=new_dossier_code(), chief_code=new_dossier_code(), procedure=PROCEDURE)
        world.person("officer").send(scan("bound", items["raced"], rfc3339(-200), dossier_code=items["raced_code"]))
        world.person("officer").send(scan("bound", items["chief"], rfc3339(-190), dossier_code=items["chief_code"]))
        asked = world.person("officer").post(f"/v1/dossiers/{items['chief_code']}/steps", {
            "event_id": uuid7(), "kind": "supplement_asked", "occurred_at": rfc3339(-180), "data": {"content": "Thiếu bản sao"}})
        assert asked.json()["verdict"] == "recorded", asked.text
        running.sql("UPDATE hoso.dossier SET submitted_at = now() - interval '20 days' WHERE id = (SELECT dossier_id FROM hoso.leg"
                    " WHERE item_code = %s)", items["other"])
        before = stored(running)
        session = world.person("officer").post("/v1/session", {"account": "officer", "password": world.password}).json()
        (tmp_path / "items.json").write_text(json.dumps(items))
        confirmed = tmp_path / "confirmed"
        run("officer", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"),
            HOSO_CONFIRMED=str(confirmed), HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"), HOSO_SEED=str(SEED),
            HOSO_TOKEN=session["token"])
        told = json.loads(confirmed.read_text())
        found = {event_id: line for event_id, line in stored(running).items() if event_id not in before}
        shown = {line["event_id"]: (line["code"], line["kind"], line["verdict"]) for line in told["answered"]}
        elsewhere = found.pop(told["elsewhere"])
        assert elsewhere[:2] == (items["raced_code"], "declined")
        assert {event_id: line[:3] for event_id, line in found.items()} == shown, "what was confirmed is what is there"
        data = {(code, kind): data for code, kind, verdict, data in found.values() if verdict == "recorded"}
        assert data == expected(items, told, found), "and it says what was typed"
        status = running.sql("SELECT code, status FROM hoso.dossier WHERE code IS NOT NULL")
        assert dict(status) == {items["code"]: "result_ready", items["raced_code"]: "refused", items["unseen"]: "result_ready",
                                items["chief_code"]: "closed"}
        check_chief(running, items)
        world.close()


def check_chief(running, items):
    rows = running.sql("SELECT e.id::text, e.kind, e.verdict, e.data FROM hoso.event e JOIN hoso.dossier d ON d.id = e.dossier_id"
                       " WHERE d.code = %s AND e.role = 'supervisor' ORDER BY e.dseq", items["chief_code"])
    assert [row[1:3] for row in rows] == [(kind, "recorded") for kind in ("supplement_asked", "void", "withdrawn", "closed")]
    assert [row[3] for row in rows] == [{"content": "Thiếu giấy ủy quyền", "note": "Cơ quan đề nghị bằng công văn 12"},
                                        {"target": rows[0][0], "void_reason": "did_not_occur"}, {"slip": "PG-7"}, {}]


def expected(items, told, found):
    (changed,) = [event_id for event_id, line in found.items() if line[1] == "due_changed"]
    return {
        (items["whole"], "bound"): {"dossier_code": items["code"], "received_on": told["today"], "due_on": "2099-01-05"},
        (items["code"], "bound"): {"note": "Đã vào sổ số 12"},
        (items["code"], "supplement_asked"): {"content": "Thiếu bản sao giấy khai sinh", "number": "15/PYC"},
        (items["code"], "due_changed"): {"due_on": "2099-02-05", "note": "Chờ xác minh"},
        (items["code"], "void"): {"target": changed, "void_reason": "incorrect_data"},
        (items["code"], "result_ready"): {"result_kind": "Trích lục", "number": "88", "collect": 15000, "reclaim": "Giấy hẹn"},
        (items["unseen"], "result_ready"): {
            "procedure": PROCEDURE, "result_kind": "Giấy phép",
            "receiver": {"name": "Lê Thị Hoa", "phone": "0912345678", "address": "3 Trần Phú"}},
    }

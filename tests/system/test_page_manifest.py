"""A counter's manifests on the page: what the screen confirmed is held against the database, and the paper is read back."""

import json
import shutil
import subprocess

import pytest

from lib import browser, places
from lib.api import rfc3339, scan
from lib.standalone import Standalone
from lib.world import World, first_leg, new_dossier_code, new_item
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600),
              pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here"),
              pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too"),
              browser.needed]


def take_in(clerk, count, **data):
    items = [new_item() for _ in range(count)]
    answers = clerk.send(*[scan("accepted", item, rfc3339(-600), **first_leg(**data)) for item in items]).json()
    assert {answer["verdict"] for answer in answers} == {"recorded"}, answers
    return items


def a_result(clerk):
    """An item that goes to a citizen and lies at the office."""
    (first,), dossier, item = take_in(clerk, 1, agency="KT.A2"), new_dossier_code(), new_item()
    answers = clerk.send(scan("bound", first, rfc3339(-500), dossier_code=dossier),
                         scan("accepted", item, rfc3339(-400), dossier_code=dossier, leg_kind="result")).json()
    assert {answer["verdict"] for answer in answers} == {"recorded"}, answers
    return item


def lines_of(running, manifest):
    return running.sql("SELECT item_code, event_verdict, complete, note FROM manifest_line"
                       " WHERE manifest_id = %s::uuid AND counts ORDER BY no", manifest)


def test_a_counter_hands_over(tmp_path):
    with Standalone() as running:
        world = World(running)
        clerk = world.person("clerk")
        here = take_in(clerk, 3)
        (paid,) = take_in(clerk, 1, agency="KT.A1", fee=20000)
        (other,), (bag, bag_late) = take_in(clerk, 1, agency="KT.A2"), take_in(clerk, 2, agency="KT.A2")
        items = {"here": here, "late": paid, "paid": paid, "other": other, "unknown": new_item(), "bag": bag,
                 "bag_late": bag_late, "result": a_result(clerk)}
        (tmp_path / "items.json").write_text(json.dumps(items))
        confirmed, screens = tmp_path / "confirmed", places.BUILD / "tests" / "web" / "screens"
        run("manifest", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"),
            HOSO_CONFIRMED=str(confirmed), HOSO_SCREENS=str(screens), HOSO_SEED=str(SEED))
        shown = {line["what"]: line for line in map(json.loads, confirmed.read_text().splitlines())}
        state = dict(running.sql("SELECT id::text, state FROM manifest"))
        assert state == {shown[what]["id"]: state for what, state in (
            ("closed", "closed"), ("bag", "closed"), ("cancelled", "cancelled"), ("remittance", "open"),
            ("route", "closed"))}, "one press is one manifest, however often it was pressed"
        check_handover(running, shown["closed"], items)
        for what, kind in (("bag", "dispatched"), ("route", "out_for_delivery")):
            assert [line[:2] for line in lines_of(running, shown[what]["id"])] == [(shown[what]["codes"][0], "recorded")]
            assert running.sql("SELECT kind FROM event WHERE item_code = %s ORDER BY dseq DESC LIMIT 1", shown[what]["codes"][0]) == [(kind,)]
        assert running.sql("SELECT count(*) FROM event WHERE item_code = %s AND kind = 'dispatched'", bag_late) == [(0,)]
        read_paper(screens / "manifest.pdf", shown["closed"], [*here, paid])
        world.close()


def check_handover(running, shown, items):
    wanted = [*items["here"], items["late"]]
    lines = lines_of(running, shown["id"])
    assert [line[0] for line in lines] == wanted and sorted(shown["codes"]) == sorted(wanted)
    assert {line[1] for line in lines} == {"recorded"}
    assert lines[1][2:] == (False, "bì rách, thiếu bản sao")
    ((name, account, minutes, digest),) = running.sql(
        "SELECT signer, a.account, minutes, encode(hash, 'hex') FROM manifest m JOIN account a ON a.id = m.signer_account_id"
        " WHERE m.id = %s::uuid", shown["id"])
    assert (name, account, minutes, digest) == ("Người officer", "officer", "BB-22/2026", shown["hash"])
    delivered = running.sql("SELECT item_code FROM event WHERE kind = 'delivered'")
    assert sorted(row[0] for row in delivered) == sorted(wanted), "handed over once each, and nothing that was taken off"


def read_paper(path, shown, wanted):
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    size = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert "(A4)" in size and "Pages:           1" in size, size
    for words in ("BIÊN BẢN GIAO NHẬN HỒ SƠ", "Số: BB-22/2026", "BÊN GIAO", "BÊN NHẬN", "Người officer", "Tổng số hồ sơ: 4",
                  "Số hồ sơ còn thiếu: 1", "Nguyễn", "Cấp bản sao trích"):
        assert words in text, text
    squeezed = "".join(text.split())
    assert all(item in squeezed for item in wanted) and shown["hash"] in squeezed
    assert "Xem lại" not in text and "Đăng xuất" not in text, "the screen is not on the paper"

"""A dossier taken in on the page: by keys, scanner and camera in Chromium; what was filled in is held against the database."""

import json
import shutil
import subprocess

import pytest

from lib import browser, places
from lib.counter_world import furnish
from lib.standalone import Standalone
from lib.world import World, new_item
from system.test_page import NODE, SEED, film, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]

AN = {"name": "Nguyễn Văn An", "phone": "0912345678", "address": "12 Lê Lợi, Đồng Hới"}
BINH = {"name": "Trần Thị Bình", "phone": "0912345678", "address": "1 Trần Phú"}
WITHOUT_PHONE = {"name": BINH["name"], "address": BINH["address"]}
PHUONG_MOT = {"name": "UBND phường Một"}
CT01 = {"name": "Tờ khai thay đổi thông tin cư trú (CT01)", "original": 1, "certified": 0, "copy": 0}
HOUSE = {"name": "Giấy tờ chứng minh chỗ ở hợp pháp", "original": 0, "certified": 1, "copy": 0}
PICTURE = {"name": "Ảnh 4x6", "original": 0, "certified": 0, "copy": 2}
PLAIN = {"sender": BINH, "receiver": PHUONG_MOT, "agency": "KT.A1", "procedure": "1.004222", "service": 1,
         "papers": [CT01, HOUSE, PICTURE], "fee": 15000, "receipt": "BL-7", "postage": 26500, "grams": 80, "payment": "cash"}
BY_KEYBOARD = {
    "sender": AN, "receiver": AN, "agency": "KT.A1", "procedure": "1.004222", "service": 3,
    "submitter": {"name": "Lê Thị Bảy", "address": "3 Hùng Vương"}, "authorisation": "UQ-3, 01/11/2026",
    "id_kind": "can_cuoc", "id_last4": "8877", "papers": [CT01, {**HOUSE, "certified": 0}, PICTURE],
    "missing_papers": [HOUSE["name"]], "seal": "NP-77", "fee": 15000, "receipt": "BL-0009", "postage": 15200, "grams": 250,
    "concession": "HN", "payment": "cash",
    "note": "Nguyện vọng của người gửi khi còn thiếu giấy tờ: Gửi trước, bổ sung sau\nGọi trước khi phát"}
UNLISTED = {"sender": BINH, "receiver": PHUONG_MOT, "agency": "KT.A1", "procedure": "1.004333", "service": 1,
            "postage": 26500, "payment": "cash"}


@pytest.mark.once
def test_the_modules():
    run("intake_modules")


def acceptances(running):
    """By item: every acceptance that the page has sent, in order."""
    rows = running.sql("SELECT item_code, id::text, verdict, data FROM hoso.event WHERE kind = 'accepted' AND device LIKE '%%Chrome/%%'"
                       " ORDER BY recorded_at, id")
    found = {}
    for item, event_id, verdict, data in rows:
        found.setdefault(item, []).append((event_id, verdict, data))
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too")
@browser.needed
def test_a_dossier_on_the_page(tmp_path):
    with Standalone() as running:
        world = World(running)
        furnish(running)
        items = {name: new_item() for name in ("keyboard", "draft", "offline", "unlisted", "full", "door")}
        items |= {"twice": [new_item() for _ in range(3)], "refusals": [new_item() for _ in range(2)], "dossier": "000.00.05.H06-261128-0001"}
        _, camera = film(items["door"], tmp_path)
        (tmp_path / "items.json").write_text(json.dumps(items))
        confirmed, screens = tmp_path / "confirmed", places.BUILD / "tests" / "web" / "screens"
        run("intake", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"),
            HOSO_CONFIRMED=str(confirmed), HOSO_CAMERA=str(camera), HOSO_SCREENS=str(screens), HOSO_SEED=str(SEED))
        shown = [json.loads(line) for line in confirmed.read_text().splitlines()]
        stored = acceptances(running)
        assert {line["event_id"] for line in shown} == {one[0] for of_item in stored.values() for one in of_item}
        first, second = items["refusals"]
        expected = {items["keyboard"]: BY_KEYBOARD, items["offline"]: PLAIN, items["unlisted"]: UNLISTED, items["full"]: PLAIN,
                    items["door"]: PLAIN, first: {**PLAIN, "sender": WITHOUT_PHONE}, **{item: PLAIN for item in items["twice"]},
                    items["draft"]: {**PLAIN, "sender": AN, "papers": [{**CT01, "copy": 3}, HOUSE, PICTURE], "seal": "NP-1",
                                     "id_kind": "cccd", "id_last4": "0123"}}
        for item, data in expected.items():
            data = {**data, "receipt": f"BL-{item}"} if data.get("receipt") == PLAIN["receipt"] else data
            assert [(verdict, given) for _, verdict, given in stored.pop(item)] == [("recorded", data)], item
        assert [verdict for _, verdict, _ in stored.pop(second)] == ["refused", "recorded"], "the corrected one is another event"
        assert stored == {}, "something was taken in that nobody filled in"
        for number in ("079123450123", "044199998877", "271234567"):
            assert running.sql("SELECT count(*) FROM hoso.event WHERE data::text LIKE %s", f"%{number}%") == [(0,)]
        the_slip_opens_the_lookup(world, items["keyboard"], screens / "slip.pdf", tmp_path)
        world.close()


def the_slip_opens_the_lookup(world, item, slip, folder):
    """What a citizen has in hand: read off the paper, it finds the dossier."""
    text = subprocess.run(["pdftotext", "-layout", slip, "-"], capture_output=True, text=True, check=True).stdout
    token = next(word.strip(",.") for word in text.split() if len(word.strip(",.")) == 26 and word.strip(",.").isalnum())
    reply = world.person("clerk").request("POST", world.running.url + "/v1/lookup", {"code": item, "token": token})
    assert reply.status_code == 200, reply.text
    subprocess.run(["pdftoppm", "-r", "150", "-gray", slip, folder / "slip"], check=True)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", *folder.glob("slip-*.pgm")], capture_output=True, text=True).stdout
    assert read.strip() == f"{item}.{token}", "the QR code says something else"
    assert "PHIẾU GỬI HỒ SƠ" in text and "Nhận hồ sơ tại quầy" not in text, "the page around the slip was printed, too"
    pages = subprocess.run(["pdfinfo", slip], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in pages, "a slip of one dossier is one sheet"

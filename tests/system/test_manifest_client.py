"""hoso manifest and hoso money at a counter: two devices, a server that comes and goes, a paper, a seal."""

import json
import os
import pathlib
import subprocess

import pytest

from lib.client import hoso, json_lines, needs_hoso
from lib.standalone import Standalone
from lib.world import World, first_leg, new_item
from lib.api import rfc3339, scan, uuid7

pytestmark = needs_hoso


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        made.hire("clerk1b", "clerk", "KT1")
        yield made
        made.close()


@pytest.fixture
def device(world, tmp_path):
    """device(login): the environment of a PC on which that person is signed in."""
    def make(login):
        state = tmp_path / login
        password = tmp_path / "password"
        password.write_text(world.password + "\n")
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOSO_STATE": str(state), "LANG": "C",
                       "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": world.running.url,
                       "HOSO_CA": str(world.running.ca), "TERM": "xterm", "PASSWORD": str(password)}
        said = hoso(environment, "login", login, "--password-file", password)
        assert said.returncode == 0, said.stderr.decode()
        return environment
    return make


def take_in(world, count, **data):
    items = [new_item() for _ in range(count)]
    world.person("clerk").send(*[scan("accepted", item, rfc3339(-60), **first_leg(**data)) for item in items])
    return items


def run(environment, *words, text="", status=0):
    said = hoso(environment, *words, "--json", text=text)
    assert said.returncode == status, (words, said.returncode, said.stdout.decode(), said.stderr.decode())
    return json_lines(said.stdout)


def test_two_devices_one_manifest_and_its_paper(world, device, tmp_path):
    one, two = device("clerk"), device("clerk1b")
    items = take_in(world, 4, fee=10000)
    (manifest,) = run(one, "manifest", "open", "--kind", "handover_in", "--agency", "KT.A1")
    said = run(one, "manifest", "scan", manifest["id"], "-d", "complete=true", "-d", "fee=10000",
               text="\n".join(items[:2]) + "\n")
    assert [line["result"]["verdict"] for line in said if line["type"] == "answer"] == ["recorded", "recorded"]
    # The other PC has no server for a while: what it scans waits on its disk, in a spool of its own.
    away = {**two, "HOSO_SERVER": "https://127.0.0.1:1"}
    run(away, "manifest", "scan", manifest["id"], "--drain", "0", text="\n".join(items[2:]) + "\n", status=75)
    (whole,) = run(one, "manifest", "show", manifest["id"])
    assert whole["lines_count"] == 2
    said = run(two, "manifest", "scan", manifest["id"])
    assert [line["scan"]["code"] for line in said if line["type"] == "answer"] == items[2:]
    run(one, "manifest", "undo", manifest["id"], items[3])
    (whole,) = run(two, "manifest", "show", manifest["id"])
    assert [line["counts"] for line in whole["lines"]] == [True, True, True, False]
    shown = hoso({**one, "LANGUAGE": "vi"}, "manifest", "show", manifest["id"], "--lang", "vi").stdout.decode()
    assert items[3] in shown.split("\n", 5)[-1], "what is here for them and not on it is named"
    run(one, "manifest", "close", manifest["id"], "--name", "Bình", status=65)
    (closed,) = run(one, "manifest", "close", manifest["id"], "--officer", "officer", "--officer-password-file",
                    one["PASSWORD"], "--minutes", "BB-12")
    assert closed["state"] == "closed" and closed["signature"]["account"] == "officer"
    assert run(one, "me")[0]["account"] == "clerk", "the clerk's own session is still there"
    (seal,) = run(two, "verify", "--manifest", manifest["id"])
    assert seal["whole"] and seal["hash"] == closed["hash"]
    paper = tmp_path / "minutes.pdf"
    run(one, "manifest", "print", manifest["id"], "-o", paper)
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    assert closed["hash"] in "".join(text.split()) and "BB-12" in text and "Đủ" in text
    assert all(item in text.replace(" ", "") for item in items[:3]) and items[3] not in text.replace(" ", "")


def test_the_queue_has_what_waits_for_manifests_too(world, device, tmp_path):
    clerk = device("clerk")
    away = {**clerk, "HOSO_SERVER": "https://127.0.0.1:1"}
    first, second, loose = take_in(world, 3)
    bags = [run(clerk, "manifest", "open", "--kind", "bag", "--next-office", "KT2", "--label", f"Q-{n}")[0]["id"] for n in (1, 2)]
    run(clerk, "manifest", "scan", bags[0])  # a spool with nothing in it is nothing to tell
    assert run(clerk, "queue") == []
    run(away, "scan", "--kind", "arrived", "--drain", "0", text=loose + "\n", status=75)
    run(away, "manifest", "scan", bags[0], "--drain", "0", text=first + "\n", status=75)
    run(away, "manifest", "scan", bags[1], "--drain", "0", text=second + "\n", status=75)
    wanted = [(loose, None, "unsent")] + sorted(zip((first, second), bags, ("unsent",) * 2), key=lambda row: row[1])
    assert [(line["scan"]["code"], line["manifest"], line["state"]) for line in run(away, "queue")] == wanted
    told = hoso({**away, "LANGUAGE": "vi"}, "queue", "--lang", "vi").stdout.decode().splitlines()
    assert len(told) == 3 and all("chưa gửi" in line for line in told)
    assert all(f"bảng kê {bag}" in " ".join(told) for bag in bags) and "bảng kê" not in told[0]
    run(away, "queue", "export", tmp_path / "queue.ndjson")
    exported = [json.loads(line) for line in (tmp_path / "queue.ndjson").read_text().splitlines()]
    assert [(line["scan"]["code"], line["manifest"]) for line in exported] == [row[:2] for row in wanted]
    run(away, "queue", "send", "--drain", "1", status=75)
    assert len(run(away, "queue")) == 3, "nothing is dropped"
    answers = {line["scan"]["code"]: line for line in run(clerk, "queue", "send") if line["type"] == "answer"}
    assert set(answers) == {loose, first, second}
    assert run(clerk, "queue") == []
    for bag, item in zip(bags, (first, second)):
        (whole,) = run(clerk, "manifest", "show", bag)
        assert [line["item_code"] for line in whole["lines"]] == [item], "each onto its own"


def test_a_seal_that_does_not_hold_is_told(world, device):
    clerk = device("clerk")
    (item,) = take_in(world, 1)
    (manifest,) = run(clerk, "manifest", "open", "--kind", "route", "--courier", "courier")
    run(clerk, "verify", "--manifest", manifest["id"], status=65)
    run(clerk, "manifest", "scan", manifest["id"], text=item + "\n")
    run(clerk, "manifest", "close", manifest["id"])
    assert run(clerk, "verify", "--manifest", manifest["id"])[0]["whole"]
    world.running.sql("ALTER TABLE manifest_line DISABLE TRIGGER ALL")
    world.running.sql("UPDATE manifest_line SET note = 'khác' WHERE manifest_id = %s::uuid", manifest["id"])
    world.running.sql("ALTER TABLE manifest_line ENABLE TRIGGER ALL")
    assert not run(clerk, "verify", "--manifest", manifest["id"], status=65)[0]["whole"]


def test_open_list_cancel(world, device):
    clerk = device("clerk")
    (manifest,) = run(clerk, "manifest", "open", "--kind", "bag", "--next-office", "KT2", "--label", "T-1")
    assert manifest["id"] in [row["id"] for row in run(clerk, "manifest", "list", "--state", "open", "--kind", "bag")]
    (cancelled,) = run(clerk, "manifest", "cancel", manifest["id"], "--reason", "lập nhầm")
    assert cancelled["state"] == "cancelled"
    run(clerk, "manifest", "open", status=64)


def read(environment, *words, text=""):
    """What a clerk reads, in Vietnamese."""
    said = hoso({**environment, "LANGUAGE": "vi"}, *words, "--lang", "vi", text=text)
    assert said.returncode == 0, said.stderr.decode()
    return said.stdout.decode()


def test_what_is_read_has_no_words_of_the_wire(world, device):
    one, other = device("clerk"), device("clerk1b")
    (item,) = take_in(world, 1, fee=64000, postage=26000)
    held = read(one, "money", "held")
    assert "26.000 đ" in held and "26000" not in held
    hand_in = read(one, "money", "hand-in")
    assert "chờ người nhận" in hand_in and "offered" not in hand_in and "26.000 đ" in hand_in
    received = read(other, "money", "receive", hand_in.split()[0])
    assert "đã nhận" in received and "received" not in received
    (manifest,) = run(one, "manifest", "open", "--kind", "remittance", "--agency", "KT.A1")
    assert "chưa đóng" in read(one, "manifest", "show", manifest["id"])
    scanned = read(one, "manifest", "scan", manifest["id"], "-d", "money_kind=fee", "-d", "amount=64000", text=item + "\n")
    assert scanned.count("Vào bảng kê") == 2 and "Ghi chú" not in scanned
    closed = read(one, "manifest", "close", manifest["id"], "--name", "Bình", "--unit", "Một cửa", "--minutes", "NP-3")
    assert "đã ký, đã đóng" in closed and "phí, lệ phí 64.000 đ" in closed and "64000" not in closed and "closed" not in closed


def test_what_the_officer_signed_on_their_screen_closes_it(world, device, tmp_path):
    clerk = device("clerk")
    items = take_in(world, 2)
    (manifest,) = run(clerk, "manifest", "open", "--kind", "handover_in", "--agency", "KT.A1")
    run(clerk, "manifest", "scan", manifest["id"], text=items[0] + "\n")
    consent = {"id": uuid7(), "revision": run(clerk, "manifest", "show", manifest["id"])[0]["revision"]}
    assert world.person("officer").post(f"/v1/manifests/{manifest['id']}/consents", consent).status_code == 201
    assert "cơ quan đã ký: " in read(clerk, "manifest", "show", manifest["id"])
    run(clerk, "manifest", "scan", manifest["id"], text=items[1] + "\n")
    assert "cần ký lại" in read(clerk, "manifest", "show", manifest["id"])
    run(clerk, "manifest", "close", manifest["id"], "--minutes", "BB-31", status=65)  # not what they signed
    assert run(clerk, "manifest", "show", manifest["id"])[0]["state"] == "open"
    consent = {"id": uuid7(), "revision": run(clerk, "manifest", "show", manifest["id"])[0]["revision"]}
    assert world.person("officer").post(f"/v1/manifests/{manifest['id']}/consents", consent).status_code == 201
    (closed,) = run(clerk, "manifest", "close", manifest["id"], "--minutes", "BB-31")
    assert closed["signature"]["account"] == "officer" and closed["lines_count"] == 2
    left = [path.name for path in pathlib.Path(clerk["HOSO_STATE"]).rglob("spool-*")]
    assert left == [], "nothing waits, so nothing is left"


def test_money_at_the_end_of_the_day(world, device):
    clerk, other = device("clerk"), device("clerk1b")
    take_in(world, 1, fee=1000, postage=500)
    mine = [row for row in run(clerk, "money", "held") if row["person"] and row["person"]["account"] == "clerk"]
    assert {row["kind"] for row in mine} == {"fee", "postage"}
    (offered,) = run(clerk, "money", "hand-in")
    assert {line["kind"]: line["amount"] for line in offered["lines"]} == {row["kind"]: row["held"] for row in mine}
    (received,) = run(other, "money", "receive", offered["id"])
    assert received["state"] == "received"
    assert [row for row in run(clerk, "money", "held") if row["person"] and row["person"]["account"] == "clerk"] == []
    today = subprocess.run(["date", "+%F"], env={"TZ": "Asia/Ho_Chi_Minh", "PATH": os.environ["PATH"]},
                           capture_output=True, text=True, check=True).stdout.strip()
    run(clerk, "money", "close", today, "--fee", "0", status=64)
    rows = run(clerk, "money", "close", today, "--fee", "0", "--postage", "0", "--collect", "0")
    assert [row["difference"] for row in rows] == [0, 0, 0]
    assert len(run(clerk, "money", "days")) == 3 and json.dumps(rows)

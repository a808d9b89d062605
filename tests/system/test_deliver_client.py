"""hoso deliver, from outside: asked at the terminal, kept before it is confirmed, pictures sent apart and to the end."""

import hashlib
import json
import os
import pathlib
import secrets
import signal
import subprocess

import pexpect
import pytest

from lib import wait
from lib.api import scan, uuid7
from lib.client import HOSO, hoso, json_lines, needs_hoso
from lib.office import Office
from lib.oracle import Oracle
from lib.sim import PortalSim
from lib.standalone import Standalone

pytestmark = needs_hoso
PNG = b"\x89PNG\r\n\x1a\n"
SHOWN = ["-d", "recipient=Nguyễn Văn An", "-d", "relation=self", "-d", "id_kind=cccd", "-d", "id_last4=0123"]


@pytest.fixture(scope="module")
def office(contract):
    portal = PortalSim(()).start()
    with Standalone() as running:
        made = Office(running, contract, portal)
        yield made
        damage = Oracle(running).damage()
        made.close()
        portal.close()
        damage.must_be_none()


@pytest.fixture
def seat(office, tmp_path):
    """The environment of a signed-in courier."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"),
                   "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": office.hosod.url,
                   "HOSO_CA": str(office.running.ca), "LANG": "vi", "TERM": "xterm"}
    return sign_in(office, environment, tmp_path, "courier")


def sign_in(office, environment, tmp_path, login):
    password = tmp_path / f"password-{login}"
    password.write_text(office.world.password + "\n")
    done = hoso(environment, "login", login, "--password-file", password)
    assert done.returncode == 0, done.stderr.decode()
    return environment


def picture(folder, size=300_000):
    content = PNG + secrets.token_bytes(size)
    path = folder / "signature.png"
    path.write_bytes(content)
    return path, content, hashlib.sha256(content).hexdigest()


def queued(environment):
    """The pictures that wait."""
    return sorted(path.name for path in pathlib.Path(environment["HOSO_STATE"]).glob("**/proofs/*"))


def answer(output):
    (line,) = [line for line in json_lines(output) if line["type"] == "answer"]
    return line


def test_a_delivery_goes_first_and_its_picture_behind_it(office, seat, tmp_path):
    item = office.out(collect=30000, reclaim=["Giấy phép cũ"])
    path, content, sha256 = picture(tmp_path)
    pin = office.person("clerk").post(f"/v1/items/{item}/pin", {"request_id": uuid7()}).json()["pin"]
    done = hoso(seat, "deliver", item, *SHOWN, "-d", "collected=30000", "-d", "reclaimed=Giấy phép cũ:taken", "-d",
                f"pin={pin}", "-d", "position=10.3459871,107.0842468", "--signature", path, "--json")
    assert done.returncode == 0, done.stderr.decode()
    said = answer(done.stdout)
    assert said["result"]["leg_state"] == "delivered"
    assert said["scan"]["data"]["signature"] == sha256 and said["scan"]["data"]["pin"] == "******"
    assert pin not in done.stdout.decode() and "10.3459" not in done.stdout.decode()
    assert queued(seat) == []
    assert office.person("clerk").get(f"/v1/proofs/{sha256}").content == content


def test_what_is_missing_is_said_before_anything_is_stored(office, seat):
    item = office.out()
    done = hoso(seat, "deliver", item, "-d", "recipient=An", "--json")
    assert done.returncode != 0 and "relation" in done.stderr.decode()
    assert office.leg(item)["state"] == "out_for_delivery"
    for arguments in (["deliver"], ["deliver", "fail", item], ["deliver", "invite"]):
        assert hoso(seat, *arguments).returncode == 64


def test_a_terminal_is_asked_only_for_what_is_due(office, seat, tmp_path):
    item = office.out(collect=30000, reclaim=["Sổ cũ"])
    pin = office.person("clerk").post(f"/v1/items/{item}/pin", {"request_id": uuid7()}).json()["pin"]
    terminal = pexpect.spawn(str(HOSO), ["deliver", item], env=seat, encoding="utf-8", timeout=20, dimensions=(40, 200))
    for asked, typed in (("nhận: ", "Trần Thị Bé"), ("Là ai: ", "2"), ("ủy quyền: ", "UQ-9"), ("Giấy tờ xuất trình: ", "1"),
                         ("ký tự cuối: ", "0123"), ("30000 đồng", "20000"), ("Vì sao", "trả thiếu, hẹn nộp"),
                         ("Sổ cũ: ", "2"), ("PIN", pin)):
        terminal.expect_exact(asked)
        terminal.sendline(typed)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0, terminal.before
    assert pin not in terminal.before
    assert office.leg(item)["state"] == "delivered"
    (data,) = office.running.sql("SELECT data::text FROM event WHERE item_code = %s AND kind = 'delivered'", item)[0]
    data = json.loads(data)
    assert data["reclaimed"] == [{"name": "Sổ cũ", "state": "lost"}] and data["authorisation"] == "UQ-9"


def test_a_failure_shows_what_comes_next_and_can_be_undone(office, seat, tmp_path):
    item = office.out()
    done = hoso(seat, "deliver", "fail", item, "b1")
    assert done.returncode == 0, done.stderr.decode()
    assert "Phát lại" in done.stdout.decode() and "từ" in done.stdout.decode()
    assert office.leg(item)["state"] == "attempt_failed"
    shown = hoso(seat, "deliver", "next", item)
    assert "Phát lại" in shown.stdout.decode()
    undone = hoso(seat, "deliver", "undo", item)
    assert undone.returncode == 0, undone.stderr.decode()
    assert office.leg(item)["state"] == "out_for_delivery"
    assert hoso(seat, "deliver", "undo", item).returncode == 66
    wrong = hoso(seat, "deliver", "fail", item, "B8", "--json")
    assert wrong.returncode == 65 and answer(wrong.stdout)["result"]["why"] == "reason_agency_only"


def test_an_invitation_is_written_by_a_clerk_and_a_pin_is_told(office, seat, tmp_path):
    item = office.out()
    office.fail(item, 0, "A3")
    clerk = sign_in(office, {**seat, "HOSO_STATE": str(tmp_path / "clerk")}, tmp_path, "clerk")
    done = hoso(clerk, "deliver", "invite", item, "-d", "channel=giấy mời", "-d", "due_on=2027-12-31", "--json")
    assert answer(done.stdout)["result"]["next"]["action"] in ("wait", "invite")
    office.take("clerk", scan("redirected", item, receiver={"name": "Lê Người Mới", "address": "9 Trần Phú"},
                              requester="Người nhận"))
    pdf = tmp_path / "invitation.pdf"
    printed = hoso(clerk, "paper", "invitation", item, "-o", pdf)
    assert printed.returncode == 0, printed.stderr.decode()
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, timeout=30).stdout.decode()
    for words in ("(Lần thứ 1)", "giấy mời", "31/12/2027", "Lê Người Mới", "9 Trần Phú"):
        assert words in text, text
    told = hoso(clerk, "deliver", "pin", item, "--json")
    assert len(json.loads(told.stdout)["pin"]) == 6
    assert hoso(seat, "deliver", "pin", item).returncode != 0


def test_a_delivery_offline_waits_on_the_device_with_its_picture(office, seat, tmp_path):
    item = office.out()
    path, content, sha256 = picture(tmp_path, 600_000)
    office.hosod.kill()
    done = hoso(seat, "deliver", item, *SHOWN, "--photo", path, "--drain", "1", "--json")
    assert done.returncode == 75, done.stderr.decode()
    assert queued(seat) == [sha256]
    office.hosod.start()
    assert hoso(seat, "queue", "send", "--drain", "20").returncode == 0
    assert office.leg(item)["state"] == "delivered"
    # Half of it is there already: the rest goes on from there, whoever was killed meanwhile.
    office.person("courier").request("PUT", f"/v1/proofs/{sha256}", content=content[:262144], headers={
        "content-type": "image/png", "content-range": f"bytes 0-262143/{len(content)}"})
    os.kill(office.hosod.pid, signal.SIGSTOP)
    sending = subprocess.Popen([HOSO, "deliver", "proof"], env=seat, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait.until(lambda: sending.poll() is None, 5, "a sender that waits")
    sending.kill()
    sending.wait(10)
    os.kill(office.hosod.pid, signal.SIGCONT)
    assert queued(seat) == [sha256]
    done = hoso(seat, "deliver", "proof")
    assert done.returncode == 0, done.stderr.decode()
    assert queued(seat) == [] and office.person("clerk").get(f"/v1/proofs/{sha256}").content == content


def test_what_is_no_picture_never_gets_into_the_queue(office, seat, tmp_path):
    page, large = tmp_path / "page.png", tmp_path / "large.png"
    page.write_text("<html>" * 10)
    large.write_bytes(PNG + bytes(2 * 1024 * 1024))
    assert hoso(seat, "deliver", "proof", page).returncode == 65
    assert hoso(seat, "deliver", "proof", large).returncode == 65
    assert hoso(seat, "deliver", "proof", tmp_path / "none.png").returncode != 0
    assert queued(seat) == []
    path, _, sha256 = picture(tmp_path)
    done = hoso(seat, "deliver", "proof", path, "--json")
    assert json_lines(done.stdout)[0]["sha256"] == sha256

"""The verbs of hoso that ask the server something, signing in, and the language it speaks."""

import hashlib
import json
import os
import pathlib
import re
import subprocess

import pexpect
import pytest

from lib import places
from lib.api import s10
from lib.client import HOSO, PASSWORD, environment, hoso, json_lines, needs_hoso, server, signed_in
from lib.fake_server import FakeServer

pytestmark = needs_hoso


# --- signing in

def test_login_keeps_the_token_for_the_user_alone(signed_in, server):
    session = pathlib.Path(signed_in["HOSO_STATE"]) / "session"
    assert session.stat().st_mode & 0o777 == 0o600
    assert server.token in session.read_text()
    assert PASSWORD not in session.read_text()
    server.routes["GET", "/v1/me"] = 200, {
        "account": "thu.ngan", "name": "Ổn", "role": "clerk", "office": {"code": "790100", "name": "Vũng Tàu"}}
    assert "790100" in hoso(signed_in, "me").stdout.decode()


def test_a_wrong_password_is_said_so(environment, tmp_path):
    (tmp_path / "password").write_text("sai mật khẩu rồi\n")
    result = hoso(environment, "login", "thu.ngan", "--password-file", tmp_path / "password")
    assert result.returncode == 77
    assert "Sai tài khoản hoặc mật khẩu" in result.stderr.decode()
    assert not (pathlib.Path(environment["HOSO_STATE"]) / "session").exists()


def test_the_password_is_asked_without_showing_it(environment):
    child = pexpect.spawn(str(HOSO), ["login", "thu.ngan"], env=environment, encoding="utf-8", timeout=20)
    child.expect("Mật khẩu: ")
    child.sendline(PASSWORD)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert PASSWORD not in child.before


def test_the_token_goes_to_no_other_server(signed_in, server, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    other = FakeServer(folder)
    other.start()
    result = hoso({**signed_in, "HOSO_SERVER": other.url, "HOSO_CA": str(other.certificate)}, "me")
    other.stop()
    assert result.returncode == 77
    assert other.requests and server.token not in str(other.requests)


def test_one_connection_serves_many_questions(signed_in, server):
    server.routes["GET", "/v1/dossiers"] = 200, {"items": [{"id": "501"}] * 5, "next": None}
    server.routes["GET", "/v1/dossiers/501"] = 200, dossier_with_events(1)
    before = server.accepted
    assert hoso(signed_in, "verify", "--all").returncode == 0
    assert server.accepted == before + 1


def test_an_unknown_certificate_is_not_trusted(signed_in, server):
    seen = len(server.requests)
    signed_in.pop("HOSO_CA")
    result = hoso({**signed_in, "HOSO_CA": "/etc/hostname"}, "me")
    assert result.returncode == 69
    assert len(server.requests) == seen


def test_plain_http_is_refused(environment):
    assert hoso(environment, "--server", "http://127.0.0.1:1", "me").returncode == 78


# --- asking

def dossier_with_events(count):
    """A dossier as the API gives it, sealed by code of the test's own."""
    previous = bytes(32)
    events = []
    for dseq in range(1, count + 1):
        event = {
            "event_id": f"01900000-0000-7000-8000-{dseq:012x}", "dseq": dseq, "item_code": s10(1),
            "kind": "arrived", "occurred_at": "2026-11-23T10:00:00.250+07:00",
            "recorded_at": "2026-11-23T03:00:01.007Z", "verdict": "recorded", "why": "ok", "leg_state": "arrived",
            "account": "thu.ngan", "account_id": "12", "actor": "Ổn", "role": "clerk", "office": "790100",
            "office_id": "3" if dseq < 3 else None, "device": "quầy-1", "data": {"seal": "S1", "note": "đủ"}}
        canonical = "".join(f"{value}\n" for value in (
            "hoso-event-1", event["event_id"], "501", dseq, event["item_code"], "arrived", 1795402800250,
            1795402801007, 12, "clerk", 3 if dseq < 3 else 0, "quầy-1", "recorded", "ok", "arrived",
            json.dumps(event["data"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))))
        previous = hashlib.sha256(previous + canonical.encode()).digest()
        if dseq == 3:
            del event["why"]  # nothing to say is the token "ok" in the chain
        events.append({**event, "hash": previous.hex()})
    return {"id": "501", "dossier_code": "H29-260916-0001", "agency": {"code": "H29", "name": "UBND"},
            "procedure": {"code": "1.001193", "name": "Khai sinh"}, "service": 3,
            "sender": {"name": "Nguyễn Văn A", "phone": "*******567"}, "receiver": {"name": "UBND"},
            "legs": [{"id": "9", "item_code": s10(1), "kind": "submit", "state": "arrived",
                      "state_at": "2026-11-23T03:00:00.250Z", "gaps": 1, "conflicts": 0}], "events": events}


def test_show_tells_a_dossier(signed_in, server):
    server.routes["GET", "/v1/dossiers/03706%2F2026%2F07906"] = 200, dossier_with_events(2)
    result = hoso(signed_in, "show", "03706/2026/07906")
    assert result.returncode == 0, result.stderr.decode()
    output = result.stdout.decode()
    for word in ("H29-260916-0001", "Nguyễn Văn A", "Đã đến bưu cục", "23/11/2026 10:00:00", s10(1)):
        assert word in output
    assert json.loads(hoso(signed_in, "show", "--json", "03706/2026/07906").stdout)["id"] == "501"


@pytest.mark.parametrize("clock, words", [
    ({"offset_s": 425, "corrected_at": "2026-11-23T02:12:00.000Z"}, "đồng hồ máy nhanh 7 phút; theo giờ máy chủ là 23/11/2026 09:12:00"),
    ({"offset_s": -86400, "corrected_at": None}, "đồng hồ máy chậm 1440 phút; giờ đúng lúc đó không rõ")])
def test_show_tells_that_a_clock_was_off(signed_in, server, clock, words):
    dossier = dossier_with_events(2)
    dossier["events"][0]["device_clock"] = clock
    server.routes["GET", "/v1/dossiers/03706%2F2026%2F07906"] = 200, dossier
    output = hoso(signed_in, "show", "03706/2026/07906").stdout.decode()
    assert words in output and output.count("đồng hồ máy") == 1


def test_show_of_nothing_says_so(signed_in):
    result = hoso(signed_in, "show", "KHONGCO1")
    assert result.returncode == 65
    assert "Không tìm thấy" in result.stderr.decode()


def test_list_follows_the_pages_only_when_asked(signed_in, server):
    wanted = {"state": "held", "late": True, "text": "đào"}
    first = {"items": [{"id": "1", "dossier_code": None, "sender": {"name": "A\x1b[31m"}}], "next": "c/2"}
    second = {"items": [{"id": "2"}], "next": None}
    server.routes["POST", "/v1/dossiers/search"] = 200, (
        lambda body: {json.dumps(wanted): first, json.dumps({**wanted, "cursor": "c/2"}): second}[json.dumps(body)])
    arguments = ["list", "--state", "held", "--late", "--text", "đào", "--json"]
    assert [line["id"] for line in json_lines(hoso(signed_in, *arguments).stdout)] == ["1"]
    assert [line["id"] for line in json_lines(hoso(signed_in, *arguments, "--all").stdout)] == ["1", "2"]
    assert b"\x1b" not in hoso(signed_in, "list", "--state", "held", "--late", "--text", "đào").stdout


def test_verify_believes_a_whole_chain_only(signed_in, server):
    dossier = dossier_with_events(3)
    server.routes["GET", "/v1/dossiers/501"] = 200, dossier
    server.routes["GET", "/v1/dossiers"] = 200, {"items": [{"id": "501"}], "next": None}
    assert hoso(signed_in, "verify", "501").returncode == 0
    assert hoso(signed_in, "verify", "--all").returncode == 0
    changes = {
        "event_id": "01900000-0000-7000-8000-0000000000ff", "item_code": s10(2), "kind": "delivered",
        "occurred_at": "2026-11-23T03:00:00.251Z", "recorded_at": "2026-11-23T03:00:01.008Z", "account_id": "13",
        "role": "courier", "office_id": "4", "device": "quầy-2", "verdict": "late", "why": "busy",
        "leg_state": "held", "data": {"seal": "S2", "note": "đủ"}, "dseq": 7, "hash": "00" * 32}
    for member, value in changes.items():
        forged = json.loads(json.dumps(dossier))
        assert forged["events"][1][member] != value
        forged["events"][1][member] = value
        server.routes["GET", "/v1/dossiers/501"] = 200, forged
        assert hoso(signed_in, "verify", "501").returncode == 65, member
    for kept in (dossier["events"][1:], dossier["events"][:1] + dossier["events"][2:], []):
        server.routes["GET", "/v1/dossiers/501"] = 200, {**dossier, "events": kept}
        assert hoso(signed_in, "verify", "501").returncode == 65
    # The API tells events in the order of time; the chain is in the order of recording.
    server.routes["GET", "/v1/dossiers/501"] = 200, {**dossier, "events": dossier["events"][::-1]}
    assert hoso(signed_in, "verify", "501").returncode == 0


def test_a_step_says_what_the_clock_shows_beside_its_time(signed_in, server):
    server.routes["POST", "/v1/dossiers/H29-1/steps"] = 200, {"dossier_code": "H29-1", "verdict": "recorded", "status": "processing"}
    assert hoso(signed_in, "step", "H29-1", "result_ready", "--data", "result_kind=Giấy phép", "--at", "2026-11-23T03:00:00Z").returncode == 0
    (said,) = server.device_times
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said), said
    assert server.requests[-1][2]["occurred_at"] == "2026-11-23T03:00:00Z"


def counts_of_the_portal(state="open", since=None, by=None, waiting=0):
    oldest = {"id": "5", "dossier_code": None, "item_code": s10(1), "kind": "arrived", "created_at": "2026-11-28T00:10:00.000Z",
              "age_s": 2_850, "last_error": None, "answer": None}
    none = {"count": 0, "oldest": None}
    return {"waiting": {"count": waiting, "oldest": oldest if waiting else None}, "blocked": none, "dead": none, "partial": waiting > 1000,
            "road": {"state": state, "daemons": 2, "closed_since": since, "closed_by": by}}


@pytest.mark.parametrize("counts, says", [
    (counts_of_the_portal(), "chờ gửi 0, kẹt sau dòng lỗi 0, lỗi 0; đường lên cổng đang mở"),
    (counts_of_the_portal("closed", "2026-11-28T00:30:00.000Z", "portal_paused", 2001),
     "chờ gửi 2001+ (từ 28/11/2026 07:10:00, 47 phút), kẹt sau dòng lỗi 0+, lỗi 0+; đường lên cổng đang ĐÓNG từ 28/11/2026 07:30:00: "),
    (counts_of_the_portal("unknown"), "KHÔNG RÕ"), (counts_of_the_portal("none"), "chưa khai báo cổng"),
    (counts_of_the_portal("partly", "2026-11-28T00:30:00.000Z", "portal_later"), "có máy chủ thấy đường lên cổng ĐÓNG từ ")])
def test_outbox_says_how_the_road_is_above_its_lines(signed_in, server, counts, says):
    server.routes["GET", "/v1/outbox"] = 200, {"items": [], "next": None}
    server.routes["GET", "/v1/outbox/counts"] = 200, counts
    assert says in hoso(signed_in, "outbox").stdout.decode().splitlines()[0]
    assert hoso(signed_in, "outbox", "--json").stdout == b"", "each line is one of the outbox"
    assert json_lines(hoso(signed_in, "outbox", "--counts", "--json").stdout) == [counts]
    del server.routes["GET", "/v1/outbox/counts"]
    assert hoso(signed_in, "outbox").returncode != 0, "what is not known is not passed over"


def test_outbox_and_admin_say_what_they_mean(signed_in, server, tmp_path):
    server.routes["GET", "/v1/outbox"] = 200, {"items": [
        {"id": "5", "event_id": "x", "dossier_code": "H29-1", "item_code": s10(1), "dseq": 1, "kind": "arrived",
         "state": "dead", "attempts": 3, "next_at": None, "last_error": "portal_never", "answer": "400"}], "next": None}
    server.routes["GET", "/v1/outbox/counts"] = 200, counts_of_the_portal()
    assert "portal_never" in hoso(signed_in, "outbox").stdout.decode()
    orders = [
        (["outbox", "retry", "5"], "POST", "/v1/outbox/5/retry", None),
        (["outbox", "skip", "5", "--reason", "trùng"], "POST", "/v1/outbox/5/skip", {"reason": "trùng"}),
        (["admin", "account", "disable", "a/b"], "POST", "/v1/accounts/a%2Fb/disable", None),
        (["admin", "account", "reset", "an", "--password-file", tmp_path / "new"], "POST",
         "/v1/accounts/an/password", {"password": "một mật khẩu mới"}),
        (["admin", "account", "add", "an", "--name", "An", "--role", "clerk", "--office", "790100",
          "--password-file", tmp_path / "new"], "POST", "/v1/accounts",
         {"account": "an", "name": "An", "role": "clerk", "office": "790100", "password": "một mật khẩu mới"}),
        (["devices", "end", "an", "máy ở quầy"], "POST", "/v1/devices/end", {"account": "an", "device": "máy ở quầy"}),
        (["devices", "end", "an", ""], "POST", "/v1/devices/end", {"account": "an", "device": None}),
        (["admin", "catalogue", "import", tmp_path / "catalogue.json"], "PUT", "/v1/catalogue",
         {"offices": [], "agencies": [], "procedures": []})]
    (tmp_path / "new").write_text("một mật khẩu mới\n")
    (tmp_path / "catalogue.json").write_text('{"offices":[],"agencies":[],"procedures":[]}')
    for arguments, method, path, body in orders:
        server.routes[method, path] = 200, {}
        result = hoso(signed_in, *arguments)
        assert result.returncode == 0, (arguments, result.stderr.decode())
        assert server.requests[-1] == (method, path, body)
    for wrong in (["outbox", "skip", "5"], ["outbox", "drop"], ["admin"], ["admin", "account", "add", "an"],
                  ["admin", "account", "disable"], ["devices", "end", "an"], ["devices", "drop"], ["nonsense"], []):
        assert hoso(signed_in, *wrong).returncode == 64, wrong


def test_devices_tells_who_is_signed_in_on_what(signed_in, server):
    row = {"account": "an", "name": "An", "role": "courier", "office": {"code": "790100", "name": "BC"}, "agency": None, "device": "máy\x1b[31m 1",
           "signed_in_at": "2026-11-28T00:10:00.000Z", "seen_at": "2026-11-28T01:20:00.000Z", "expires_at": "2026-11-28T12:10:00.000Z",
           "sessions": 1, "clock_offset_ms": -425_000}
    server.routes["GET", "/v1/devices"] = 200, {"items": [row, {**row, "account": "binh", "device": None, "clock_offset_ms": 299_000}], "next": "c/2"}
    told = hoso(signed_in, "devices").stdout.decode()
    assert "\x1b" not in told and "07:10:00" in told and "08:20:00; đồng hồ máy chậm 7 phút" in told, told
    assert "(không có tên)" in told and told.count("đồng hồ") == 1, "up to five minutes nobody is told"
    assert [line["account"] for line in json_lines(hoso(signed_in, "devices", "--json").stdout)] == ["an", "binh"]
    for ended, says in ((2, "vẫn nằm trên máy"), (0, "không đăng nhập trên máy đó")):
        answer = {"account": "an", "device": "máy 1", "ended": ended}
        server.routes["POST", "/v1/devices/end"] = 200, answer
        assert says in hoso(signed_in, "devices", "end", "an", "máy 1").stdout.decode()
        assert json_lines(hoso(signed_in, "devices", "end", "an", "máy 1", "--json").stdout) == [answer]


# --- language

def test_vietnamese_unless_english_is_asked_for(environment):
    vietnamese = hoso(environment, "--help").stdout.decode()
    assert "Theo dõi hồ sơ" in vietnamese
    for variables, arguments in (({"LANG": "en_US.UTF-8"}, []), ({}, ["--lang", "en"]), ({"LC_ALL": "en"}, [])):
        assert "Track administrative dossiers" in hoso({**environment, **variables}, *arguments, "--help").stdout.decode()
    assert "Theo dõi" in hoso({**environment, "LANG": "vi_VN"}, "--help").stdout.decode()


def test_every_text_is_translated():
    catalogue = places.ROOT / "po" / "vi.po"
    result = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", catalogue],
                            capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    assert result.returncode == 0, result.stderr
    assert "fuzzy" not in result.stderr and "untranslated" not in result.stderr
    assert int(re.search(r"(\d+) translated", result.stderr)[1]) > 100


def test_every_text_of_the_sources_is_in_the_catalogue(tmp_path):
    root = places.ROOT
    sources = (root / "po" / "POTFILES").read_text().split()
    marked = {str(path.relative_to(root)) for path in (root / "client").glob("*.c")
              if '_("' in path.read_text() or 'N_("' in path.read_text()}
    assert marked <= set(sources)
    subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "-o", tmp_path / "new.pot",
                    *sources], cwd=root, check=True)
    result = subprocess.run(["msgcmp", root / "po" / "vi.po", tmp_path / "new.pot"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr

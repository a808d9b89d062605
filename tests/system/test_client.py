"""The program hoso, from outside: nothing confirmed is ever lost, everything is sent once and in order."""

import hashlib
import json
import os
import pathlib
import random
import re
import signal
import subprocess

import pexpect
import pytest

from lib import places
from lib.fake_server import FakeServer

HOSO = places.HOSO
PASSWORD = "mật khẩu đủ dài 123"

pytestmark = pytest.mark.skipif(not HOSO.exists(), reason=f"{HOSO} is not built")


def s10(serial):
    digits = f"{serial:08d}"
    total = sum(weight * int(digit) for weight, digit in zip((8, 6, 4, 2, 3, 5, 9, 7), digits))
    check = 11 - total % 11
    return f"RR{digits}{ {10: 0, 11: 5}.get(check, check) }VN"


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    fake = FakeServer(folder)
    fake.start()
    yield fake
    if fake.server:
        fake.stop()


@pytest.fixture
def environment(tmp_path, server):
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": server.url,
            "HOSO_CA": str(server.certificate), "LANG": "C", "TERM": "xterm"}


def hoso(environment, *arguments, text="", timeout=60):
    return subprocess.run([HOSO, *arguments], input=text.encode(), env=environment, capture_output=True,
                          timeout=timeout)


@pytest.fixture
def signed_in(tmp_path, environment):
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    result = hoso(environment, "login", "thu.ngan", "--password-file", password)
    assert result.returncode == 0, result.stderr.decode()
    return environment


def json_lines(output):
    return [json.loads(line) for line in output.decode().splitlines()]


def stored_codes(output):
    return [line["code"] for line in json_lines(output) if line["type"] == "stored"]


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


def test_an_unknown_certificate_is_not_trusted(signed_in, server):
    seen = len(server.requests)
    signed_in.pop("HOSO_CA")
    result = hoso({**signed_in, "HOSO_CA": "/etc/hostname"}, "me")
    assert result.returncode == 69
    assert len(server.requests) == seen


def test_plain_http_is_refused(environment):
    assert hoso(environment, "--server", "http://127.0.0.1:1", "me").returncode == 78


# --- scanning

def test_scans_are_recorded_and_answered(signed_in, server):
    codes = [s10(i) for i in range(120)]
    result = hoso(signed_in, "scan", "--kind", "ARR", "--json", text="\n".join(codes))
    assert result.returncode == 0, result.stderr.decode()
    assert stored_codes(result.stdout) == codes
    assert server.codes() == codes
    assert server.posts == len(codes) and server.largest <= 50
    answers = [line for line in json_lines(result.stdout) if line["type"] == "answer"]
    assert [line["scan"]["code"] for line in answers] == codes
    assert all(line["result"]["verdict"] == "recorded" for line in answers)
    scan = next(iter(server.scans.values()))
    assert set(scan) == {"event_id", "code", "kind", "occurred_at", "data"} and scan["kind"] == "arrived"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\t", "\n\n"])
def test_every_terminator_of_a_scanner_ends_a_line(signed_in, server, end):
    codes = [s10(i) for i in range(5)]
    assert hoso(signed_in, "scan", "--kind", "ARR", text=end.join(codes) + end).returncode == 0
    assert server.codes() == codes


def test_a_misread_is_complained_about_and_not_stored(signed_in, server):
    bad = s10(12345678)[:-3] + "9VN"
    result = hoso(signed_in, "scan", "--kind", "ARR", text=f"{s10(1)}\n{bad}\nkhông phải mã\n\x1b]52;c;x\n")
    assert result.returncode == 65
    assert server.codes() == [s10(1)]
    output = result.stdout.decode()
    assert "Sai số kiểm tra" in output and output.count("KHÔNG LƯU") == 3
    assert "\x1b" not in output


def test_a_line_without_an_end_is_bounded(signed_in, server):
    result = hoso(signed_in, "scan", "--kind", "ARR", text="9" * 5_000_000 + "\n" + s10(1))
    assert result.returncode == 65
    assert server.codes() == [s10(1)]


def test_the_same_code_twice_in_a_row_is_one_scan(signed_in, server):
    result = hoso(signed_in, "scan", "--kind", "ARR", text=f"{s10(1)}\n{s10(1)}\n{s10(2)}\n{s10(1)}\n")
    assert result.returncode == 0
    assert server.codes() == [s10(1), s10(2)]


def test_wrong_usage_is_found_before_the_first_scan(signed_in, server):
    for arguments in (["--kind", "xyz"], [], ["--kind", "DSP"], ["--kind", "ARR", "-d", "nonsense=1"],
                      ["--kind", "ARR", "-d", "courier=1"], ["--kind", "FEE", "-d", "amount=12x"],
                      ["--kind", "DLF", "-d", "reason=OT"], ["--kind", "ARR", "--drain", "soon"]):
        assert hoso(signed_in, "scan", *arguments, text=s10(1)).returncode == 64, arguments
    assert not server.scans


def test_data_of_all_kinds_of_members_is_sent(signed_in, server, tmp_path):
    (tmp_path / "papers.json").write_text(json.dumps(
        {"papers": [{"name": "Đơn đề nghị", "original": 1, "certified": 0, "copy": 2}]}))
    result = hoso(signed_in, "scan", "--kind", "accepted", "--data-file", tmp_path / "papers.json",
                  "-d", "sender.name=Nguyễn Văn A", "-d", "sender.phone=0901234567", "-d", "receiver.name=UBND",
                  "-d", "agency=H29.1", "-d", "procedure=1.001193", "-d", "service=3", "-d", "fee=20000",
                  text=s10(7))
    assert result.returncode == 0, result.stderr.decode()
    data = next(iter(server.scans.values()))["data"]
    assert data["sender"] == {"name": "Nguyễn Văn A", "phone": "0901234567"}
    assert data["service"] == 3 and data["fee"] == 20000 and data["papers"][0]["copy"] == 2


def test_a_dossier_code_is_bound_to_the_item_beside_it(signed_in, server):
    text = f"{s10(1)}\nG01.899.909-260916-890028\n000.00.05.H06-210715-0001\n{s10(2)}\n" \
           f"{s10(3)} https://dvc.example.vn/?ma=H29-260916-0003\n"
    result = hoso(signed_in, "scan", "--kind", "BND", text=text)
    assert result.returncode == 0, result.stdout.decode()
    assert [(scan["code"], scan["data"]["dossier_code"]) for scan in server.scans.values()] == [
        (s10(1), "G01.899.909-260916-890028"), (s10(2), "000.00.05.H06-210715-0001"),
        (s10(3), "H29-260916-0003")]


def test_a_verdict_for_the_supervisor_ends_with_65(signed_in, server):
    server.judge = lambda scan: {"verdict": "unknown_item", "why": "not_accepted", "leg_state": "new"}
    result = hoso(signed_in, "scan", "--kind", "ARR", text=s10(1))
    assert result.returncode == 65
    assert "Bưu gửi lạ" in result.stdout.decode()


def test_a_rejected_scan_is_kept_with_the_servers_words(signed_in, server):
    bad = s10(3)
    server.judge = lambda scan: (
        {"error": "bad_member", "status": 422, "detail": "cột số 3", "member": "data"}
        if scan["code"] == bad else {"verdict": "recorded", "why": "ok", "leg_state": "arrived"})
    result = hoso(signed_in, "scan", "--kind", "ARR", text="\n".join(s10(i) for i in range(6)))
    assert result.returncode == 65
    queue = json_lines(hoso(signed_in, "queue", "--json").stdout)
    assert [line["scan"]["code"] for line in queue] == [bad]
    assert queue[0]["state"] == "rejected" and queue[0]["answer"]["detail"] == "cột số 3"
    assert "cột số 3" in hoso(signed_in, "queue").stdout.decode()


def test_one_poisonous_scan_does_not_hold_up_the_others(signed_in, server):
    bad = s10(37)
    server.judge = lambda scan: (
        {"whole_request": True, "error": "bad_json", "status": 400}
        if scan["code"] == bad else {"verdict": "recorded", "why": "ok", "leg_state": "arrived"})
    codes = [s10(i) for i in range(60)]
    result = hoso(signed_in, "scan", "--kind", "ARR", text="\n".join(codes))
    assert result.returncode == 65
    recorded = [code for code in codes if code != bad]
    # Scans that shared a request with it were judged before it was refused; none is lost or reordered.
    assert server.codes() == recorded
    assert [line["scan"]["code"] for line in json_lines(hoso(signed_in, "queue", "--json").stdout)] == [bad]


def test_a_busy_scan_is_sent_again(signed_in, server):
    turns = {}

    def judge(scan):
        turns[scan["code"]] = turns.get(scan["code"], 0) + 1
        if turns[scan["code"]] == 1 and scan["code"] == s10(2):
            return {"error": "busy", "status": 503}
        return {"verdict": "recorded", "why": "ok", "leg_state": "arrived"}

    server.judge = judge
    result = hoso(signed_in, "scan", "--kind", "ARR", text="\n".join(s10(i) for i in range(4)))
    assert result.returncode == 0, result.stderr.decode()
    assert turns[s10(2)] == 2 and turns[s10(1)] == 1


# --- without a server, and with a strange one

def test_without_a_server_everything_is_kept_and_sent_later(signed_in, server):
    codes = [s10(i) for i in range(70)]
    server.stop()
    result = hoso(signed_in, "scan", "--kind", "ARR", "--wait", "0", "--json", text="\n".join(codes))
    assert result.returncode == 75
    assert stored_codes(result.stdout) == codes and not server.scans
    assert hoso(signed_in, "queue").stdout.decode().count("chưa gửi") == len(codes)
    server.start()
    assert hoso(signed_in, "queue", "send").returncode == 0
    assert server.codes() == codes and server.posts == len(codes)
    assert hoso(signed_in, "queue").stdout == b""


def test_nobody_signed_in_loses_nothing(environment, server):
    result = hoso(environment, "scan", "--kind", "ARR", "--drain", "0", text=s10(1) + "\n")
    assert result.returncode == 75
    assert "Chưa đăng nhập" in result.stderr.decode()
    assert len(hoso(environment, "queue").stdout.splitlines()) == 1


def test_a_lost_answer_makes_no_second_scan(signed_in, server):
    server.lose_answers = 2
    codes = [s10(i) for i in range(10)]
    result = hoso(signed_in, "scan", "--kind", "ARR", text="\n".join(codes))
    assert result.returncode == 0, result.stderr.decode()
    assert server.codes() == codes and server.posts > len(codes)


@pytest.mark.parametrize("strange", [
    (200, "text/html", b"<html>Wi-Fi: please sign in</html>"), (200, "application/json", b"[]"),
    (200, "application/json", b'[{"event_id":"01900000-0000-7000-8000-000000000000","verdict":"recorded"}]'),
    (302, "text/html", b""), (403, "text/html", b"proxy"), (500, "text/plain", b"oops"), (204, "text/plain", b"")])
def test_what_only_looks_like_an_answer_settles_nothing(signed_in, server, strange):
    server.broken = strange
    result = hoso(signed_in, "scan", "--kind", "ARR", "--drain", "1", text=s10(1))
    assert result.returncode == 75
    assert len(hoso(signed_in, "queue").stdout.splitlines()) == 1
    server.broken = None
    assert hoso(signed_in, "queue", "send").returncode == 0
    assert server.codes() == [s10(1)]


def test_the_queue_can_be_carried_away(signed_in, server, tmp_path):
    server.stop()
    hoso(signed_in, "scan", "--kind", "ARR", "--drain", "0", text=f"{s10(1)}\n{s10(2)}")
    assert hoso(signed_in, "queue", "export", tmp_path / "queue.ndjson").returncode == 0
    exported = [json.loads(line) for line in (tmp_path / "queue.ndjson").read_text().splitlines()]
    assert [line["scan"]["code"] for line in exported] == [s10(1), s10(2)]
    assert (tmp_path / "queue.ndjson").stat().st_mode & 0o777 == 0o600
    assert hoso(signed_in, "queue", "export", tmp_path / "queue.ndjson").returncode == 74
    assert len(hoso(signed_in, "queue").stdout.splitlines()) == 2


def test_a_disk_that_takes_nothing_is_loud(signed_in, server):
    spool = pathlib.Path(signed_in["HOSO_STATE"]) / "spool"
    spool.mkdir(parents=True)
    (spool / "scans").symlink_to("/dev/full")
    result = hoso(signed_in, "scan", "--kind", "ARR", text=s10(1))
    assert result.returncode == 74
    assert "KHÔNG ĐƯỢC LƯU" in result.stderr.decode() and "ĐÃ LƯU" not in result.stdout.decode()
    assert not server.scans


# --- the counter, all day long

def start_counter(environment, *arguments):
    child = pexpect.spawn(str(HOSO), ["scan", "--kind", "ARR", "--json", *arguments], env=environment,
                          encoding="utf-8", timeout=60)
    child.delaybeforesend = None
    return child


STORED = re.compile(r'"type":"stored","event_id":"[^"]+","code":"([A-Z0-9]+)","kind":"arrived","unsent":([0-9]+)')


def test_a_thousand_scans_at_speed_arrive_in_order_while_the_server_comes_and_goes(signed_in, server):
    codes = [s10(i) for i in range(1000)]
    child = start_counter(signed_in, "--drain", "60")
    for start in range(0, 1000, 100):
        child.send("".join(code + "\r" for code in codes[start:start + 100]))
        for code in codes[start:start + 100]:
            child.expect(STORED)
            assert child.match[1] == code
        if start in (200, 600):
            server.stop()
        if start in (400, 800):
            assert int(child.match[2]) >= 200
            server.start()
    child.sendcontrol("d")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert server.codes() == codes


def test_a_kill_at_any_moment_keeps_every_confirmed_scan(signed_in, server):
    rounds = random.Random(20261123)
    confirmed = []
    serial = 0
    for _ in range(12):
        child = subprocess.Popen([HOSO, "scan", "--kind", "ARR", "--json"], env=signed_in,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        codes = [s10(serial + i) for i in range(80)]
        serial += len(codes)
        child.stdin.write("\n".join(codes).encode() + b"\n")
        child.stdin.flush()
        for _ in range(rounds.randrange(1, 80)):
            line = json.loads(child.stdout.readline())
            if line["type"] == "stored":
                confirmed.append(line["code"])
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
        # The last line may be cut; what it says in full was confirmed.
        confirmed += stored_codes(rest[:rest.rfind(b"\n") + 1])
        child.wait()
        child.stdin.close()
    assert hoso(signed_in, "queue", "send").returncode == 0
    assert len(confirmed) >= 12
    assert not set(confirmed) - set(server.codes())
    assert server.codes() == sorted(server.codes(), key=lambda code: code[2:10])
    assert len(set(server.codes())) == len(server.codes())


def test_two_counters_cannot_share_a_spool(signed_in):
    child = start_counter(signed_in)
    child.send(s10(1) + "\r")
    child.expect(STORED)
    second = hoso(signed_in, "scan", "--kind", "ARR", text=s10(2))
    assert second.returncode == 75
    assert b"stored" not in second.stdout
    assert hoso(signed_in, "queue").returncode == 0
    child.sendcontrol("d")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_an_interrupt_ends_politely_and_sets_the_terminal_back(signed_in, server):
    server.stop()
    shell = pexpect.spawn("/bin/sh", env={**signed_in, "PS1": "$ "}, encoding="utf-8", timeout=20)
    shell.sendline(f"{HOSO} scan --kind ARR; echo status=$?; stty -a")
    shell.expect("Ctrl-D")
    shell.send(s10(1) + "\r")
    shell.expect("ĐÃ LƯU")
    shell.sendintr()
    shell.expect("status=75")
    shell.expect(r"[^-]icanon")
    shell.expect(r"[ ]echo ")
    shell.close(force=True)


def test_backspace_takes_back_a_key(signed_in, server):
    child = start_counter(signed_in)
    child.expect("Ctrl-D")
    child.send(s10(1) + "9\x7f\r")
    child.expect(STORED)
    child.sendcontrol("d")
    child.expect(pexpect.EOF)
    assert server.codes() == [s10(1)]


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
            "office_id": "3", "device": "quầy-1", "data": {"seal": "S1", "note": "đủ"}}
        canonical = "".join(f"{value}\n" for value in (
            "hoso-event-1", event["event_id"], "501", dseq, event["item_code"], "arrived", 1795402800250,
            1795402801007, 12, "clerk", 3, "quầy-1", "recorded", "ok", "arrived",
            json.dumps(event["data"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))))
        previous = hashlib.sha256(previous + canonical.encode()).digest()
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


def test_show_of_nothing_says_so(signed_in):
    result = hoso(signed_in, "show", "KHONGCO1")
    assert result.returncode == 65
    assert "Không tìm thấy" in result.stderr.decode()


def test_list_follows_the_pages_only_when_asked(signed_in, server):
    server.routes["GET", "/v1/dossiers?state=held&late=true"] = 200, {
        "items": [{"id": "1", "dossier_code": None, "sender": {"name": "A\x1b[31m"}}], "next": "c/2"}
    server.routes["GET", "/v1/dossiers?state=held&late=true&cursor=c%2F2"] = 200, {"items": [{"id": "2"}], "next": None}
    arguments = ["list", "--state", "held", "--late", "--json"]
    assert [line["id"] for line in json_lines(hoso(signed_in, *arguments).stdout)] == ["1"]
    assert [line["id"] for line in json_lines(hoso(signed_in, *arguments, "--all").stdout)] == ["1", "2"]
    assert b"\x1b" not in hoso(signed_in, "list", "--state", "held", "--late").stdout


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
    for kept in (dossier["events"][1:], dossier["events"][:1] + dossier["events"][2:],
                 dossier["events"][::-1], []):
        server.routes["GET", "/v1/dossiers/501"] = 200, {**dossier, "events": kept}
        assert hoso(signed_in, "verify", "501").returncode == 65


def test_outbox_and_admin_say_what_they_mean(signed_in, server, tmp_path):
    server.routes["GET", "/v1/outbox"] = 200, {"items": [
        {"id": "5", "event_id": "x", "dossier_code": "H29-1", "item_code": s10(1), "dseq": 1, "kind": "arrived",
         "state": "dead", "attempts": 3, "next_at": None, "last_error": "portal_never", "answer": "400"}], "next": None}
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
                  ["admin", "account", "disable"], ["nonsense"], []):
        assert hoso(signed_in, *wrong).returncode == 64, wrong


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

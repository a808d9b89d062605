"""hoso scan and hoso queue, from outside: nothing confirmed is ever lost, all is sent once and in order."""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess

import pexpect
import pytest

from lib.api import s10
from lib.client import HOSO, environment, hoso, json_lines, needs_hoso, server, signed_in, stored_codes

pytestmark = needs_hoso


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


def test_an_input_method_does_not_change_a_code(signed_in, server):
    result = hoso(signed_in, "scan", "--kind", "ARR", text="Ê123456785VN\nÊ123456784VN\n")
    assert result.returncode == 65
    assert server.codes() == ["EE123456785VN"]
    assert "bộ gõ" in result.stderr.decode()


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
                  "-d", "receipt=BL-1", "-d", "payment=cash",
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
    assert len(set(server.device_times)) == len(server.device_times), "each try says what the clock shows then"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text) for text in server.device_times)


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
    assert any(words in result.stderr.decode() for words in ("No space left", "Không có đủ chỗ"))
    assert "KHÔNG ĐƯỢC LƯU" in result.stderr.decode() and "ĐÃ LƯU" not in result.stdout.decode()
    assert not server.scans


# --- pictures

needs_zint = pytest.mark.skipif(not shutil.which("zint"), reason="zint draws the labels")


def draw(path, symbology, text, height=20):
    subprocess.run(["zint", "-b", symbology, "--scale=3", f"--height={height}", "--border=20", "-o", path, "-d", text],
                   check=True)
    return path


@needs_zint
def test_pictures_of_labels_are_scans(signed_in, server, tmp_path):
    pictures = [draw(tmp_path / f"{i}.png", "CODE128", s10(i)) for i in (5, 6, 6)]
    result = hoso(signed_in, "scan", "--kind", "ARR", "--image", *pictures)
    assert result.returncode == 0, result.stdout.decode()
    assert server.codes() == [s10(5), s10(6), s10(6)]


@needs_zint
def test_a_picture_without_a_code_is_complained_about(signed_in, server, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    good = draw(tmp_path / "good.png", "CODE128", s10(5))
    result = hoso(signed_in, "scan", "--kind", "ARR", "--image", tmp_path / "broken.png", tmp_path / "no.png", good)
    assert result.returncode == 65
    assert result.stdout.decode().count("KHÔNG LƯU") == 2
    assert server.codes() == [s10(5)]


@needs_zint
@pytest.mark.skipif(not shutil.which("convert"), reason="ImageMagick puts two codes on one slip")
def test_a_slip_binds_its_own_two_codes(signed_in, server, tmp_path):
    label = draw(tmp_path / "label.png", "CODE128", s10(5))
    slip = draw(tmp_path / "slip.png", "QRCODE", "https://dvc.example.vn/?ma=H29-260916-0001")
    subprocess.run(["convert", label, slip, "-append", tmp_path / "both.png"], check=True)
    result = hoso(signed_in, "scan", "--kind", "BND", "--image", tmp_path / "both.png", label)
    # The second picture has only half of a pair, and must not take the other half from the first.
    assert result.returncode == 65, result.stdout.decode()
    assert [(scan["code"], scan["data"]) for scan in server.scans.values()] == [
        (s10(5), {"dossier_code": "H29-260916-0001"})]


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


# --- with the daemon itself

def test_hosod_has_every_scan_once_though_it_was_killed(tmp_path, own_standalone):
    standalone = own_standalone()
    account, password = standalone.first_supervisor()
    (tmp_path / "password").write_text(password + "\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"),
                   "HOSO_SERVER": standalone.url, "HOSO_CA": str(standalone.ca), "TERM": "xterm"}
    assert hoso(environment, "login", account, "--password-file", tmp_path / "password").returncode == 0
    assert account in hoso(environment, "me").stdout.decode()
    codes = [s10(i) for i in range(400)]
    child = start_counter(environment, "--drain", "60")
    for start in range(0, 400, 100):
        child.send("".join(code + "\r" for code in codes[start:start + 100]))
        for _ in range(100):
            child.expect(STORED)
        if start == 100:
            standalone.kill_hosod()
    child.sendcontrol("d")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 65  # nobody accepted these items: all are for the supervisor
    assert hoso(environment, "queue").stdout == b""
    assert hoso(environment, "verify", "--all").returncode == 0
    rows = standalone.sql("SELECT item_code, count(*) FROM event GROUP BY item_code")
    assert sorted(rows) == [(code, 1) for code in sorted(codes)]

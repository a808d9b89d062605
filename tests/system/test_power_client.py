"""
The power goes while `hoso scan` is at work: what was said to be saved is in the spool, and the spool goes on.

Beside it, what else a disk does to a spool: it rots, and it is full. See test_power.py; seed and length as there.
"""

import contextlib
import glob
import os
import pathlib
import re
import subprocess
import threading

import pytest

from lib import table, wait
from lib.api import s10
from lib.client import HOSO, PASSWORD, environment, hoso, json_lines, needs_hoso, server, signed_in, stored_codes
from lib.power_rig import LONG, SEED, dice, may_mount, rig, run

CUTS = 3 * LONG

pytestmark = [pytest.mark.slow, needs_hoso]

SAVED = re.compile(r"  ([A-Z0-9]{13})  .*ĐÃ LƯU")


class Counter:
    """`hoso scan` without a server: codes are scanned as fast as it takes them, and what it says is remembered."""

    def __init__(self, environment, first):
        self.saved, self.serial = [], first
        self.process = subprocess.Popen(
            [HOSO, "scan", "--kind", "ARR", "--drain", "0"], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._scan, self._listen)]
        for thread in self.threads:
            thread.start()

    def _scan(self):
        with contextlib.suppress(BrokenPipeError, ValueError):
            while self.process.poll() is None:
                self.process.stdin.write(s10(self.serial) + "\n")
                self.process.stdin.flush()
                self.serial += 1

    def _listen(self):
        for line in self.process.stdout:
            found = SAVED.search(line)
            if found and line.endswith("\n"):
                self.saved.append(found[1])

    def end(self):
        """When its disk is gone, and so is it; returns what it said was saved."""
        self.process.wait(20)
        for thread in self.threads:
            thread.join(20)
        self.process.stderr.close()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        return self.saved


def queued(environment):
    result = hoso(environment, "queue", "--json")
    assert result.returncode == 0, result.stderr.decode()
    return [line["scan"]["code"] for line in json_lines(result.stdout)]


def tear_the_end(path, dice):
    """What other file systems leave of a write that was in the air: a part of a record, or zeros."""
    whole = path.read_bytes()
    piece = dice.choice([b"", whole[: dice.randrange(1, 100)], bytes(dice.randrange(1, 4096))])
    with path.open("ab") as file:
        file.write(piece)
    return bool(piece)


@pytest.fixture
def at_the_counter(rig, environment, server, tmp_path):
    """Signed in, with all that the client keeps on the rig; then the server cannot be reached."""
    keeping = {**environment, "HOSO_STATE": str(rig.mount / "state")}
    (tmp_path / "password").write_text(PASSWORD + "\n")
    result = hoso(keeping, "login", "thu.ngan", "--password-file", tmp_path / "password")
    assert result.returncode == 0, result.stderr.decode()
    server.stop()
    rig.sync()
    return keeping


def cut_at_the_counter(rig, environment, first, count):
    """One cut when @count scans were said to be saved. Returns (these, the serial of the next)."""
    counter = Counter(environment, first)
    wait.until(lambda: len(counter.saved) >= count, 60, f"{count} saved scans", every=0.002)
    rig.cut()
    saved = counter.end()
    rig.restore()
    return saved, counter.serial


def test_every_scan_that_was_said_to_be_saved_is_in_the_spool(rig, dice, at_the_counter, server):
    saved, torn, serial, lost = [], 0, 0, set()
    for _ in range(CUTS):
        said, serial = cut_at_the_counter(rig, at_the_counter, serial, dice.randrange(1, 200))
        saved += said
        lost |= set(saved) - set(queued(at_the_counter))
        torn += tear_the_end(rig.mount / "state" / "spool" / "scans", dice)
    table.row("power cut: the client's spool", CUTS, lost=len(lost), scans=len(saved), torn_ends=torn, seed=SEED)
    assert lost == set()
    waiting = queued(at_the_counter)
    assert [code for code in waiting if code in set(saved)] == saved
    assert len(set(waiting)) == len(waiting)
    server.start()
    sent = hoso(at_the_counter, "queue", "send", "--drain", "50")
    assert sent.returncode == 0, sent.stderr.decode()
    assert server.codes() == waiting
    assert len(list((rig.mount / "state" / "spool").glob("corrupt/*"))) >= torn


def test_a_spool_that_does_not_flush_is_caught(rig, dice, at_the_counter):
    preload = glob.glob("/usr/lib/*/libeatmydata.so.1")
    if not preload:
        pytest.skip("no control for the spool; missing: libeatmydata1")
    careless = {**at_the_counter, "LD_PRELOAD": preload[0], "ASAN_OPTIONS": "verify_asan_link_order=0"}
    hoso(at_the_counter, "scan", "--kind", "ARR", "--drain", "0", text=s10(99_999_999))
    rig.sync()
    saved, serial = [], 0
    for _ in range(LONG):
        said, serial = cut_at_the_counter(rig, careless, serial, dice.randrange(50, 200))
        saved += said
    lost = set(saved) - set(queued(at_the_counter))
    what = "power cut, control that must lose: a spool without fsync"
    table.row(what, LONG, lost=len(lost), scans=len(saved), seed=SEED)
    assert lost, "the rig has no teeth"


# --- a disk that rots, and one that is full


def test_the_scans_beside_a_rotten_one_are_still_sent(signed_in, server, dice):
    """tests/unit/test_spool.c flips every byte; here it is one of each scan, and the others must reach the server."""
    codes = [s10(i) for i in range(6)]
    spool = pathlib.Path(signed_in["HOSO_STATE"]) / "spool"
    server.stop()
    assert hoso(signed_in, "scan", "--kind", "ARR", "--drain", "0", text="\n".join(codes)).returncode == 75
    server.start()
    good = (spool / "scans").read_bytes()
    size = len(good) // len(codes)
    assert size * len(codes) == len(good)
    for number in range(len(codes)):
        rotten = bytearray(good)
        rotten[number * size + dice.randrange(size)] ^= dice.randrange(1, 256)
        (spool / "scans").write_bytes(rotten)
        (spool / "answers").unlink(missing_ok=True)
        server.scans.clear()
        assert hoso(signed_in, "queue", "send").returncode == 0
        assert server.codes() == [code for code in codes if code != codes[number]]
        assert len(list((spool / "corrupt").iterdir())) == number + 1
    table.row("a byte of the spool rots", len(codes), isolated=len(codes), seed=SEED)


@pytest.fixture
def small_disk(tmp_path):
    """A tmpfs of a few pages."""
    if os.geteuid() != 0 or not may_mount():
        pytest.skip("no small disk can be made here; missing: root and the right to mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0755", "hoso-test", disk)
    yield disk
    run("umount", disk)


def test_a_full_disk_refuses_the_scan_before_it_is_confirmed(small_disk, signed_in, server):
    environment = {**signed_in, "HOSO_STATE": str(small_disk / "state")}
    codes = [s10(i) for i in range(1000)]
    server.stop()
    full = hoso(environment, "scan", "--kind", "ARR", "--drain", "0", "--json", text="\n".join(codes))
    said = full.stderr.decode()
    saved = stored_codes(full.stdout)
    assert full.returncode == 74
    assert "KHÔNG ĐƯỢC LƯU" in said
    assert any(words in said for words in ("No space left", "Không có đủ chỗ", "Không còn chỗ trống"))
    assert 0 < len(saved) < len(codes) and queued(environment) == saved
    refused = [line["code"] for line in json_lines(full.stdout) if line["type"] == "refused"]
    assert saved + refused == codes[: len(saved) + len(refused)] and refused
    run("mount", "-o", "remount,size=4m", small_disk)
    left = codes[len(saved):]
    again = hoso(environment, "scan", "--kind", "ARR", "--drain", "0", "--json", text="\n".join(left))
    assert again.returncode == 75
    assert stored_codes(again.stdout) == left and queued(environment) == codes
    table.row("a full disk under the spool", len(codes), lost=0, refused=len(refused))

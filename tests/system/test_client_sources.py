"""Where codes come from besides the keyboard: recorded scanners, serial ports, watched folders, cameras."""

import contextlib
import os
import pathlib
import shutil
import subprocess

import pexpect
import pexpect.popen_spawn
import pytest

from lib import wait
from lib.api import s10
from lib.client import HOSO, environment, hoso, json_lines, needs_hoso, server, signed_in, stored_codes
from lib.scanner import SerialPort, expect, strokes

pytestmark = needs_hoso
needs_zint = pytest.mark.skipif(not shutil.which("zint"), reason="zint draws the labels")


def draw(path, text, symbology="CODE128"):
    subprocess.run(["zint", "-b", symbology, "--scale=3", "--height=20", "--border=20", "-o", path, "-d", text],
                   check=True)
    return path


class Running:
    """hoso scan without a terminal, in JSON; ended by SIGTERM."""

    def __init__(self, environment, *arguments, kind="ARR"):
        self.environment = environment
        self.child = pexpect.popen_spawn.PopenSpawn(
            [str(HOSO), "scan", "--kind", kind, "--json", *map(str, arguments)], env=environment, timeout=30)

    def expect(self, *texts):
        for text in texts:
            expect(self.child, text)

    def watches(self):
        """Does it wait for news of a folder?"""
        for path in pathlib.Path(f"/proc/{self.child.pid}/fdinfo").iterdir():
            with contextlib.suppress(FileNotFoundError):  # one that it has closed meanwhile
                if "inotify wd" in path.read_text():
                    return True
        return False

    def stop(self):
        """When everything is sent."""
        wait.until(lambda: hoso(self.environment, "queue").stdout == b"", 20)
        self.child.kill(15)
        self.child.expect(pexpect.EOF)
        return self.child.wait()


@pytest.fixture
def running(signed_in):
    made = []

    def make(*arguments, **options):
        made.append(Running({**signed_in}, *arguments, **options))
        return made[-1]

    yield make
    for one in made:
        if one.child.proc.poll() is None:
            one.child.kill(9)
            one.child.wait()


def stored(code):
    return f'"type":"stored","event_id":"[^"]+","code":"{code}"'


def test_a_list_of_codes_is_read_from_a_file(signed_in, server, tmp_path):
    codes = [s10(i) for i in range(50)]
    (tmp_path / "codes").write_text("\n".join(codes))
    with open(tmp_path / "codes", "rb") as file:
        result = subprocess.run([HOSO, "scan", "--kind", "ARR"], stdin=file, env=signed_in, timeout=30)
    assert result.returncode == 0 and server.codes() == codes
    assert subprocess.run([HOSO, "scan", "--kind", "ARR"], stdin=subprocess.DEVNULL, env=signed_in,
                          timeout=30).returncode == 0


# --- a keyboard scanner that was grabbed: its recorded events, through the same code

def test_a_recorded_scanner_is_read(signed_in, server, tmp_path):
    codes = [s10(i) for i in range(200)]
    (tmp_path / "events").write_bytes(strokes("".join(code + "\n" for code in codes)))
    result = hoso(signed_in, "scan", "--kind", "ARR", "--json", "--device", tmp_path / "events")
    assert result.returncode == 0, result.stderr.decode()
    assert stored_codes(result.stdout) == codes and server.codes() == codes


def test_two_scanners_at_one_counter(signed_in, server, tmp_path, running):
    pipes = [tmp_path / "first", tmp_path / "second"]
    for pipe in pipes:
        os.mkfifo(pipe)
    held = [os.open(pipe, os.O_RDWR) for pipe in pipes]
    counter = running("--device", pipes[0], "--device", pipes[1])
    for i in range(20):
        os.write(held[i % 2], strokes(s10(i) + "\n"))
        counter.expect(stored(s10(i)))
    # The same code from the other scanner is another's scan: the debounce is each device's own.
    os.write(held[0], strokes(s10(19) + "\n"))
    counter.expect(stored(s10(19)))
    assert counter.stop() == 0
    for end in held:
        os.close(end)
    assert server.codes() == [s10(i) for i in range(20)] + [s10(19)]


def test_a_scanner_that_is_not_there_is_explained(signed_in, server):
    for name, status, words in (("/dev/input/by-id/none", 66, "không có thiết bị"), ("list", 66, "không có thiết bị"),
                                ("/dev/null", 74, "không dùng được")):
        result = hoso(signed_in, "scan", "--kind", "ARR", "--device", name)
        assert result.returncode == status, (name, result.stderr.decode())
        assert words in result.stderr.decode() and "máy quét" in result.stderr.decode()
    assert hoso(signed_in, "scan", "--kind", "ARR", "--device", "a", "--image", "b").returncode == 64
    many = [word for _ in range(8) for word in ("--device", "/dev/null")]
    assert hoso(signed_in, "scan", "--kind", "ARR", *many).returncode == 64


# --- a serial scanner

@pytest.mark.parametrize("end", ["\r", "\r\n", "\t", ""])
def test_a_serial_scanner_is_read_whatever_it_ends_with(tmp_path, server, running, end):
    port = SerialPort(tmp_path / "ttyUSB0")
    counter = running("--serial", f"{port.link}:115200")
    wait.until(port.is_open, 20)
    for i in range(5):
        port.send(s10(i) + end)
        counter.expect(stored(s10(i)))  # without an end, silence is one
    assert counter.stop() == 0
    assert server.codes() == [s10(i) for i in range(5)]


def test_a_serial_scanner_may_be_unplugged(tmp_path, server, running):
    port = SerialPort(tmp_path / "ttyUSB0")
    counter = running("--serial", port.link)
    wait.until(port.is_open, 20)
    port.send(s10(1) + "\r")
    counter.expect(stored(s10(1)))
    port.send(s10(2)[:9])  # half a code
    port.unplug()
    counter.expect('"type":"device","state":"gone"')
    port.plug()
    counter.expect('"type":"device","state":"back"')
    port.send(s10(3) + "\r")
    counter.expect(stored(s10(3)))
    assert counter.stop() == 0
    assert server.codes() == [s10(1), s10(3)]


def test_a_port_that_is_none_is_explained(signed_in, tmp_path):
    for name, status, words in ((tmp_path / "no", 66, "không có"), ("/dev/null", 74, "không dùng được"),
                                ("/dev/ttyS0:300", 64, "115200")):
        result = hoso(signed_in, "scan", "--kind", "ARR", "--serial", name)
        assert result.returncode == status, result.stderr.decode()
        assert words in result.stderr.decode()


# --- a folder that a phone or a scanner drops its pictures into

@needs_zint
def test_pictures_of_a_folder_are_each_read_once(tmp_path, server, running, signed_in):
    folder = tmp_path / "ảnh"
    folder.mkdir()
    draw(folder / "a.png", s10(1))
    counter = running("--watch", folder)
    counter.expect(stored(s10(1)))
    draw(tmp_path / "moved.png", s10(2)).rename(folder / "moved.png")
    counter.expect(stored(s10(2)))
    shutil.copy(folder / "a.png", folder / "again.png")  # the phone brings it once more, under another name
    os.utime(folder / "a.png")
    draw(folder / "c.png", s10(3))
    counter.expect(stored(s10(3)))
    assert counter.stop() == 0
    assert server.codes() == [s10(1), s10(2), s10(3)]
    again = running("--watch", folder)  # and on the next day
    draw(folder / "d.png", s10(4))
    again.expect(stored(s10(4)))
    assert again.stop() == 0
    assert server.codes() == [s10(1), s10(2), s10(3), s10(4)]
    # What was arrived yesterday may go out today: another kind of event reads the pictures anew.
    assert sorted(os.listdir(folder)) == ["a.png", "again.png", "c.png", "d.png", "moved.png"]
    out = running("--watch", folder, kind="OFD")
    for i in (1, 3, 4, 2):
        out.expect(f'"code":"{s10(i)}","kind":"out_for_delivery"')
    assert out.stop() == 0


@needs_zint
def test_half_a_picture_is_not_read(tmp_path, server, running):
    folder = tmp_path / "folder"
    folder.mkdir()
    picture = draw(tmp_path / "picture.png", s10(1)).read_bytes()
    before = open(folder / "before.png", "wb", buffering=0)  # being written when hoso is started
    before.write(picture[:200])
    (folder / ".hidden.png").write_bytes(b"x")
    (folder / "copy.png.part").write_bytes(picture[:100])
    counter = running("--watch", folder)
    slow = open(folder / "slow.png", "wb", buffering=0)
    slow.write(picture[:300])
    draw(tmp_path / "other.png", s10(2)).rename(folder / "other.png")
    counter.expect(stored(s10(2)))
    assert b"bad" not in counter.child.before
    before.write(picture[200:])
    before.close()
    counter.expect(stored(s10(1)))
    assert b"bad" not in counter.child.before
    slow.write(draw(tmp_path / "third.png", s10(3)).read_bytes()[:100])
    slow.close()  # now it is whole, and broken
    counter.expect('"type":"bad","from":"[^"]*slow.png"')
    assert counter.stop() == 65
    assert server.codes() == [s10(2), s10(1)]


@needs_zint
def test_a_picture_that_could_not_be_stored_is_read_again(tmp_path, server, running, signed_in):
    folder = tmp_path / "folder"
    folder.mkdir()
    draw(folder / "a.png", s10(1))
    spool = tmp_path / "state" / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    (spool / "scans").symlink_to("/dev/full")
    counter = running("--watch", folder)
    counter.expect('"type":"refused"')
    assert counter.stop() == 74
    (spool / "scans").unlink()
    again = running("--watch", folder)
    again.expect(stored(s10(1)))
    assert again.stop() == 0
    assert server.codes() == [s10(1)]


def test_a_folder_that_goes_away_is_said_so(tmp_path, running, signed_in):
    folder = tmp_path / "folder"
    folder.mkdir()
    assert hoso(signed_in, "scan", "--kind", "ARR", "--watch", tmp_path / "no").returncode == 66
    counter = running("--watch", folder)
    wait.until(counter.watches, 20)
    folder.rmdir()
    counter.expect('"type":"bad"', pexpect.EOF)
    assert counter.child.wait() == 65


# --- a camera: frames from files, through the same code

@needs_zint
def test_a_camera_reads_each_label_once(signed_in, server, tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    for label in range(3):
        drawn = draw(tmp_path / "label.png", s10(label))
        for i in range(6):
            shutil.copy(drawn, frames / f"{label}-{i}.png")
        (frames / f"{label}-9.pgm").write_bytes(b"P5 64 48 255\n" + b"\x80" * 64 * 48)  # nothing in view
    result = hoso(signed_in, "scan", "--kind", "ARR", "--json", "--camera", frames)
    assert result.returncode == 0, result.stderr.decode()
    assert server.codes() == [s10(0), s10(1), s10(2)]
    assert all(line["type"] in ("stored", "answer") for line in json_lines(result.stdout))


@needs_zint
@pytest.mark.parametrize("variables, shown", [({"TERM": "xterm-256color"}, "▀"), ({"NO_COLOR": "1"}, "@")])
def test_a_terminal_shows_what_the_camera_sees(signed_in, server, tmp_path, variables, shown):
    frames = tmp_path / "frames"
    frames.mkdir()
    draw(frames / "a.png", s10(1))
    child = pexpect.spawn(str(HOSO), ["scan", "--kind", "ARR", "--camera", str(frames)], env={**signed_in, **variables},
                          encoding="utf-8", timeout=30, dimensions=(30, 80))
    child.expect("ĐÃ LƯU")
    assert shown in child.before and "\x1b[23;30r" in child.before
    child.expect("\x1b\\[r")  # the whole terminal is given back
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert server.codes() == [s10(1)]


def test_a_camera_that_is_none_is_explained(signed_in):
    for name, status in (("/dev/video99", 66), ("/dev/null", 74)):
        result = hoso(signed_in, "scan", "--kind", "ARR", "--camera", name)
        assert result.returncode == status and name in result.stderr.decode()

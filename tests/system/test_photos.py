"""POST /v1/photos: a picture in, its codes out, nothing kept; and what a hundred bad pictures may cost: nobody else."""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import pytest

from lib import api as lib_api
from lib import pictures, places, wait
from lib.hosod import Hosod
from lib.pictures import bars, convert, noise, pdf_page, png_head, with_exif, zint
from lib.standalone import Standalone
from lib.town import Town

S10 = "RR123456785VN"
SECRET = "Nguyễn Thị Bí Mật 0912345678"
CHILDREN_MAX, WAITING_MAX, PER_ACCOUNT_MAX, PER_ADDRESS_MAX = 2, 6, 2, 4  # limits.h
BODY_MAX, PICTURE_MAX = 1024 * 1024, 20 * 1024 * 1024
PGM = "image/x-portable-graymap"

pytestmark = pytest.mark.skipif(not pictures.HAS_TOOLS, reason="zint and ImageMagick draw the labels")


@pytest.fixture(scope="module", name="label")
def fixture_label(tmp_path_factory):
    return zint(tmp_path_factory.mktemp("label") / "label.png", "CODE128", S10)


@pytest.fixture(scope="module", name="town")
def fixture_town(contract):
    with Standalone() as own:
        made = Town(own, contract)
        yield made
        made.close()


@pytest.fixture(name="standalone")
def fixture_standalone(town):
    return town.standalone


@pytest.fixture(name="clerk")
def fixture_clerk(town):
    return town.person["north-clerk"]


def photo_children(standalone):
    return children_of(standalone.hosod_pid())


def children_of(hosod):
    """The pids of a hosod's children that read a picture at this moment."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except (OSError, IndexError):
            continue
        if parent == hosod and b"--helper" in words and any(w.startswith(b"photo") for w in words):
            found.append(int(entry.name))
    return found


@pytest.mark.parametrize("ending, media", [
    ("png", "image/png"), ("jpg", "image/jpeg"), ("pgm", PGM), ("pgm", "Image/PNG; q=1")])
def test_formats(clerk, label, tmp_path, ending, media):
    reply = clerk.read_photo(convert(label, tmp_path / f"label.{ending}").read_bytes(), media,
                             valid=media.islower())
    assert reply.status_code == 200
    assert reply.json()["hint"] is None
    assert [(code["symbology"], code["text"]) for code in reply.json()["codes"]] == [("CODE-128", S10)]


def test_a_page_of_a_pdf(clerk, tmp_path):
    thin = zint(tmp_path / "thin.png", "CODE128", S10, "--scale=0.5")
    reply = clerk.read_photo(pdf_page(bars(thin)), "application/pdf")
    assert [code["text"] for code in reply.json()["codes"]] == [S10]


@pytest.mark.parametrize("orientation, stored", [(3, ["-rotate", "180"]), (6, ["-rotate", "270"]), (8, ["-rotate", "90"])])
def test_a_phones_picture_is_held_upright(clerk, label, tmp_path, orientation, stored):
    upright = convert("-size", "900x600", "xc:white", label, "-geometry", "+30+20", "-composite", tmp_path / "a.jpg")
    lying = with_exif(convert(upright, *stored, "-quality", "95", tmp_path / "b.jpg").read_bytes(), orientation)
    expected, place = (clerk.read_photo(content).json()["codes"][0]["place"] for content in (upright.read_bytes(), lying))
    assert all(abs(place[key] - value) <= 30 for key, value in expected.items()), (expected, place)


def test_every_code_when_it_is_asked_for(clerk, label, tmp_path):
    other = zint(tmp_path / "qr.png", "QRCODE", SECRET, "--binary")
    both = convert(label, other, "-append", tmp_path / "both.png").read_bytes()
    found = clerk.read_photo(both, "image/png", params={"all": "true"}).json()["codes"]
    assert {code["text"] for code in found} == {S10, SECRET}


def test_no_code_is_no_error_and_says_what_to_do(town, tmp_path):
    blank = convert("-size", "300x200", "xc:white", tmp_path / "blank.png").read_bytes()
    for language, word in (("vi", "mã vạch"), ("en", "barcode")):
        reply = town.person["north-clerk"].read_photo(blank, "image/png", headers={"accept-language": language})
        assert (reply.status_code, reply.json()["codes"]) == (200, [])
        assert word in reply.json()["hint"]


def test_who_and_what(clerk, standalone, contract, label):
    picture = label.read_bytes()
    with_nobody = lib_api.Api(standalone.url, standalone.ca, contract)
    assert with_nobody.read_photo(picture, "image/png").json()["error"] == "unauthorized"
    with_nobody.close()

    def refused(content, media, **options):
        reply = clerk.read_photo(content, media, valid=False, **options)
        return reply.status_code, reply.json()["error"]

    for media in ("application/json", "image/gif", "image/pngx", "image", ""):
        assert refused(picture, media) == (415, "bad_media"), media
    assert refused(picture, "image/png", headers={"content-encoding": "gzip"}) == (415, "bad_media")
    assert refused(picture, "image/png", params={"all": "perhaps"}) == (422, "bad_member")
    assert refused(picture, "image/png", params={"some": "1"}) == (422, "unknown_member")
    assert refused(b"", "image/png") == (422, "bad_picture")
    assert clerk.request("GET", "/v1/photos", valid=False).status_code == 405


def bad_pictures(png):
    yield "words", b"this is no picture\n"
    yield "cut.png", png[:len(png) // 2]
    yield "bomb.png", png_head(60000, 60000)
    yield "hollow.png", png_head(5000, 5000)
    yield "head.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"
    yield "huge.pgm", b"P5 8192 8192 255\n"
    yield "head.pdf", b"%PDF-1.7\n"


def test_a_bad_picture_is_one_error(clerk, label):
    for name, content in bad_pictures(label.read_bytes()):
        reply = clerk.read_photo(content, "image/png")
        assert (reply.status_code, reply.json()["error"]) == (422, "bad_picture"), name
    assert clerk.read_photo(label.read_bytes(), "image/png").status_code == 200


def test_noise_of_12_megapixels_ends_at_the_hard_stop(clerk):
    begin = time.monotonic()
    reply = clerk.read_photo(noise(4000, 3000), PGM)
    assert time.monotonic() - begin < 40, "the hard stop is at 4 s of processor time, 15 s in all"
    assert reply.status_code == 422 or reply.json()["codes"] == []


def test_too_large_is_refused_before_it_is_read(clerk, label):
    reply = clerk.read_photo(label.read_bytes() + b"\0" * PICTURE_MAX, "image/png")
    assert (reply.status_code, reply.json()["error"]) == (413, "too_large")

    def pieces():
        for _ in range(PICTURE_MAX // 65536 + 1):
            yield b"\0" * 65536

    assert clerk.read_photo(pieces(), "image/png", valid=False).status_code == 413
    # Other addresses do not take so much, however it is put.
    reply = clerk.request("POST", "/v1/scans", valid=False, content=b" " * (BODY_MAX + 1),
                          headers={"content-type": "application/json"})
    assert reply.status_code == 413


def test_the_largest_is_taken_whole_and_in_pieces(clerk, label):
    picture = label.read_bytes()
    picture += b"\0" * (PICTURE_MAX - len(picture))
    assert clerk.read_photo(picture, "image/png").json()["codes"][0]["text"] == S10

    def pieces():
        for at in range(0, len(picture), 1000000):
            yield picture[at:at + 1000000]

    assert clerk.read_photo(pieces(), "image/png", valid=False).json()["codes"][0]["text"] == S10


def test_a_picture_that_kills_its_reader_costs_one_error(clerk, standalone, label):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(clerk.read_photo, noise(1000, 1000), PGM)
        children = wait.until(lambda: photo_children(standalone), 20, "a child that reads")
        os.kill(children[0], signal.SIGKILL)
        reply = asked.result(30)
    assert (reply.status_code, reply.json()["error"]) == (422, "bad_picture")
    assert clerk.read_photo(label.read_bytes(), "image/png").json()["codes"][0]["text"] == S10


def facts(pid):
    """What the kernel says of a process: its status, and its hard limits."""
    folder = pathlib.Path("/proc") / str(pid)
    status = dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line)
    limits = {line[:26].strip(): line[26:].split()[1] for line in (folder / "limits").read_text().splitlines()[1:]}
    nice = int((folder / "stat").read_text().rpartition(")")[2].split()[16])
    return status, limits, nice


@pytest.mark.skipif(b"__asan_init" in (places.HOSOD.read_bytes() if places.HOSOD.exists() else b""),
                    reason="the address sanitizer needs what is locked")
def test_the_reader_is_locked_down(clerk, standalone):
    def locked():
        for pid in photo_children(standalone):
            with contextlib.suppress(OSError):
                status, limits, nice = facts(pid)
                if status["Seccomp"].strip() == "2":
                    return status, limits, nice
        return None

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(clerk.read_photo, noise(1000, 1000), PGM)
        status, limits, nice = wait.until(locked, 20, "a child under seccomp")
        asked.result(30)
    assert status["NoNewPrivs"].strip() == "1"
    assert limits["Max file size"] == limits["Max core file size"] == "0"
    assert int(limits["Max cpu time"]) <= 4 and int(limits["Max address space"]) < 2 ** 30
    assert nice >= 10
    # The instrument: the daemon itself is not locked.
    assert facts(standalone.hosod_pid())[0]["Seccomp"].strip() == "0"


class Watch(threading.Thread):
    """How many children read at a time, and how many scans are answered meanwhile."""

    def __init__(self, town):
        super().__init__()
        self.town, self.clerk = town, town.sign_in("south-clerk")
        self.most = self.scans = 0
        self.slowest_s = 0.0
        self.over = threading.Event()

    def run(self):
        while not self.over.is_set():
            self.most = max(self.most, len(photo_children(self.town.standalone)))
            begin = time.monotonic()
            assert self.clerk.send(self.town.acceptance()).json()[0]["verdict"] == "recorded"
            self.slowest_s = max(self.slowest_s, time.monotonic() - begin)
            self.scans += 1


def test_twenty_at_once_are_bounded_and_disturb_nobody(town, standalone):
    """Each account has a few in hand, the rest is told to come back; the others are served meanwhile."""
    people = ["north-clerk", "north-courier", "north-supervisor", "south-supervisor", "justice"]
    watch = Watch(town)
    watch.start()
    picture = noise(1000, 1000)  # not so long that it would need a seat in memory
    clients = [town.sign_in(account) for account in people for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda client: client.read_photo(picture, PGM), clients))
    watch.over.set()
    watch.join()
    for client in (watch.clerk, *clients):
        client.close()
    taken = [reply for reply in replies if reply.status_code == 200]
    busy = [reply for reply in replies if reply.status_code == 503]
    assert len(taken) + len(busy) == 20
    assert PER_ACCOUNT_MAX <= len(taken) and len(busy) >= 20 - 2 * (CHILDREN_MAX + WAITING_MAX)
    assert all(reply.json()["error"] == "busy" and int(reply.headers["retry-after"]) > 0 for reply in busy)
    assert 1 <= watch.most <= CHILDREN_MAX
    assert watch.scans > 10 and watch.slowest_s < 10
    assert photo_children(standalone) == []


def begin_upload(standalone, token, length):
    """A connection that has said what will come, was told to go on, and has sent none of it."""
    context = ssl.create_default_context(cafile=str(standalone.ca))
    host, _, port = standalone.url.removeprefix("https://").rpartition(":")
    client = context.wrap_socket(socket.create_connection((host, int(port)), timeout=30), server_hostname=host)
    client.sendall(f"POST /v1/photos HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
                   f"Content-Type: image/png\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n".encode())
    assert client.recv(4096).startswith(b"HTTP/1.1 100 ")
    return client


def test_long_bodies_have_few_seats_and_the_others_are_told(clerk, standalone, label):
    picture = label.read_bytes()
    picture += b"\0" * (3 * BODY_MAX - len(picture))
    held = [begin_upload(standalone, clerk.token, len(picture)) for _ in range(PER_ADDRESS_MAX)]
    try:
        reply = clerk.read_photo(picture, "image/png")
        assert (reply.status_code, reply.json()["error"]) == (503, "busy")
        assert int(reply.headers["retry-after"]) > 0
        # What is short needs no seat; nor does a scan.
        assert clerk.read_photo(label.read_bytes(), "image/png").status_code == 200
        held[0].sendall(picture)
        assert b" 200 " in held[0].recv(4096).split(b"\r\n")[0]
        wait.until(lambda: clerk.read_photo(picture, "image/png").status_code == 200, 20, "the seat that is free")
    finally:
        for client in held:
            client.close()
    wait.until(lambda: clerk.read_photo(picture, "image/png").status_code == 200, 20, "free seats")


def test_a_client_that_asks_first_is_told_to_go_on(clerk, standalone, label, tmp_path):
    """curl does, with a body of this length."""
    long = tmp_path / "long.png"
    long.write_bytes(label.read_bytes() + b"\0" * (3 * BODY_MAX))
    headers = [f"Authorization: Bearer {clerk.token}", "Content-Type: image/png", "Expect: 100-continue"]
    said = subprocess.run(
        ["curl", "--silent", "--verbose", "--cacert", standalone.ca, "--data-binary", f"@{long}", "--max-time", "30",
         *(word for header in headers for word in ("--header", header)), f"{standalone.url}/v1/photos"],
        capture_output=True, text=True, timeout=60, check=True)
    assert "100 Continue" in said.stderr
    assert json.loads(said.stdout)["codes"][0]["text"] == S10


def test_what_is_being_read_is_answered_before_the_end(clerk, standalone, contract):
    with Hosod(standalone) as other, concurrent.futures.ThreadPoolExecutor(1) as pool:
        client = lib_api.Api(other.url, other.ca, contract)
        client.token = clerk.token
        asked = pool.submit(client.read_photo, noise(1000, 1000), PGM)
        wait.until(lambda: children_of(other.pid), 20, "a child that reads")
        other.process.send_signal(signal.SIGTERM)
        assert asked.result(30).json()["codes"] == []
        assert other.process.wait(30) == 0
        client.close()


def files_with(content, *folders):
    """Files right below these folders that hold just this; others' files come and go meanwhile."""
    found = []
    for path in (path for folder in folders for path in pathlib.Path(folder).iterdir()):
        try:
            if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
                found.append(path)
        except OSError:
            continue
    return found


def test_nothing_is_kept(clerk, standalone, tmp_path):
    picture = zint(tmp_path / "qr.png", "QRCODE", SECRET, "--binary").read_bytes()
    assert files_with(picture, tmp_path) == [tmp_path / "qr.png"]
    assert clerk.read_photo(picture, "image/png").json()["codes"][0]["text"] == SECRET
    assert files_with(picture, tempfile.gettempdir(), "/var/tmp", "/dev/shm", standalone.folder) == []
    assert "Bí Mật" not in standalone.log() and "0912345678" not in standalone.log()

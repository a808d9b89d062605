"""The fault proxy does what its scripts say: shown on a server that says everything back."""

import itertools
import socket
import socketserver
import threading
import time

import pytest

from lib import wait
from lib.fault_proxy import AtBytes, Cut, Delay, Drip, FaultProxy, Finder, Script, Hole

pytestmark = pytest.mark.once

SILENCE_S = 0.3


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.server.heard.append(data)
            self.request.sendall(data)
        self.server.ended.append(True)


class EchoServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    heard, ended = [], []

    def handle_error(self, request, client_address):
        self.ended.append(False)


@pytest.fixture
def echo():
    server = EchoServer(("127.0.0.1", 0), Echo)
    server.heard, server.ended = [], []
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy(echo):
    with FaultProxy("{}:{}".format(*echo.server_address)) as made:
        yield made


def dial(proxy, script=None):
    if script:
        proxy.next_scripts.append(script)
    host, _, port = proxy.listen.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=5)


def read(line, count):
    """@count bytes, or as many as come before the end."""
    got = b""
    while len(got) < count and (data := line.recv(65536)):
        got += data
    return got


def is_silent(line):
    line.settimeout(SILENCE_S)
    try:
        line.recv(1)
    except TimeoutError:
        return True
    return False


def test_without_a_script_all_passes(proxy):
    with dial(proxy) as line:
        for size in (1, 1000, 300_000):
            line.sendall(b"x" * size)
            assert read(line, size) == b"x" * size
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""
    wait.until(lambda: proxy.counts["open"] == 0)
    assert proxy.counts["connections"] == 1


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_delay(proxy, way):
    with dial(proxy, Delay(way, 0.2)) as line:
        began = time.monotonic()
        line.sendall(b"hello")
        assert read(line, 5) == b"hello"
        assert time.monotonic() - began >= 0.2


def test_a_drip_comes_in_single_bytes(proxy, echo):
    with dial(proxy, Drip("up", 1, 0.02)) as line:
        line.sendall(b"0")
        assert read(line, 1) == b"0"  # who echoes is reading by now: bytes that wait for a reader come together
        line.sendall(b"123456789")
        assert read(line, 9) == b"123456789"
    assert [len(data) for data in echo.heard] == [1] * 10


def test_a_narrow_pipe(proxy):
    with dial(proxy, Drip("down", 1000, 0.02)) as line:
        began = time.monotonic()
        line.sendall(b"x" * 10_000)
        assert len(read(line, 10_000)) == 10_000
        assert time.monotonic() - began >= 0.17


@pytest.mark.parametrize("way, after", itertools.product(["up", "down"], [1, 4]))
def test_a_reset_after_n_bytes(proxy, echo, way, after):
    with dial(proxy, Cut(way, after, "rst")) as line:
        line.sendall(b"0123456789")
        with pytest.raises(ConnectionResetError):
            assert len(read(line, 10)) <= after
            line.recv(1)
    wait.until(lambda: echo.ended == [False], what="the server's view of the reset")
    assert sum(map(len, echo.heard)) == (after if way == "up" else 10)


def test_an_end_after_n_bytes(proxy, echo):
    with dial(proxy, Cut("down", 4, "fin")) as line:
        line.sendall(b"0123456789")
        assert read(line, 10) == b"0123"
    assert proxy.counts["cut-fin"] == 1


def test_a_half_close_leaves_the_other_way_open(proxy, echo):
    with dial(proxy, Cut("down", 4, "half")) as line:
        line.sendall(b"0123456789")
        assert read(line, 10) == b"0123"
        line.sendall(b"more")
        wait.until(lambda: b"".join(echo.heard) == b"0123456789more")


def test_a_hole_after_n_bytes(proxy):
    with dial(proxy, Cut("down", 4, "hole")) as line:
        line.sendall(b"0123456789")
        assert read(line, 4) == b"0123"
        assert is_silent(line)


def test_what_is_swallowed_is_neither_heard_nor_ended(proxy, echo):
    for after, heard in ((0, b""), (3, b"hel")):
        with dial(proxy, Hole(after)) as line:
            line.sendall(b"hello")
            assert is_silent(line)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert b"".join(echo.heard) == heard and echo.ended == []
    assert proxy.counts["open"] == 2


def test_held_and_let_go(proxy):
    with dial(proxy) as line:
        proxy.hold()
        line.sendall(b"hello")
        assert is_silent(line)
        proxy.let_go()
        line.settimeout(5)
        assert read(line, 5) == b"hello"


def test_refused_and_accepted_again_while_an_old_connection_lives(proxy):
    with dial(proxy) as old:
        old.sendall(b"1")
        assert read(old, 1) == b"1"
        proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            dial(proxy)
        old.sendall(b"2")
        assert read(old, 1) == b"2"
        proxy.accept()
        with dial(proxy) as new:
            new.sendall(b"3")
            assert read(new, 1) == b"3"


def test_all_are_cut_at_once(proxy):
    lines = [dial(proxy) for _ in range(5)]
    for line in lines:
        line.sendall(b"x")
        assert read(line, 1) == b"x"
    assert proxy.cut_all() == 5
    for line in lines:
        with pytest.raises(ConnectionResetError):
            line.recv(1)
        line.close()
    wait.until(lambda: proxy.counts["open"] == 0)


@pytest.mark.parametrize("then, server_heard, came_back", [
    ("before", b"one COMMI", b""), ("sent", b"one COMMIT;rest", b""), ("unanswered", b"one COMMIT;rest", b""),
    ("one-byte", b"one COMMIT;rest", b"o"), ("stall", b"one COMMIT;rest", None), ("hold", b"one COMMI", None)])
def test_bytes_spring_a_trap(proxy, echo, then, server_heard, came_back):
    with dial(proxy, AtBytes(b"COMMIT", then)) as line:
        line.sendall(b"one COMMIT;rest")
        if came_back is None:
            wait.until(lambda: b"".join(echo.heard) == server_heard)
            if then == "stall":
                assert is_silent(line)
        else:
            with pytest.raises(ConnectionResetError):
                assert read(line, 100) == came_back
                line.recv(1)
            wait.until(lambda: b"".join(echo.heard) == server_heard)
    assert proxy.counts[f"sprung-{then}"] == 1


def test_the_nth_time_over_the_edges_of_pieces(proxy, echo):
    with dial(proxy, AtBytes(b"abc", "stall", nth=3)) as line:
        for piece in (b"xxab", b"cab", b"c"):
            line.sendall(piece)
            assert read(line, len(piece)) == piece
        line.sendall(b"..a")
        assert read(line, 3) == b"..a"
        line.sendall(b"bc")
        assert is_silent(line)
    assert proxy.counts["pattern"] == 3


@pytest.mark.parametrize("size", range(1, 9))
def test_a_finder_finds_the_same_however_the_stream_is_cut(size):
    stream = b"aabaabaab..aab"
    finder, times, ends = Finder(b"aab"), 0, []
    for start in range(0, len(stream), size):
        more, behind = finder.feed(stream[start:start + size])
        times += more
        ends += [start + behind] if more else []
    assert times == 4
    assert ends[-1] == len(stream)


def test_unix_sockets_on_either_side(echo, tmp_path):
    address = "{}:{}".format(*echo.server_address)
    with FaultProxy(address, listen=tmp_path / "front") as front, FaultProxy(tmp_path / "front") as back:
        with dial(back, Script()) as line:
            line.sendall(b"hello")
            assert read(line, 5) == b"hello"
        assert front.counts["connections"] == back.counts["connections"] == 1
        front.refuse()
        front.accept()

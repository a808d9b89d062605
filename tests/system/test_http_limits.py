"""daemon/http under pressure: deadlines, caps, ends, and what TLS lets in."""

import json
import random
import signal
import socket
import ssl
import subprocess
import time

import pytest

from lib.http_room import (  # noqa: F401 (the fixtures are used by name)
    ECHO, GET, HEAD, PATIENCE, Server, certificate, post, read_reply, read_to_end, tls)


def drip(client, request, pause=0.05):
    """Sends byte by byte, slowly, until the server has had enough; gives what it said."""
    said = b""
    client.settimeout(pause)
    for byte in request:
        try:
            client.sendall(bytes([byte]))
            part = client.recv(4096)
            said += part
            if not part:
                return said
        except (TimeoutError, ssl.SSLError):
            continue
        except OSError:
            return said
    pytest.fail("the server never had enough")


@pytest.mark.parametrize("request_bytes", [GET[:-2] + b"A: " + b"x" * 500, post(b"Content-Length: 500") + b"x" * 499], ids=["head", "body"])
def test_slow_drip_is_cut_at_the_deadline(tls, request_bytes):
    with Server(tls, head=400, body=400) as server:
        start = time.monotonic()
        with server.connect() as client:
            first = request_bytes.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in request_bytes else 20
            client.sendall(request_bytes[:first])
            said = drip(client, request_bytes[first:])
        assert 0.3 < time.monotonic() - start < 5
        assert b" 408 " in said.split(b"\r\n")[0]
        server.wait_for("deadline", 1)


def test_idle_connection_is_closed(tls):
    with Server(tls, idle=300) as server:
        with server.connect() as client:
            client.sendall(GET)
            assert read_reply(client).status == 200
            start = time.monotonic()
            assert read_to_end(client) == b""
            assert 0.2 < time.monotonic() - start < 5
        server.wait_for("open", 1)


def test_handshake_has_a_deadline_and_a_finished_one_has_not(certificate):
    with Server(certificate, handshake=300, idle=1500) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as silent:
            with server.connect() as early:  # a browser that connects ahead of its first request
                assert read_to_end(silent) == b""
                time.sleep(0.4)  # past the handshake's deadline, before the idle one
                early.sendall(GET)
                assert read_reply(early).status == 200
        assert server.counts()["deadline"] == 1


def test_client_that_does_not_read_is_cut(tls):
    with Server(tls, reply=300) as server:
        with server.connect() as client:
            client.sendall(GET * 20000)  # their replies are more than the kernel's buffers take
            server.wait_for("deadline", 1)
            server.wait_for("open", 1)
            assert server.counts()["ran"] < 20000


STREAM = b"GET /stream HTTP/1.1\r\n" + HEAD + b"\r\n"


def test_who_does_not_read_a_stream_is_let_go(tls):
    with Server(tls, reply=300) as server:
        with server.connect() as client:
            client.sendall(STREAM)
            server.wait_for("freed", 1)  # what waits for it has a bound, …
            server.wait_for("open", 1)  # … and it has a reply's time to take that
        assert server.counts()["in_flight"] == 0


def test_a_stream_goes_on_for_who_reads_it_and_ends_with_its_reader(tls):
    with Server(tls, reply=300, idle=300) as server:
        with server.connect() as client:
            client.sendall(STREAM)
            got = client.recv(65536)
            assert got.startswith(b"HTTP/1.1 200 ") and b"Transfer-Encoding: chunked" in got and b"Connection: close" in got
            read = 0
            while read < 1024 * 1024:  # far more than may wait, far longer than any deadline
                more = len(client.recv(65536))
                assert more
                read += more
            assert server.counts()["freed"] == 0
        server.wait_for("freed", 1)
        server.wait_for("open", 1)


def test_a_server_that_ends_in_the_middle_of_streams_lets_them_go(tls):
    server = Server(tls)
    clients = [server.connect() for _ in range(3)]
    for client in clients:
        client.sendall(STREAM)
        assert client.recv(1000)
    server.stop(signal.SIGINT)
    for client in clients:
        client.close()


def test_requests_piled_up_ahead_of_their_answers_have_a_bound(tls):
    with Server(tls) as server:
        with server.connect() as client:
            client.sendall(b"GET /slow HTTP/1.1\r\n" + HEAD + b"\r\n")
            with pytest.raises(OSError):
                for _ in range(1000):
                    client.sendall(GET * 1000)
        server.wait_for("open", 1)
        assert server.counts()["ran"] < 40000


def test_connections_of_one_address_are_capped(tls):
    with Server(tls, per_address=3) as server:
        held = [server.connect() for _ in range(3)]
        for client in held:
            client.sendall(GET)
            assert read_reply(client).status == 200
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as fourth:
            assert read_to_end(fourth) == b""
        held.pop().close()
        time.sleep(0.1)
        server.wait_for("open", 3)
        assert server.counts()["refused"] == 1
        for client in held:
            client.sendall(GET)
            assert read_reply(client).status == 200
            client.close()


def test_at_the_cap_clients_wait_and_are_then_served(tls):
    with Server(tls, max=2) as server:
        held = [server.connect() for _ in range(2)]
        for client in held:
            client.sendall(GET)
            assert read_reply(client).status == 200
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain:
            if tls:
                held.pop().close()
                context = ssl.create_default_context(cafile=tls / "cert.pem")
                third = context.wrap_socket(plain, server_hostname="localhost")
                third.sendall(GET)
            else:
                third = plain
                third.sendall(GET)
                third.settimeout(0.3)
                with pytest.raises(TimeoutError):
                    third.recv(1)
                third.settimeout(PATIENCE)
                held.pop().close()
            assert read_reply(third).status == 200
            third.close()
        held.pop().close()
        server.wait_for("open", 1)


def test_connections_do_not_leak(tls):
    seed = random.Random(7)
    whole = [GET, post(b"Content-Length: 3", body=b"abc"), post(b"Content-Length: 3", b"Content-Length: 0", body=b"abc"), b"GET /slow HTTP/1.1\r\n" + HEAD + b"\r\n"]
    with Server(tls) as server:
        for _ in range(150):
            client = server.connect()
            request = seed.choice(whole)
            client.sendall(request[:seed.randrange(len(request) + 1)])
            if seed.random() < 0.5:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
        for _ in range(20):  # closed before, or in the middle of, a handshake
            client = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
            client.sendall(b"\x16\x03\x01\x02"[:seed.randrange(5)])
            client.close()
        server.wait_for("open", 1)
        server.wait_for("in_flight", 0)


def test_polite_stop_answers_what_is_in_flight(tls):
    with Server(tls) as server:
        with server.connect() as idle, server.connect() as busy:
            idle.sendall(GET)
            assert "connection" not in read_reply(idle).headers
            busy.sendall(b"GET /slow HTTP/1.1\r\n" + HEAD + b"\r\n")
            server.wait_for("in_flight", 1)
            server.process.send_signal(signal.SIGTERM)
            assert read_to_end(idle) == b""
            reply = read_reply(busy)
            assert reply.status == 200
            assert reply.headers["connection"] == "close"
            assert read_to_end(busy) == b""
        assert server.process.wait(PATIENCE) == 0


def test_sudden_stop_leaves_late_replies_to_nobody(tls):
    with Server(tls) as server:
        with server.connect() as client, server.connect() as half:
            client.sendall(b"GET /slow HTTP/1.1\r\n" + HEAD + b"\r\n" + GET)
            half.sendall(post(b"Content-Length: 5", body=b"abc"))
            server.wait_for("in_flight", 1)
            server.stop(signal.SIGINT)  # the reply comes after the server is gone
            assert read_to_end(client) == b""


def test_only_http_1_1_is_negotiated(certificate):
    with Server(certificate) as server:
        context = ssl.create_default_context(cafile=certificate / "cert.pem")
        context.set_alpn_protocols(["h2", "http/1.1"])
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as client:
                assert client.selected_alpn_protocol() == "http/1.1"
        context.set_alpn_protocols(["h2"])
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize("request_bytes", [GET[:-2] + b"Connection: close\r\n\r\n", b"nonsense\r\n"],
                         ids=["answered", "refused"])
def test_tls_ends_with_a_goodbye(certificate, request_bytes):
    with Server(certificate) as server:
        context = ssl.create_default_context(cafile=certificate / "cert.pem")
        plain = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as client:
            client.sendall(request_bytes)
            read_reply(client)
            assert client.recv(1) == b""  # a cut would raise SSLEOFError


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_refused(certificate):
    with Server(certificate) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain:
            with pytest.raises((ssl.SSLError, ConnectionResetError)):
                context.wrap_socket(plain)


def test_plain_http_on_the_tls_port_runs_nothing(certificate):
    with Server(certificate) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain:
            plain.sendall(GET)
            assert b"200" not in read_to_end(plain)
        assert server.counts()["ran"] == 0


def test_unix_socket_is_plain_and_names_the_client_of_the_edge(certificate, tmp_path):
    path = tmp_path / "hosod.sock"
    path.touch()
    path.unlink()
    with Server(certificate, unix=f"unix:{path}", per_address=1) as server:
        assert path.stat().st_mode & 0o777 == 0o660
        cases = {b"": "unix", b"X-Forwarded-For: 6.6.6.6, 10.1.2.3\r\n": "10.1.2.3",
                 b"X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 2001:db8::1\r\n": "2001:db8::1",
                 b"X-Forwarded-For: 6.6.6.6, evil\r\n": "unix"}
        held = []
        for lines, peer in cases.items():
            client = socket.socket(socket.AF_UNIX)
            client.settimeout(PATIENCE)
            client.connect(str(path))
            client.sendall(b"GET /echo/x HTTP/1.1\r\n" + HEAD + lines + b"\r\n")
            assert json.loads(read_reply(client).body)["peer"] == peer
            held.append(client)
        for client in held:
            client.close()
    assert not path.exists()


def test_unusable_certificate_is_refused_at_the_start(tmp_path):
    (tmp_path / "cert.pem").write_text("no certificate\n")
    (tmp_path / "key.pem").write_text("no key\n")
    done = subprocess.run([ECHO, f"certificate={tmp_path}/cert.pem", f"key={tmp_path}/key.pem"],
                          capture_output=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert b"cannot be used" in done.stderr

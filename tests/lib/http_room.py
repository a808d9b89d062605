"""tests/lib/httpd_echo as a server, raw sockets as its clients, and fixtures for both ways to reach it."""

import json
import os
import signal
import socket
import ssl
import subprocess

import pytest

from lib import places, wait

ECHO = places.BUILD / "tests" / "lib" / "httpd_echo"
PATIENCE = 20  # seconds; the limit of every wait, far above what any of them needs

HEAD = b"Host: a\r\n"
GET = b"GET /echo/x HTTP/1.1\r\n" + HEAD + b"\r\n"


class Server:
    """One httpd_echo; its deadlines in milliseconds and its caps are keyword arguments."""

    def __init__(self, tls=None, **settings):
        if tls:
            settings.update(certificate=tls / "cert.pem", key=tls / "key.pem")
        self.tls = tls
        self.process = subprocess.Popen(
            [ECHO, *(f"{name}={value}" for name, value in settings.items())],
            stdout=subprocess.PIPE,
            env=os.environ | {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0"},
        )
        line = self.process.stdout.readline().split()
        assert line, "httpd_echo did not start"
        self.port = int(line[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop(signal.SIGTERM)

    def stop(self, how):
        """Ends the server; a sanitizer's or an assertion's complaint is a failure here."""
        self.process.send_signal(how)
        try:
            assert self.process.wait(PATIENCE) == 0
        finally:
            self.process.kill()
            self.process.stdout.close()

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.tls:
            return plain
        context = ssl.create_default_context(cafile=self.tls / "cert.pem")
        context.set_alpn_protocols(["http/1.1"])
        return context.wrap_socket(plain, server_hostname="localhost")

    def ask(self, request):
        """All replies to one write, until the server closes or the last reply is whole."""
        with self.connect() as client:
            client.sendall(request)
            return read_reply(client)

    def counts(self):
        return json.loads(self.ask(b"GET /counts HTTP/1.1\r\n" + HEAD + b"\r\n").body)

    def wait_for(self, name, value):
        def has_come():
            try:
                return self.counts()[name] == value
            except EOFError:  # those who are still on their way out fill the cap: there is no count yet
                return False

        wait.until(has_come, PATIENCE, f"{name} to be {value}", every=0.01)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def code(self):
        return json.loads(self.body)["error"]


def read_head(client):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte:
            raise EOFError(head)
        head += byte
    first, *lines = head.decode("ascii").split("\r\n")[:-2]
    return int(first.split()[1]), {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


def read_reply(client, has_body=True):
    status, headers = read_head(client)
    left = int(headers.get("content-length", 0)) if has_body else 0
    body = b""
    while left > len(body):
        part = client.recv(left - len(body))
        assert part, "the body is cut short"
        body += part
    return Reply(status, headers, body)


def read_to_end(client):
    """What still comes until the server closes."""
    rest = b""
    try:
        while part := client.recv(65536):
            rest += part
    except ConnectionResetError:
        pass
    return rest


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True, timeout=PATIENCE,
    )
    return folder


@pytest.fixture(scope="session", params=["plain", "tls"])
def tls(request, certificate):
    return certificate if request.param == "tls" else None


def post(*lines, body=b""):
    return b"POST /echo HTTP/1.1\r\n" + HEAD + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body

"""A stand-in for hosod: HTTPS on loopback, answers in memory. For the client's tests only."""

import http.server
import json
import socket
import ssl
import subprocess
import threading
from urllib.parse import parse_qs, urlsplit


def make_certificate(folder):
    """A key and a self-signed certificate for 127.0.0.1; returns (certificate, key)."""
    certificate, key = folder / "server.pem", folder / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    return certificate, key


class FakeServer:
    """Records every scan it answers for; start() and stop() may be called again and again."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate, self.key = make_certificate(folder)
        self.port = 0
        self.server = None
        self.connections = set()
        self.accepted = 0      # connections so far
        self.token = "secret-token-of-the-test"
        self.scans = {}        # event id -> scan, in the order of the first arrival
        self.posts = 0         # scans that arrived, repeats included
        self.largest = 0       # scans in one request
        self.requests = []     # (method, path, body)
        self.device_times = [] # what came with each request that claims times
        self.judge = lambda scan: {"verdict": "recorded", "why": "ok", "leg_state": "arrived"}
        self.routes = {}       # (method, path) -> (status, body)
        self.broken = None     # (status, content type, bytes) instead of any answer
        self.lose_answers = 0  # this many answers to /v1/scans are cut off after the work is done

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def start(self):
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                fake.connections.add(self.connection)
                fake.accepted += 1

            def finish(self):
                fake.connections.discard(self.connection)
                super().finish()

            def log_message(self, *arguments):
                pass

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                fake.requests.append((self.command, self.path, body))
                if self.path.endswith(("/scans", "/steps", "/lines")):
                    fake.device_times.append(self.headers.get("Hoso-Device-Time"))
                answer = fake.answer(self.command, self.path, body, self.headers)
                if answer is None:
                    self.close_connection = True
                    return
                status, kind, content = answer
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *arguments: None  # broken connections are what we are here for
        self.port = self.server.server_address[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self):
        """As when the machine dies: open connections break as well."""
        self.server.shutdown()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed at the same moment
        self.server.server_close()
        self.server = None

    def answer(self, method, path, body, headers):
        if self.broken:
            return self.broken
        if path == "/v1/session" and method == "POST":
            return self.sign_in(body)
        if headers.get("Authorization") != f"Bearer {self.token}":
            return self.problem(401, "unauthorized")
        if path == "/v1/scans":
            return self.take_scans(body)
        bare = urlsplit(path).path
        if (method, path) in self.routes or (method, bare) in self.routes:
            status, content = self.routes.get((method, path)) or self.routes[(method, bare)]
            content = content(body) if callable(content) else content
            return status, "application/json", json.dumps(content).encode()
        return self.problem(404, "not_found")

    def problem(self, status, error, **members):
        content = {"type": "about:blank", "title": error, "status": status, "error": error, **members}
        return status, "application/problem+json", json.dumps(content).encode()

    def sign_in(self, body):
        if body["password"] != "mật khẩu đủ dài 123":
            return self.problem(401, "bad_login")
        content = {"token": self.token, "expires_at": "2026-11-23T12:00:00.000Z", "account": body["account"],
                   "name": "Nguyễn Thị Ổn", "role": "clerk", "office": {"code": "790100", "name": "BC Vũng Tàu"}}
        return 200, "application/json", json.dumps(content).encode()

    def take_scans(self, scans):
        self.posts += len(scans)
        self.largest = max(self.largest, len(scans))
        results = []
        for scan in scans:
            result = {"event_id": scan["event_id"], **self.judge(scan)}
            if result.get("whole_request"):
                return self.problem(result["status"], result["error"], detail="one of them is bad")
            if result.get("status", 200) < 500:
                result["replayed"] = scan["event_id"] in self.scans
                self.scans.setdefault(scan["event_id"], scan)
            results.append(result)
        if self.lose_answers > 0:
            self.lose_answers -= 1
            return None
        return 200, "application/json", json.dumps(results).encode()

    def codes(self):
        return [scan["code"] for scan in self.scans.values()]

    @staticmethod
    def query(path):
        return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}

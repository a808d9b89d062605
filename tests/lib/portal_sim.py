#!/usr/bin/python3
"""A province's system, simulated: it speaks the dvcqg, the lgsp and the webhook profile, strictly, over TLS.

    portal_sim.py --listen 127.0.0.1:0 --cert cert.pem --key key.pem --state DIR

POST /mapi/login, /mapi/g   the session API     POST /webhook    Standard Webhooks
POST /token, /Document/UpdateDocumentTraces, /Document/SyncDocument   the service platform (lgsp)
GET  /applied               every line it took, in order
GET  /state                 {"dossiers": made known by DongBoHoSoMC, "requests": how many of which service,
                            "at_once_max": the most at a time}
GET  /                      the lines for people, one table per dossier
POST /misbehave             {"modes": [{"mode": "500", "count": 3}, ...]}, used up in order, or
                            {"random": {"500": 0.1, ...}, "seed": 1, "count": 200}
GET  /misbehave             what is still to come
POST /poison                {"codes": [dossiers that it refuses until told otherwise]}
POST /restore               {"records": n}: only the first n lines and dossiers are known, as from an old backup

A mode's entry may also say: "count" (1), "service" ("tell": a progress line or a webhook; "any"; or a
service's name, with "login"), "seconds", "retry_after"; and for redirect "status" and "location".
Modes: ok, any HTTP status ("503"), drop, hang, html, truncated, short, wrong-json, other-key, redirect, exists,
older, expired, dead-session, slow, oversize, endless, gzip-bomb, empty, late (it takes the line and answers, but
only after "seconds"). With "apply-then-" before it ("apply-then-drop") it takes the line first.
A request that expects 100-continue waits for ever: this portal never says it.

What it took is on disk before it answers: kill -9 and start again, and nothing is forgotten but sessions.
"""

import argparse
import base64
import gzip
import json
import random
import re
import secrets
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from portal_rules import Portal, Refused, refuse

BODY_MAX = 1 << 20
CONNECTION_IDLE_S = 30
SLOW_SECONDS_MAX = 60
OVERSIZE_BYTES = 1 << 20
GZIP_BOMB = gzip.compress(b" " * (10 << 20))
TELL = ("CapNhatTienDoHoSoMC", "webhook", "UpdateDocumentTraces")
LGSP = ("token", "UpdateDocumentTraces", "SyncDocument")
APPLY = "apply-then-"


class Misbehaviour:
    """What to do wrong next."""

    def __init__(self):
        self.lock = threading.Lock()
        self.order({"modes": []})

    def order(self, order):
        modes = [dict(entry) for entry in order.get("modes", [])]
        for entry in modes + [{"mode": mode} for mode in order.get("random", {})]:
            name = entry["mode"].removeprefix(APPLY)
            if not (re.fullmatch(r"[1-5]\d\d", name) or name in MODES or name == "ok"):
                raise refuse(f"không có kiểu {name}", status=422)
        with self.lock:
            self.modes = modes
            self.chances = dict(order.get("random", {}))
            self.left = order.get("count", 10**9) if self.chances else 0
            self.service = order.get("service", "tell")
            self.dice = random.Random(order.get("seed", 0))

    def pending(self):
        with self.lock:
            return {"modes": self.modes, "random": self.chances if self.left else {}, "count": self.left}

    @staticmethod
    def meets(wanted, service):
        return wanted in ("any", service) or (wanted == "tell" and service in TELL)

    def next(self, service):
        """The entry for this request; None: behave."""
        with self.lock:
            if self.modes and self.meets(self.modes[0].get("service", "tell"), service):
                entry = self.modes[0]
                entry["count"] = entry.get("count", 1) - 1
                if entry["count"] <= 0:
                    self.modes.pop(0)
                return dict(entry)
            if self.left > 0 and self.meets(self.service, service):
                self.left -= 1
                return self.roll()
        return None

    def roll(self):
        draw = self.dice.random()
        for mode, chance in sorted(self.chances.items()):
            draw -= chance
            if draw < 0:
                return {"mode": mode}
        return None


def reject_double(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    portal = None
    misbehaviour = None

    def setup(self):
        # The handshake is done here, in the connection's own thread.
        self.request.settimeout(CONNECTION_IDLE_S)
        self.request.do_handshake()
        super().setup()

    def log_message(self, *args):
        pass

    def send(self, status, data, kind="application/json", length=None, **headers):
        if not isinstance(data, bytes):
            data = (data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind + "; charset=utf-8")
        self.send_header("Content-Length", str(length or len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def send_locked(self, look):
        with self.portal.applied.lock:
            text = json.dumps(look(), ensure_ascii=False)
        self.send(200, text)

    def drop(self):
        self.close_connection = True
        self.connection.close()

    def handle_expect_100(self):
        time.sleep(SLOW_SECONDS_MAX)
        return False

    def body(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > BODY_MAX:
            raise Refused(413, {"error": "thân yêu cầu quá lớn hoặc thiếu độ dài"})
        raw = self.rfile.read(int(length))
        if self.path == "/token" and self.headers.get("Content-Type") == "application/x-www-form-urlencoded":
            return raw, urllib.parse.parse_qs(raw.decode(), keep_blank_values=True)
        if self.headers.get("Content-Type") != "application/json":
            raise Refused(415, {"error": "chỉ nhận application/json"})
        try:
            body = json.loads(raw, object_pairs_hook=reject_double)
        except ValueError as error:
            raise Refused(400, {"error": "không phải JSON"}) from error
        if not isinstance(body, dict):
            raise Refused(400, {"error": "không phải đối tượng JSON"})
        return raw, body

    def do_GET(self):
        portal = self.portal
        if self.path == "/":
            self.send(200, portal.page(), "text/html")
        elif self.path == "/applied":
            self.send_locked(lambda: portal.applied.lines)
        elif self.path == "/state":
            self.send_locked(portal.state)
        elif self.path == "/misbehave":
            self.send(200, self.misbehaviour.pending())
        else:
            self.send(404, {"error": "không có địa chỉ này"})

    def do_POST(self):
        try:
            raw, body = self.body()
            if self.path == "/misbehave":
                self.misbehaviour.order(body)
                self.send(200, self.misbehaviour.pending())
            elif self.path == "/poison":
                self.portal.poisoned = set(body["codes"])
                self.send(200, {})
            elif self.path == "/restore":
                self.portal.restore(body["records"])
                self.send(200, {})
            elif self.path == "/mapi/login":
                self.serve("login", body, lambda: self.portal.login(body))
            elif self.path == "/mapi/g":
                self.serve(str(body.get("service")), body, lambda: self.portal.call(body))
            elif self.path == "/webhook":
                self.serve("webhook", body, lambda: self.portal.webhook(self.headers, raw, body))
            elif self.path == "/token":
                self.serve("token", body, lambda: self.portal.token(body))
            elif self.path == "/Document/UpdateDocumentTraces":
                self.serve("UpdateDocumentTraces", body, lambda: self.portal.trace(self.headers, body))
            elif self.path == "/Document/SyncDocument":
                self.serve("SyncDocument", body, lambda: self.portal.document(self.headers, body))
            else:
                raise Refused(404, {"error": "không có địa chỉ này"})
        except Refused as refusal:
            self.send(refusal.status, refusal.answer)

    def serve(self, service, body, run):
        if service != "webhook" and service not in LGSP and not self.headers.get("dstcode"):
            raise refuse("Thiếu dstcode")
        with self.portal.counted(service):
            entry = self.misbehaviour.next(service)
            if not entry or entry["mode"] == "ok":
                self.send(200, self.take(run))
                return
            if entry["mode"] == "late":
                time.sleep(min(entry.get("seconds", 5), SLOW_SECONDS_MAX))
            applies = entry["mode"].startswith(APPLY) or entry["mode"] == "late"
            answer = self.take(run) if applies else {}
            entry["was_taken"] = entry["mode"].startswith(APPLY)
            entry["mode"] = entry["mode"].removeprefix(APPLY)
            MODES.get(entry["mode"], Handler.do_status)(self, entry, service, body, answer)

    def take(self, run):
        with self.portal.applied.lock:
            return run()

    # --- the modes ---

    def do_status(self, entry, service, body, answer):
        headers = {}
        if entry["mode"] in ("429", "503"):
            headers["Retry_After"] = str(entry.get("retry_after", 1))
        self.send(int(entry["mode"]), {"error_code": -1, "message": "Cổng báo lỗi " + entry["mode"], "Status": 0,
                                       "error": "Cổng báo lỗi " + entry["mode"]}, **headers)

    def do_drop(self, entry, service, body, answer):
        self.drop()

    def do_hang(self, entry, service, body, answer):
        time.sleep(min(entry.get("seconds", 5), SLOW_SECONDS_MAX))
        self.drop()

    def do_html(self, entry, service, body, answer):
        self.send(200, "<html><body>Đăng nhập Wi-Fi thành công</body></html>", "text/html")

    def do_truncated(self, entry, service, body, answer):
        text = json.dumps(answer or {"error_code": 0, "message": "Cập nhật thành công"})
        self.send(200, text[: len(text) // 2])

    def do_short(self, entry, service, body, answer):
        text = json.dumps(answer or {"error_code": 0, "message": "Cập nhật thành công"})
        self.send(200, text, length=len(text) + 100)
        self.drop()

    def do_wrong_json(self, entry, service, body, answer):
        self.send(200, {"hello": "world"})

    def do_other_key(self, entry, service, body, answer):
        if service in LGSP:
            self.send(200, {"Status": 1, "Message": "Cập nhật thành công", "DocCode": "H06-000000-9999"})
        elif service == "webhook":
            self.send(200, {"id": "0195d2a6-0000-7000-8000-000000000000", "dseq": body.get("dseq"),
                            "status": "applied"})
        else:
            self.send(200, {"error_code": 0, "message": "Cập nhật thành công", "MaHoSo": "H06-000000-9999"})

    def do_redirect(self, entry, service, body, answer):
        self.send(entry.get("status", 302), "", Location=entry.get("location", "https://127.0.0.1:1/"))

    def do_late(self, entry, service, body, answer):
        """serve() has waited already, unless the line was taken first."""
        if entry.get("was_taken"):
            time.sleep(min(entry.get("seconds", 5), SLOW_SECONDS_MAX))
        self.send(200, answer)

    def do_older(self, entry, service, body, answer):
        self.send(409, {"error_code": -4, "message": "Đã có phiên bản mới hơn", "error": "older version"})

    def do_dead_session(self, entry, service, body, answer):
        if service == "token":
            self.send(200, {"access_token": secrets.token_hex(16), "token_type": "Bearer", "expires_in": 3600})
            return
        self.send(200, {"session": secrets.token_hex(16), "error_code": 0})

    def do_endless(self, entry, service, body, answer):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        chunk = b"400\r\n" + b" " * 0x400 + b"\r\n"
        end = time.monotonic() + SLOW_SECONDS_MAX
        while time.monotonic() < end:
            self.wfile.write(chunk)

    def do_gzip_bomb(self, entry, service, body, answer):
        self.send(200, GZIP_BOMB, Content_Encoding="gzip")

    def do_exists(self, entry, service, body, answer):
        self.send(409 if service == "webhook" else 200,
                  {"error_code": 3, "message": "Hồ sơ đã tồn tại", "error": "đã tồn tại", "Status": 0})

    def do_expired(self, entry, service, body, answer):
        if service in LGSP:
            self.portal.tokens.clear()
            self.send(entry.get("status", 401), {"Status": 0, "Message": "Token đã hết hạn"})
            return
        self.portal.sessions.discard(body.get("session"))
        self.send(200, {"error_code": -1, "message": "Session hết hạn"})

    def do_slow(self, entry, service, body, answer):
        self.send(200, b"{", length=1000)
        for _ in range(min(int(entry.get("seconds", 30)), SLOW_SECONDS_MAX)):
            time.sleep(1)
            self.wfile.write(b" ")
        self.drop()

    def do_oversize(self, entry, service, body, answer):
        self.send(200, {"error_code": 0, "message": "thành công", "filler": "x" * OVERSIZE_BYTES})

    def do_empty(self, entry, service, body, answer):
        self.send(200, "")


MODES = {
    "drop": Handler.do_drop, "hang": Handler.do_hang,
    "html": Handler.do_html, "truncated": Handler.do_truncated, "short": Handler.do_short,
    "wrong-json": Handler.do_wrong_json, "other-key": Handler.do_other_key, "redirect": Handler.do_redirect,
    "exists": Handler.do_exists, "expired": Handler.do_expired, "slow": Handler.do_slow,
    "oversize": Handler.do_oversize, "empty": Handler.do_empty, "late": Handler.do_late, "older": Handler.do_older,
    "dead-session": Handler.do_dead_session, "endless": Handler.do_endless, "gzip-bomb": Handler.do_gzip_bomb,
}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        # Clients that go away are part of the game; a mistake of ours is not.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--client-ca", help="ask clients for a certificate of this authority")
    parser.add_argument("--state", required=True, metavar="DIR")
    parser.add_argument("--profile-dvcqg-user", default="hoso")
    parser.add_argument("--profile-dvcqg-password", default="hoso")
    parser.add_argument("--webhook-secret", default="whsec_" + base64.b64encode(b"hoso" * 8).decode())
    parser.add_argument("--token-seconds", type=int, default=3600, help="how long an access token is good")
    parser.add_argument("--strict-dossiers", action="store_true",
                        help="a dossier is unknown until DongBoHoSoMC makes it known")
    return parser.parse_args()


def main():
    options = parse_arguments()
    host, _, port = options.listen.rpartition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    if options.client_ca:
        context.load_verify_locations(options.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    Handler.portal = Portal(options)
    Handler.misbehaviour = Misbehaviour()
    server = Server((host, int(port)), Handler)
    # Connections inherit it; head and body are two writes, and Nagle would hold the second for 40 ms.
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening {host}:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

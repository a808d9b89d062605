#!/usr/bin/python3
"""A province's system, simulated: it speaks the dvcqg and the webhook profile, strictly, over TLS.

    portal_sim.py --listen 127.0.0.1:0 --cert cert.pem --key key.pem --state DIR

POST /mapi/login, /mapi/g   the session API     POST /webhook    Standard Webhooks
GET  /applied               what it took, in order: {"lines", "dossiers", "requests"}
GET  /                      the same for people, one table per dossier
POST /misbehave             {"modes": [{"mode": "500", "count": 3}, ...]}, used up in order, or
                            {"random": {"500": 0.1, ...}, "seed": 1, "count": 200}
GET  /misbehave             what is still to come

A mode's entry may also say: "count" (1), "service" ("tell": a progress line or a webhook; "any"; or a
service's name, with "login"), "apply" (take the line before misbehaving), "seconds", "retry_after".
Modes: any HTTP status ("503"), drop, apply-then-drop, hang, html, truncated, short, wrong-json,
other-key, redirect, exists, expired, slow, oversize, empty.

What it took is on disk before it answers: kill -9 and start again, and nothing is forgotten but sessions.
"""

import argparse
import base64
import hashlib
import hmac
import html
import json
import os
import random
import re
import secrets
import signal
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_MAX = 1 << 20
CONNECTION_IDLE_S = 30
SLOW_SECONDS_MAX = 60
OVERSIZE_BYTES = 1 << 20
WEBHOOK_SKEW_S = 300
ACTOR_MAX = 50
LINES_PER_CALL_MAX = 10
LOCAL_TIME = re.compile(r"20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d")
STEP = re.compile(r"\((\S+), bước (\d+)\)$")

PROGRESS = ("MaHoSo", "NguoiXuLy", "ChucDanh", "ThoiDiemXuLy", "PhongBanXuLy", "NoiDungXuLy", "TrangThai",
            "NgayBatDau", "NgayKetThucTheoQuyDinh")
DOSSIER = ("MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "KenhThucHien", "ChuHoSo",
           "LoaiDoiTuong", "MaDoiTuong", "TrichYeuHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTra",
           "TrangThaiHoSo", "HinhThuc", "DonViXuLy")
DATES = ("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh", "NgayTiepNhan", "NgayHenTra", "NgayTra")
NEEDED = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "MaTTHC", "TrichYeuHoSo", "NgayTiepNhan")
WEBHOOK = {"id": str, "type": str, "dossier_code": str, "dseq": int, "time": str, "item_code": str,
           "leg_kind": str, "leg_state": str, "role": str, "actor": str, "office": str, "text": str}
TELL = ("CapNhatTienDoHoSoMC", "webhook")


class Refused(Exception):
    """A request that breaks the rules: what to answer."""

    def __init__(self, status, answer):
        super().__init__(answer)
        self.status = status
        self.answer = answer


def refuse(message, code="-1", status=200):
    return Refused(status, {"error_code": code, "message": message})


class Applied:
    """What the portal took; on disk before anybody hears of it."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.path = os.path.join(folder, "applied.jsonl")
        self.lock = threading.Lock()
        self.lines = []
        self.dossiers = []
        self.reload()
        self.file = open(self.path, "ab")

    def reload(self):
        """A record that was torn by a crash was never answered for, so it goes."""
        if not os.path.exists(self.path):
            return
        with open(self.path, "rb") as file:
            data = file.read()
        whole = data.rfind(b"\n") + 1
        for row in data[:whole].splitlines():
            self.remember(json.loads(row))
        os.truncate(self.path, whole)

    def remember(self, record):
        (self.lines if record["what"] == "line" else self.dossiers).append(record)

    def add(self, record):
        self.file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        self.remember(record)

    def of_key(self, key):
        return next((line for line in self.lines if line["key"] == key), None)

    def of_dossier(self, code):
        return [line for line in self.lines if line["dossier_code"] == code]

    def knows(self, code):
        return any(dossier["dossier_code"] == code for dossier in self.dossiers)


class Misbehaviour:
    """What to do wrong next."""

    def __init__(self):
        self.lock = threading.Lock()
        self.order({"modes": []})

    def order(self, order):
        modes = [dict(entry) for entry in order.get("modes", [])]
        for entry in modes + [{"mode": mode} for mode in order.get("random", {})]:
            name = entry["mode"]
            if not (re.fullmatch(r"[1-5]\d\d", name) or name in MODES):
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


class Portal:
    """The rules of both profiles; no HTTP in here."""

    def __init__(self, options):
        self.options = options
        self.applied = Applied(options.state)
        self.misbehaviour = Misbehaviour()
        self.sessions = set()
        self.requests = {}

    def count(self, service):
        with self.applied.lock:
            self.requests[service] = self.requests.get(service, 0) + 1

    # --- dvcqg ---

    def login(self, body):
        if set(body) != {"username", "password"}:
            raise refuse("Sai cấu trúc đăng nhập")
        good = (self.options.profile_dvcqg_user, self.options.profile_dvcqg_password)
        if (body["username"], body["password"]) != good:
            raise refuse("Sai tài khoản hoặc mật khẩu")
        session = secrets.token_hex(16)
        self.sessions.add(session)
        return {"session": session, "error_code": 0}

    def check_call(self, body):
        extra = {"TraCuuHoSo": {"mahoso"}, "CapNhatTienDoHoSoMC": {"data"},
                 "DongBoHoSoMC": {"data", "isUpdating"}}.get(body.get("service"))
        if extra is None:
            raise refuse("Không có service này")
        if set(body) != {"session", "madonvi", "service"} | extra:
            raise refuse("Sai cấu trúc yêu cầu")
        if body["session"] not in self.sessions:
            raise refuse("Session hết hạn")
        if not body["madonvi"]:
            raise refuse("Thiếu madonvi")
        if body.get("isUpdating", "False") not in ("True", "False"):
            raise refuse("isUpdating phải là chuỗi True hoặc False")

    @staticmethod
    def check_object(item, names):
        if not isinstance(item, dict) or set(item) != set(names):
            raise refuse("Sai các trường của data")
        for name, value in item.items():
            if not isinstance(value, str):
                raise refuse(f"{name} phải là chuỗi")
            if name in DATES and value and not LOCAL_TIME.fullmatch(value):
                raise refuse(f"{name} sai định dạng ngày")
            if name in NEEDED and not value:
                raise refuse(f"{name} không được trống")
        if len(item.get("NguoiXuLy", "")) > ACTOR_MAX:
            raise refuse("NguoiXuLy quá 50 ký tự")

    def check_data(self, body, names, most):
        data = body["data"]
        if not isinstance(data, list) or not 1 <= len(data) <= most:
            raise refuse("Sai số phần tử của data")
        for item in data:
            self.check_object(item, names)
        return data

    def has_dossier(self, code):
        return not self.options.strict_dossiers or self.applied.knows(code)

    def query(self, body):
        code = body["mahoso"]
        if not self.has_dossier(code):
            raise refuse("Hồ sơ không tồn tại")
        lines = [line["sent"] for line in self.applied.of_dossier(code)]
        return {"error_code": 0, "message": "Thành công", "data": [{"MaHoSo": code, "TienDoXuLy": lines}]}

    def progress(self, body):
        data = self.check_data(body, PROGRESS, LINES_PER_CALL_MAX)
        for item in data:
            if item["TrangThai"] not in ("", "10"):
                raise refuse("TrangThai 1 đến 9 thuộc cơ quan")
            if not self.has_dossier(item["MaHoSo"]):
                raise refuse("Hồ sơ không tồn tại")
        for item in data:
            step = STEP.search(item["NoiDungXuLy"])
            self.applied.add({"what": "line", "profile": "dvcqg", "key": None, "dossier_code": item["MaHoSo"],
                              "dseq": int(step.group(2)) if step else None,
                              "item_code": step.group(1) if step else None, "at": item["ThoiDiemXuLy"],
                              "text": item["NoiDungXuLy"], "actor": item["NguoiXuLy"],
                              "office": item["PhongBanXuLy"], "status": item["TrangThai"], "sent": item})
        return {"error_code": "00", "message": "Cập nhật thành công"}

    def dossier(self, body):
        for item in self.check_data(body, DOSSIER, LINES_PER_CALL_MAX):
            code = item["MaHoSo"]
            if self.applied.knows(code):
                return {"error_code": random.choice((0, "3", -3)), "message": "Hồ sơ đã tồn tại"}
            self.applied.add({"what": "dossier", "dossier_code": code, "sent": item})
        return {"error_code": "0", "message": "Đồng bộ thành công"}

    def call(self, body):
        self.check_call(body)
        run = {"TraCuuHoSo": self.query, "CapNhatTienDoHoSoMC": self.progress, "DongBoHoSoMC": self.dossier}
        return run[body["service"]](body)

    # --- webhook ---

    def check_signature(self, headers, raw):
        key, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        secret = base64.b64decode(self.options.webhook_secret.removeprefix("whsec_"))
        digest = hmac.new(secret, f"{key}.{stamp}.".encode() + raw, hashlib.sha256).digest()
        good = "v1," + base64.b64encode(digest).decode()
        given = headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(good, one) for one in given):
            raise Refused(401, {"error": "sai chữ ký"})
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > WEBHOOK_SKEW_S:
            raise Refused(401, {"error": "sai thời điểm ký"})

    def webhook(self, headers, raw, body):
        self.check_signature(headers, raw)
        if set(body) != set(WEBHOOK) or any(type(body[name]) is not kind for name, kind in WEBHOOK.items()):
            raise Refused(422, {"error": "sai cấu trúc"})
        if not body["id"] == headers.get("webhook-id") == headers.get("Idempotency-Key"):
            raise Refused(422, {"error": "khóa không khớp"})
        known = self.applied.of_key(body["id"])
        if known and known["sent"] != body:
            raise Refused(422, {"error": "khóa đã dùng cho nội dung khác"})
        if not known:
            self.applied.add({"what": "line", "profile": "webhook", "key": body["id"],
                              "dossier_code": body["dossier_code"], "dseq": body["dseq"],
                              "item_code": body["item_code"], "at": body["time"], "text": body["text"],
                              "actor": body["actor"], "office": body["office"],
                              "status": body["leg_state"], "sent": body})
        return {"id": body["id"], "dseq": body["dseq"], "status": "duplicate" if known else "applied"}

    def page(self):
        """The log for people: one table per dossier, the latest dossier first."""
        with self.applied.lock:
            lines = list(self.applied.lines)
        tables = []
        for code in dict.fromkeys(line["dossier_code"] for line in reversed(lines)):
            rows = "".join(
                "<tr>" + "".join(f"<td>{html.escape(str(line[name] or ''))}</td>" for name in
                                 ("dseq", "at", "text", "actor", "office", "status")) + "</tr>"
                for line in lines if line["dossier_code"] == code)
            tables.append(f"<h2>Hồ sơ {html.escape(code)}</h2><table><tr><th>Bước<th>Thời điểm<th>Nội dung"
                          f"<th>Người xử lý<th>Đơn vị<th>Trạng thái</tr>{rows}</table>")
        return ("<!DOCTYPE html><html lang=vi><meta charset=utf-8><title>Cổng mô phỏng</title><style>"
                "body{font:16px sans-serif;margin:2em}table{border-collapse:collapse}"
                "td,th{border:1px solid #999;padding:.3em .6em;text-align:left}</style>"
                f"<h1>Cổng mô phỏng: {len(lines)} dòng tiến độ</h1>" + "".join(tables) + "</html>")


def reject_double(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    portal = None

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

    def drop(self):
        self.close_connection = True
        self.connection.close()

    def body(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > BODY_MAX:
            raise Refused(413, {"error": "thân yêu cầu quá lớn hoặc thiếu độ dài"})
        raw = self.rfile.read(int(length))
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
            with portal.applied.lock:
                log = {"lines": portal.applied.lines, "dossiers": portal.applied.dossiers,
                       "requests": portal.requests}
                text = json.dumps(log, ensure_ascii=False)
            self.send(200, text)
        elif self.path == "/misbehave":
            self.send(200, portal.misbehaviour.pending())
        else:
            self.send(404, {"error": "không có địa chỉ này"})

    def do_POST(self):
        try:
            raw, body = self.body()
            if self.path == "/misbehave":
                self.portal.misbehaviour.order(body)
                self.send(200, self.portal.misbehaviour.pending())
            elif self.path == "/mapi/login":
                self.serve("login", body, lambda: self.portal.login(body))
            elif self.path == "/mapi/g":
                self.serve(str(body.get("service")), body, lambda: self.portal.call(body))
            elif self.path == "/webhook":
                self.serve("webhook", body, lambda: self.portal.webhook(self.headers, raw, body))
            else:
                raise Refused(404, {"error": "không có địa chỉ này"})
        except Refused as refusal:
            self.send(refusal.status, refusal.answer)

    def serve(self, service, body, run):
        self.portal.count(service)
        if service != "webhook" and not self.headers.get("dstcode"):
            raise refuse("Thiếu dstcode")
        entry = self.portal.misbehaviour.next(service)
        if not entry:
            with self.portal.applied.lock:
                answer = run()
            self.send(200, answer)
            return
        answer = {}
        if entry.get("apply", entry["mode"] == "apply-then-drop"):
            with self.portal.applied.lock:
                answer = run()
        MODES.get(entry["mode"], Handler.do_status)(self, entry, service, body, answer)

    # --- the modes ---

    def do_status(self, entry, service, body, answer):
        headers = {}
        if entry["mode"] in ("429", "503"):
            headers["Retry_After"] = str(entry.get("retry_after", 1))
        self.send(int(entry["mode"]), {"error_code": -1, "message": "Cổng báo lỗi " + entry["mode"],
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
        if service == "webhook":
            self.send(200, {"id": "0195d2a6-0000-7000-8000-000000000000", "dseq": body.get("dseq"),
                            "status": "applied"})
        else:
            self.send(200, {"error_code": 0, "message": "Cập nhật thành công", "MaHoSo": "H06-000000-9999"})

    def do_redirect(self, entry, service, body, answer):
        self.send(302, "", Location="https://127.0.0.1:1/")

    def do_exists(self, entry, service, body, answer):
        self.send(409 if service == "webhook" else 200,
                  {"error_code": 3, "message": "Hồ sơ đã tồn tại", "error": "đã tồn tại"})

    def do_expired(self, entry, service, body, answer):
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
    "drop": Handler.do_drop, "apply-then-drop": Handler.do_drop, "hang": Handler.do_hang,
    "html": Handler.do_html, "truncated": Handler.do_truncated, "short": Handler.do_short,
    "wrong-json": Handler.do_wrong_json, "other-key": Handler.do_other_key, "redirect": Handler.do_redirect,
    "exists": Handler.do_exists, "expired": Handler.do_expired, "slow": Handler.do_slow,
    "oversize": Handler.do_oversize, "empty": Handler.do_empty,
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
    server = Server((host, int(port)), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening {host}:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

"""The rules of the simulated portal: both profiles, strictly; no HTTP and no faults in here."""

import base64
import contextlib
import hashlib
import hmac
import html
import json
import os
import random
import re
import secrets
import threading
import time

WEBHOOK_SKEW_S = 300
ACTOR_MAX = 50
LINES_PER_CALL_MAX = 10
POISONED = "Cổng không nhận hồ sơ này"
LOCAL_TIME = re.compile(r"20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d")
STEP = re.compile(r"\((\S+), bước (\d+)\)$")

PROGRESS = ("MaHoSo", "NguoiXuLy", "ChucDanh", "ThoiDiemXuLy", "PhongBanXuLy", "NoiDungXuLy", "TrangThai",
            "NgayBatDau", "NgayKetThucTheoQuyDinh")
DOSSIER = ("MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "KenhThucHien", "ChuHoSo",
           "LoaiDoiTuong", "MaDoiTuong", "TrichYeuHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTra",
           "TrangThaiHoSo", "HinhThuc", "DonViXuLy")
DATES = ("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh", "NgayTiepNhan", "NgayHenTra", "NgayTra")
NEEDED = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "MaTTHC", "TrichYeuHoSo", "NgayTiepNhan")
TRACE = ("DocumentId", "DocCode", "UserName", "UserPosition", "DateCreated", "Comment", "Status",
         "OrganizationInchargeIdLevel1", "OrganizationInchargeName")
DOCUMENT = {"DocTypeCode": str, "DocTypeName": str, "DocCode": str, "CitizenName": str, "ApplicantsId": str,
            "ApplicantsType": int, "DateReceived": str, "DateAppointed": str, "IsSuccess": bool, "SuccessDate": str,
            "IsReturned": bool, "ReturnedDate": str, "ReturnedType": int, "Status": int, "Attachments": list,
            "DocFees": list, "DocPapers": list, "Supplementaries": list}
UTC_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
# The same yes, as these platforms say it.
YES = ({"Status": 1, "Message": "Cập nhật thành công"}, {"Status": "200", "Message": "Success"},
       {"Status": 100, "Message": "OK"}, {"status": 200, "message": "Thành công"},
       {"Status": True, "Message": "Đồng bộ thành công"})
WEBHOOK = {"id": str, "type": str, "dossier_code": str, "dseq": int, "time": str, "item_code": str,
           "leg_kind": str, "leg_state": str, "role": str, "actor": str, "office": str, "text": str}


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

    def restore(self, records):
        """As from an old backup: only the first @records are known, the later ones never were."""
        self.file.close()
        with open(self.path, "rb") as file:
            kept = file.read().splitlines(keepends=True)[:records]
        os.truncate(self.path, sum(map(len, kept)))
        self.lines.clear()
        self.dossiers.clear()
        self.reload()
        self.file = open(self.path, "ab")

    def of_key(self, key):
        return next((line for line in self.lines if line["key"] == key), None)

    def of_dossier(self, code):
        return [line for line in self.lines if line["dossier_code"] == code]

    def knows(self, code):
        return any(dossier["dossier_code"] == code for dossier in self.dossiers)


class Portal:
    """The rules of both profiles; no HTTP in here."""

    def __init__(self, options):
        self.options = options
        self.applied = Applied(options.state)
        self.sessions = set()
        self.tokens = {}
        self.yes = 0
        self.requests = {}
        self.at_once = {}
        self.at_once_max = {}
        self.poisoned = set()

    @contextlib.contextmanager
    def counted(self, service):
        """One request of @service, inside the block."""
        with self.applied.lock:
            self.requests[service] = self.requests.get(service, 0) + 1
            self.at_once[service] = self.at_once.get(service, 0) + 1
            self.at_once_max[service] = max(self.at_once[service], self.at_once_max.get(service, 0))
        try:
            yield
        finally:
            with self.applied.lock:
                self.at_once[service] -= 1

    def state(self):
        return {"dossiers": self.applied.dossiers, "requests": self.requests, "at_once_max": self.at_once_max}

    def restore(self, records):
        """Sessions are not in a backup."""
        with self.applied.lock:
            self.applied.restore(records)
            self.sessions.clear()
            self.tokens.clear()

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
            if item["MaHoSo"] in self.poisoned:
                raise refuse(POISONED)
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

    # --- lgsp ---

    def token(self, form):
        """OAuth2 client credentials (RFC 6749, 4.4); the form is parsed already."""
        good = {"grant_type": ["client_credentials"], "client_id": [self.options.profile_dvcqg_user],
                "client_secret": [self.options.profile_dvcqg_password]}
        if form != good:
            raise Refused(401, {"error": "invalid_client"})
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + self.options.token_seconds
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.options.token_seconds,
                "scope": "default"}

    def check_token(self, headers):
        kind, _, token = headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or self.tokens.get(token, 0) < time.monotonic():
            raise Refused(401, {"Status": 401, "Message": "Token hết hạn"})

    def say_yes(self):
        self.yes += 1
        return YES[self.yes % len(YES)]

    @staticmethod
    def say_no(message, status=0):
        return Refused(200, {"Status": status, "Message": message})

    def trace(self, headers, body):
        self.check_token(headers)
        if set(body) != set(TRACE) or any(not isinstance(value, str) for value in body.values()):
            raise self.say_no("Sai cấu trúc vết xử lý")
        if len(body["UserName"]) > ACTOR_MAX or not UTC_TIME.fullmatch(body["DateCreated"]):
            raise self.say_no("Sai UserName hoặc DateCreated")
        if body["Status"] not in ("", "10") or not body["OrganizationInchargeIdLevel1"]:
            raise self.say_no("Status 1 đến 9 thuộc cơ quan")
        code = body["DocCode"]
        if code in self.poisoned:
            raise self.say_no(POISONED)
        if not self.has_dossier(code):
            raise self.say_no("Hồ sơ không tồn tại")
        if any(line["sent"] == body for line in self.applied.of_dossier(code)):
            return {"Status": 0, "Message": "Vết xử lý đã tồn tại"}
        step = STEP.search(body["Comment"])
        self.applied.add({"what": "line", "profile": "lgsp", "key": None, "dossier_code": code,
                          "dseq": int(step.group(2)) if step else None, "item_code": step.group(1) if step else None,
                          "at": body["DateCreated"], "text": body["Comment"], "actor": body["UserName"],
                          "office": body["OrganizationInchargeName"], "status": body["Status"], "sent": body})
        return self.say_yes()

    def document(self, headers, body):
        self.check_token(headers)
        if set(body) != set(DOCUMENT) or any(type(body[name]) is not kind for name, kind in DOCUMENT.items()):
            raise self.say_no("Sai cấu trúc hồ sơ")
        if self.applied.knows(body["DocCode"]):
            return {"Status": 0, "Message": "Hồ sơ đã tồn tại"}
        self.applied.add({"what": "dossier", "dossier_code": body["DocCode"], "sent": body})
        return self.say_yes()

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
        if body["dossier_code"] in self.poisoned:
            raise Refused(422, {"error": POISONED})
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

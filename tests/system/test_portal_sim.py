"""The simulated portal is strict: what a real one may refuse, it refuses, and what it took it never loses."""

import argparse
import base64
import copy
import hashlib
import hmac
import json
import time

import pytest

from lib.portal_rules import Applied, Portal, Refused

pytestmark = pytest.mark.once

SECRET = b"hoso" * 8
LINE = {"MaHoSo": "H06-1", "NguoiXuLy": "Nguyễn Văn A", "ChucDanh": "Bưu tá", "ThoiDiemXuLy": "20210720154501",
        "PhongBanXuLy": "Vũng Tàu", "NoiDungXuLy": "Đã đến (RR123456785VN, bước 7)", "TrangThai": "",
        "NgayBatDau": "", "NgayKetThucTheoQuyDinh": ""}
EVENT = {"id": "0195d2a6-0000-7000-8000-000000000000", "type": "vn.hoso.arrived", "dossier_code": "H06-1",
         "dseq": 7, "time": "2021-07-20T08:45:01.000Z", "item_code": "RR123456785VN", "leg_kind": "result",
         "leg_state": "arrived", "role": "courier", "actor": "A", "office": "VT", "text": "Đã đến"}


@pytest.fixture
def portal(tmp_path):
    return Portal(argparse.Namespace(
        state=str(tmp_path), strict_dossiers=False, profile_dvcqg_user="hoso", profile_dvcqg_password="hoso",
        webhook_secret="whsec_" + base64.b64encode(SECRET).decode()))


def call(portal, line, **more):
    session = portal.login({"username": "hoso", "password": "hoso"})["session"]
    body = {"session": session, "madonvi": "H06", "service": "CapNhatTienDoHoSoMC", "data": [line]}
    return portal.call({**body, **more})


def test_a_good_line_is_taken_and_twice_is_twice(portal):
    assert call(portal, LINE) == {"error_code": "00", "message": "Cập nhật thành công"}
    call(portal, LINE)
    assert [line["dseq"] for line in portal.applied.lines] == [7, 7]


@pytest.mark.parametrize("change", [
    {"TrangThai": "2"}, {"TrangThai": 10}, {"ThoiDiemXuLy": "2021-07-20"}, {"ThoiDiemXuLy": ""},
    {"ThoiDiemXuLy": "20211320154501"}, {"NguoiXuLy": "x" * 51}, {"NgayBatDau": None}, {"Them": ""},
    {"MaHoSo": ""}, {"NoiDungXuLy": ""}])
def test_a_malformed_line_is_refused(portal, change):
    with pytest.raises(Refused):
        call(portal, {**LINE, **change})
    assert portal.applied.lines == []


@pytest.mark.parametrize("change", [
    {"session": "other"}, {"madonvi": ""}, {"service": "Khac"}, {"isUpdating": "False"}, {"data": []},
    {"data": [LINE] * 11}, {"data": LINE}])
def test_a_malformed_call_is_refused(portal, change):
    with pytest.raises(Refused):
        call(portal, LINE, **change)
    assert portal.applied.lines == []


def signed(body, secret=SECRET, stamp=None, key=None):
    raw = json.dumps(body).encode()
    key, stamp = key or body["id"], stamp or str(int(time.time()))
    digest = hmac.new(secret, f"{key}.{stamp}.".encode() + raw, hashlib.sha256).digest()
    return {"webhook-id": key, "webhook-timestamp": stamp, "Idempotency-Key": key,
            "webhook-signature": "v1," + base64.b64encode(digest).decode()}, raw, copy.deepcopy(body)


def test_a_webhook_is_taken_once(portal):
    assert portal.webhook(*signed(EVENT))["status"] == "applied"
    assert portal.webhook(*signed(EVENT))["status"] == "duplicate"
    assert len(portal.applied.lines) == 1


@pytest.mark.parametrize("request_of", [
    lambda: signed(EVENT, secret=b"other"), lambda: signed(EVENT, stamp="1"), lambda: signed(EVENT, key="other"),
    lambda: signed({**EVENT, "dseq": "7"}), lambda: signed({**EVENT, "dseq": True}),
    lambda: signed({**EVENT, "more": 1}), lambda: (lambda head, raw, body: (head, raw + b" ", body))(*signed(EVENT))])
def test_a_bad_webhook_is_refused(portal, request_of):
    with pytest.raises(Refused):
        portal.webhook(*request_of())
    assert portal.applied.lines == []


def test_a_key_used_for_something_else_is_refused(portal):
    portal.webhook(*signed(EVENT))
    with pytest.raises(Refused):
        portal.webhook(*signed({**EVENT, "text": "Khác"}))
    assert len(portal.applied.lines) == 1


def test_a_torn_record_is_forgotten_and_the_others_are_not(portal, tmp_path):
    call(portal, LINE)
    with open(tmp_path / "applied.jsonl", "ab") as log:
        log.write(b'{"what": "line", "key"')
    again = Applied(str(tmp_path))
    assert [line["sent"] for line in again.lines] == [LINE]
    again.add({"what": "line", "key": "k", "dossier_code": "H06-2"})
    assert len(Applied(str(tmp_path)).lines) == 2


def test_the_page_escapes_what_it_shows(portal):
    call(portal, {**LINE, "MaHoSo": "<b>1", "NoiDungXuLy": "<script>"})
    page = portal.page()
    assert "&lt;script&gt;" in page and "&lt;b&gt;1" in page
    assert "<script>" not in page
